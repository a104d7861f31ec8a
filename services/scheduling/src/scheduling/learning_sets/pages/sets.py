"""Learning sets: what is feasible, the allocation, swaps."""

from collections.abc import Collection, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import AlreadySo, Refused
from nextstep_programme.writing import clock, short_day
from nextstep_web import (
    Form,
    Principal,
    asks_for_file,
    blank,
    flash,
    read_form,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople, closed_people, nothing_closed
from scheduling.calendar.pages.cells import session_path
from scheduling.calendar.session import Session
from scheduling.calendar.store import sessions_of
from scheduling.fellows.access import Here, Office, Staff, perform
from scheduling.fellows.act import Scheduling
from scheduling.fellows.store import fellows_known_to
from scheduling.learning_sets import allocating, swapping
from scheduling.learning_sets.allocation import Allocation, set_id
from scheduling.learning_sets.dealing import feasibility
from scheduling.learning_sets.store import allocation_known_to

router = APIRouter(prefix="/scheduling/sets")
CSV_HEADER = ("set", "person_id", "name")


class SwapForm(BaseModel):
    """Two Fellows who change places, and why."""

    first: Annotated[str, Field(title="First Fellow")]
    second: Annotated[str, Field(title="Second Fellow")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


@router.get("", responses=TABLE_FILES)
async def show(request: Request, here: Here, staff: Staff, closed: ClosedPeople) -> Response:
    """The sets and their meetings, or what is feasible before they are made."""
    if asks_for_file(request):
        rows = await _csv(here, closed)
        return await table_file(request, "learning-sets", CSV_HEADER, rows)
    return await _page(request, here, staff, form=blank())


@router.post("/allocate", dependencies=[Depends(nothing_closed)])
async def allocate(request: Request, here: Here, office: Office) -> Response:
    """Deal the Fellows out."""
    form: Form[Any] = blank()
    try:
        await perform(request, office, allocating.allocate)
    except AlreadySo:
        raise
    except Refused as no:
        form.show(no)
        return await _page(request, here, office, form=form, status=409)
    flash(request, "The learning sets are allocated and everybody is told.")
    return redirect("/scheduling/sets")


@router.post("/swap")
async def swap(request: Request, here: Here, office: Office, closed: ClosedPeople) -> Response:
    """Let two Fellows change places."""
    form = await read_form(request, SwapForm)
    if form.valid:
        given = form.data.model_dump()
        try:
            await perform(request, office, lambda act: swapping.swap(act, **given, closed=closed))
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, "They have changed places; both sets are told.")
            return redirect("/scheduling/sets")
    return await _page(request, here, office, form=form, status=422)


async def _csv(here: Scheduling, closed: Collection[str]) -> list[tuple[int, str, str]]:
    fellows = await fellows_known_to(here.read, here.cohort.id, closed)
    names = {one.person_id: one.name for one in fellows}
    allocation = await allocation_known_to(here.read, here.cohort.id, closed)
    seated = allocation.seats() if allocation else ()
    return [(number, person_id, names[person_id]) for person_id, number in seated]


async def _page(
    request: Request, here: Scheduling, staff: Principal, *, form: Form[Any], status: int = 200
) -> Response:
    closed = await closed_people(request)
    fellows = await fellows_known_to(here.read, here.cohort.id, closed)
    names = {fellow.person_id: fellow.name for fellow in fellows}
    allocation = await allocation_known_to(here.read, here.cohort.id, closed)
    plan = here.cohort.learning_sets
    return render(
        request,
        "scheduling/sets.html",
        status,
        download=CSV_HEADER,
        room=feasibility(sum(fellow.active for fellow in fellows), plan),
        topics=plan.topics,
        allocation=allocation,
        columns=_columns(len(plan.topics)),
        names=names,
        form=form,
        may_decide=staff.has("office"),
        may_allocate=staff.has("office") and not closed,
        **await _allocated(here, allocation, names),
    )


async def _allocated(
    here: Scheduling, allocation: Allocation | None, names: dict[str, str]
) -> dict[str, Any]:
    """What the page shows once the sets are allocated."""
    if allocation is None:
        return {}
    calendar = await sessions_of(here.read, here.cohort.id)
    seated = sorted((names[p], p, number) for p, number in allocation.seats())
    return {
        "sets": [
            _row(allocation, number, calendar, names)
            for number in range(1, len(allocation.members) + 1)
        ],
        "waiting": [names[person_id] for person_id in allocation.waiting],
        "choices": [{"value": "", "text": "Choose a Fellow"}]
        + [{"value": p, "text": f"{name} (set {number})"} for name, p, number in seated],
    }


def _at(meeting: Session) -> str:
    day = short_day(meeting.on) if meeting.on else "No date yet"
    return f"{day}, {clock(meeting.starts)}" if meeting.starts else day


def _row(
    allocation: Allocation, number: int, calendar: Iterable[Session], names: dict[str, str]
) -> dict[str, Any]:
    """A row of the table: the set, its members, and a link to its register in each topic."""
    members = allocation.members[number - 1]
    own = set_id(allocation.cohort, number)
    return {
        "set": f"{number}",
        "members": ", ".join(sorted(names[person_id] for person_id in members)),
        "size": str(len(members)),
        **{
            f"topic-{meeting.number}": {
                "text": _at(meeting),
                "href": session_path(meeting.session_id, "register"),
            }
            for meeting in calendar
            if meeting.set_id == own
        },
    }


def _columns(topics: int) -> list[dict[str, Any]]:
    return [
        {"key": "set", "label": "Set"},
        {"key": "members", "label": "Members"},
        {"key": "size", "label": "Size", "numeric": True},
        *({"key": f"topic-{n}", "label": f"Topic {n}"} for n in range(1, topics + 1)),
    ]
