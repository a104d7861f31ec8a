"""The register: what people ask about their data, by when it is due, and what was done."""

import asyncio
from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from applications.admissions.act import Act
from applications.data_requests.deadline import Clock, ClockState, clock_of
from applications.data_requests.gathering import (
    KEPT_FOR,
    Answer,
    answers,
    ask_everywhere,
    write_all,
)
from applications.data_requests.recording import enter_request, record_step
from applications.data_requests.request import (
    KINDS,
    LONGEST,
    OUTCOMES,
    STEPS,
    DataRequest,
    RequestKind,
    RequestStep,
    StepKind,
)
from applications.data_requests.store import all_requests, load_request
from applications.web.access import Office, hides_nothing
from applications.web.acting import actor, applications_here, perform
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import (
    Form,
    asks_for_file,
    blank,
    column,
    flash,
    listing,
    options,
    read_form,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import files
from nextstep_web.conflicts import nothing_closed
from nextstep_web.display import day, plural, short_day, short_moment

router = APIRouter(
    prefix="/applications/requests",
    tags=["pages"],
    # what the other services answer tells of people whom they keep from a judge
    dependencies=[Depends(hides_nothing), Depends(nothing_closed)],
)
HOME = "/applications/requests"
STATES: dict[ClockState, tuple[str, str]] = {
    "runs": ("Open", "blue"),
    "awaits_identity": ("Waits for proof of identity", "yellow"),
    "stopped": ("Clock stopped: they were asked", "yellow"),
    "no_deadline": ("Open, without undue delay", "blue"),
    "closed": ("Closed", "grey"),
}
COLUMNS = [
    column("number", "Number", sort=True),
    column("kind", "About", sort=True),
    column("name", "Who"),
    column("received", "Received", sort=True),
    column("due", "Due", sort=True),
    column("state", "State"),
]
STEP = 1 << 16
"""Bytes of an archive that are sent at once."""
HEADER = ("number", "kind", "received", "due", "state", "closed_on", "outcome")


class NewRequest(BaseModel):
    """What the office enters of a request."""

    kind: Annotated[RequestKind, Field(title="What is asked")]
    name: Annotated[str, Field(title="Who asks", max_length=200)]
    contact: Annotated[str, Field(title="Where the answer goes", max_length=500)]
    received: Annotated[date, Field(title="Day received")]
    asked: Annotated[str, Field(title="What they ask", max_length=LONGEST)]
    reference: Annotated[str, Field(title="Reference", max_length=40)] = ""


class NewStep(BaseModel):
    """What the office records about a request."""

    kind: Annotated[StepKind, Field(title="What was done")]
    on: Annotated[date, Field(title="Day")]
    text: Annotated[str, Field(title="Text", max_length=LONGEST)] = ""
    outcome: Annotated[str, Field(title="How it ended", max_length=20)] = ""


def today(request: Request) -> date:
    """The local day."""
    here = applications_here(request)
    return here.messaging.clock.now().astimezone(ZoneInfo(here.cohort.zone)).date()


NOTHING = "no answer"


@router.get("", responses=files("text/csv"))
async def register(request: Request, _: Office) -> Response:
    """The register; what is open first, the most pressing on top."""
    found = await all_requests(applications_here(request).db.read)
    if asks_for_file(request):
        return await table_file(request, "requests", HEADER, map(_plain, found))
    everything = request.query_params.get("show") == "all"
    clocks = {one.id: clock_of(one) for one in found}
    kept = [one for one in found if everything or one.open]
    shown = listing(
        request,
        kept,
        {
            "number": lambda one: one.number,
            "kind": lambda one: one.kind,
            "received": lambda one: one.received,
            "due": lambda one: clocks[one.id].next,
        },
        "due",
    )
    now = today(request)
    return render(
        request,
        "applications/requests.html",
        found=shown,
        columns=COLUMNS,
        rows=[_row(one, clocks[one.id], now) for one in shown.rows],
        everything=everything,
        download=HEADER,
        closed=sum(not one.open for one in found),
    )


@router.get("/new")
async def before_entering(request: Request, _: Office) -> Response:
    """The form for a request."""
    return _form(request, blank(received=today(request)))


@router.post("")
async def enter(request: Request, office: Office) -> Response:
    """Enter a request."""
    form = await read_form(request, NewRequest)
    if form.valid:
        given = form.data
        fields = given.model_dump(exclude={"kind"})
        try:
            made = await perform(
                request, office, lambda act: enter_request(act, given.kind, **fields)
            )
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, f"{made.number} is in the register.")
            return redirect(f"{HOME}/{made.id}")
    return _form(request, form, 422)


@router.get("/{request_id}")
async def one(request: Request, _: Office, request_id: str) -> Response:
    """One request: its clock, its course, and what to record next."""
    return await _page(request, request_id, blank(on=today(request)))


@router.post("/{request_id}/steps")
async def step(request: Request, office: Office, request_id: str) -> Response:
    """Record what was done."""
    await load_request(applications_here(request).db.read, request_id)
    form = await read_form(request, NewStep)
    if form.valid:
        here = applications_here(request)
        fields = form.data.model_dump()
        by = actor(request, office).name
        done = RequestStep(**fields, by=by, at=here.messaging.clock.now())
        try:
            await perform(request, office, lambda act: record_step(act, request_id, done))
        except (AlreadySo, NoSuch):
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, "Recorded.")
            return redirect(f"{HOME}/{request_id}")
    return await _page(request, request_id, form, 422)


