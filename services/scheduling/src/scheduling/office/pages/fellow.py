"""One Fellow: where they stand and why, what is recorded, and the modules they are excused from."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Form, Principal, blank, flash, read_form, redirect, render
from nextstep_web.conflicts import closed_people
from scheduling.attendance.store import evidence_on_person
from scheduling.calendar.pages.cells import session_path, when
from scheduling.completion.excusing import excuse, stop_excusing
from scheduling.completion.pages.cells import outcome_tag, standing_tag
from scheduling.fellows.access import Here, Office, Reader, perform
from scheduling.fellows.act import Scheduling
from scheduling.learning_sets.swapping import SWAPPED
from scheduling.office.overview import FellowRow, Overview, look
from scheduling.office.pages.cells import fellow_path
from scheduling.office.store import changes_about

router = APIRouter(prefix="/scheduling/fellows/{person_id}")


class WaiverForm(BaseModel):
    """A module to excuse, or not to excuse any longer, and why."""

    session_id: Annotated[str, Field(title="Module")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("")
async def fellow(request: Request, here: Here, reader: Reader, person_id: str) -> Response:
    """One Fellow's page."""
    return await _page(request, here, reader, person_id)


@router.post("/waivers")
async def waive(request: Request, here: Here, office: Office, person_id: str) -> Response:
    """Excuse a module."""
    done = "The module is excused."
    return await _decide(request, here, office, person_id, use_case=excuse, done=done)


@router.post("/waivers/withdraw")
async def take_back(request: Request, here: Here, office: Office, person_id: str) -> Response:
    """Take a waiver back."""
    done = "The waiver is taken back."
    return await _decide(request, here, office, person_id, use_case=stop_excusing, done=done)


async def _decide(
    request: Request,
    here: Scheduling,
    office: Principal,
    person_id: str,
    *,
    use_case: Callable[..., Awaitable[None]],
    done: str,
) -> Response:
    """Do what the form asks for, and say so; or show the page again with what is wrong."""
    if person_id in await closed_people(request):
        raise NoSuch("There is no such Fellow.")
    form = await read_form(request, WaiverForm)
    if form.valid:
        given = form.data.model_dump()
        try:
            await perform(request, office, lambda act: use_case(act, person_id, **given))
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, done)
            return redirect(fellow_path(person_id))
    return await _page(request, here, office, person_id, form=form, status=422)


async def _page(
    request: Request,
    here: Scheduling,
    reader: Principal,
    person_id: str,
    *,
    form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    closed = await closed_people(request)
    seen = await look(here, closed)
    row = _row(seen, person_id)
    modules = [held.session for held in row.judgement.modules.sessions]
    return render(
        request,
        "scheduling/fellow.html",
        status,
        row=row,
        fellow=row.fellow,
        requirements=row.judgement.requirements,
        standing_tag=standing_tag,
        outcome_tag=outcome_tag,
        session_path=session_path,
        when=when,
        titles={one.session.session_id: one.session.title for one in seen.sessions},
        form=form or blank(),
        waivable=[
            {"value": module.session_id, "text": module.title}
            for module in modules
            if module.session_id not in row.fellow.waivers
        ],
        evidence=await evidence_on_person(here.read, person_id),
        changes=[
            change
            for change in await changes_about(here.read, person_id)
            # it may have been with somebody of whom whoever asks must learn nothing
            if not (closed and change.action == SWAPPED)
        ],
        may_decide=reader.has("office") and row.fellow.active,
    )


def _row(seen: Overview, person_id: str) -> FellowRow:
    for row in seen.fellows:
        if row.fellow.person_id == person_id:
            return row
    raise NoSuch("There is no such Fellow.")