@router.post("/{request_id}/gather")
async def gather(request: Request, office: Office, request_id: str) -> Response:
    """Ask every service what it holds about the person."""
    await perform(request, office, lambda act: ask_everywhere(act, request_id))
    flash(request, "Every service is asked. Their answers come in within seconds.")
    return redirect(f"{HOME}/{request_id}")


@router.post("/{request_id}/archive", responses=files("application/zip"))
async def archive(request: Request, office: Office, request_id: str) -> Response:
    """Everything that was gathered, as a ZIP to look through and to send; the trail says so."""
    read = applications_here(request).db.read
    found = await load_request(read, request_id)
    if not found.person_id or not found.open:
        raise NoSuch("There is no archive of this request.")

    async def note(act: Act) -> None:
        act.audit("download-archive", request_id)

    await perform(request, office, note)
    db = applications_here(request).db
    # megabytes of files: on disk, gone with the last who has it open
    made = await asyncio.to_thread(TemporaryFile)
    try:
        await write_all(made, read, db.files, request.app.state.own_data, found)
        size = made.tell()
        made.seek(0)
    except BaseException:
        made.close()
        raise
    saved = {
        "content-disposition": f'attachment; filename="{found.number}.zip"',
        "content-length": str(size),
    }
    return StreamingResponse(_read_and_closed(made), media_type="application/zip", headers=saved)


def _read_and_closed(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(STEP):
            yield chunk


def _form(request: Request, form: Form[Any], status: int = 200) -> Response:
    kinds = options(KINDS.items(), prompt="Choose")
    return render(request, "applications/new_request.html", status, form=form, kinds=kinds)


async def _page(request: Request, request_id: str, form: Form[Any], status: int = 200) -> Response:
    found = await load_request(applications_here(request).db.read, request_id)
    clock, now = clock_of(found), today(request)
    return render(
        request,
        "applications/request.html",
        status,
        found=found,
        kind=KINDS[found.kind],
        summary=_summary(found, clock, now),
        course=[_step(one) for one in found.steps],
        columns=[
            column("on", "Day"),
            column("what", "What"),
            column("text", "Text"),
            column("by", "By"),
        ],
        steps=options(STEPS.items(), prompt="Choose"),
        outcomes=options(OUTCOMES.items(), prompt="Only to close it"),
        gathered=await _gathered(request, found),
        path=f"{HOME}/{found.id}",
        form=form,
    )


def _row(one: DataRequest, clock: Clock, now: date) -> dict[str, Any]:
    return {
        "number": {"text": one.number, "href": f"{HOME}/{one.id}"},
        "kind": KINDS[one.kind].partition(":")[0],
        "name": one.name,
        "received": short_day(one.received),
        "due": _due(clock, now),
        "state": _state(clock),
    }


def _due(clock: Clock, now: date) -> dict[str, str]:
    if clock.next is None:
        return {"text": "None"}
    hint = "to acknowledge" if clock.acknowledge_by else ""
    if clock.late(now):
        hint = f"{hint}, late".removeprefix(", ")
    return {"text": short_day(clock.next), "hint": hint}


def _state(clock: Clock) -> dict[str, str]:
    text, colour = STATES[clock.state]
    return {"tag": text, "colour": colour}


def _summary(found: DataRequest, clock: Clock, now: date) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        ("Who", f"{found.name}, {found.contact}" if found.contact else found.name),
        ("Received", day(found.received)),
        ("State", _state(clock)),
    ]
    if clock.acknowledge_by:
        rows.append(("Acknowledge by", _said(clock.acknowledge_by, now)))
    if clock.due:
        rows.append(("Answer by", _said(clock.due, now)))
    if clock.extend_by:
        rows.append(("Two months more", f"can be announced until {day(clock.extend_by)}"))
    if found.closing:
        rows.append(("Ended", OUTCOMES[found.closing.outcome]))
    return rows


async def _gathered(request: Request, found: DataRequest) -> list[tuple[str, str]]:
    """How far each other service's answer is here; nothing if they cannot be asked."""
    if not found.person_id or not found.open:
        return []
    here = applications_here(request)
    known = await answers(here.db.read, found.id)
    if not known:
        kept = f"not asked yet, or what came was kept for {KEPT_FOR.days} days and is removed"
        return [("The other services", kept)]
    return [
        (one.capitalize(), _answered(answer, here.cohort.zone)) for one, answer in known.items()
    ]


def _answered(answer: Answer, zone: str) -> str:
    if answer.at is None:
        return "has not answered yet; it is asked again"
    text = f"answered {short_moment(answer.at, zone)}"
    if not answer.newest:
        text += ", not yet the newest question; it is asked again"
    if answer.files:
        here = sum(one.complete for one in answer.files)
        text += f"; {here} of {plural(len(answer.files), 'file')} here"
    return text


def _said(last: date, now: date) -> str:
    return f"{day(last)}, which is past" if now > last else day(last)


def _step(one: RequestStep) -> dict[str, Any]:
    return {"on": short_day(one.on), "what": STEPS[one.kind], "text": one.text, "by": one.by}


def _plain(one: DataRequest) -> tuple[object, ...]:
    """Without names: for a report on how requests are met."""
    clock, closing = clock_of(one), one.closing
    ended = (closing.on, closing.outcome) if closing else ("", "")
    return (one.number, one.kind, one.received, clock.next or "", clock.state, *ended)
