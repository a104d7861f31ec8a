"""Learning sets: what is feasible, the allocation, swaps."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import Refused
from nextstep_web import Form, Principal, blank, csv_response, flash, read_form, redirect, render
from nextstep_web.display import short_day
from scheduling import learning_sets
from scheduling.commands import sets
from scheduling.desk import Desk
from scheduling.learning_sets import set_id
from scheduling.overview import Overview, look
from scheduling.pages.cells import session_path
from scheduling.pages.people import AtDesk, Office, Staff, actor

router = APIRouter(prefix="/scheduling/sets")
CSV_HEADER = ("set", "person_id", "name")


class Swap(BaseModel):
    """Two Fellows who change places, and why."""

    first: Annotated[str, Field(title="First Fellow")]
    second: Annotated[str, Field(title="Second Fellow")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


@router.get("")
async def show(
    request: Request,
    desk: AtDesk,
    staff: Staff,
) -> Response:
    """The sets and their meetings, or what is feasible before they are made."""
    seen = await look(desk)
    if request.query_params.get("format") == "csv":
        names = {row.fellow.person_id: row.fellow.name for row in seen.fellows}
        members = seen.allocation.members if seen.allocation else ()
        rows = [(n, p, names.get(p, "")) for n, who in enumerate(members, start=1) for p in who]
        return csv_response("learning-sets.csv", CSV_HEADER, rows)
    return _page(request, desk, staff, seen=seen, form=blank())


@router.post("/allocate")
async def allocate(request: Request, desk: AtDesk, office: Office) -> Response:
    """Deal the Fellows out."""
    form: Form[Any] = blank()
    by = actor(request, office)
    try:
        await desk.transact(lambda uow: sets.allocate(uow, desk.programme, by))
    except Refused as no:
        form.show(no)
        return _page(request, desk, office, seen=await look(desk), form=form, status=409)
    flash(request, "The learning sets are allocated and everybody is told.")
    return redirect("/scheduling/sets")


@router.post("/swap")
async def swap(request: Request, desk: AtDesk, office: Office) -> Response:
    """Let two Fellows change places."""
    form = await read_form(request, Swap)
    if form.valid:
        given = form.data.model_dump()
        by = actor(request, office)
        try:
            await desk.transact(lambda uow: sets.swap(uow, desk.programme, by, **given))
        except Refused as no:
            form.show(no)
        else:
            flash(request, "They have changed places; both sets are told.")
            return redirect("/scheduling/sets")
    return _page(request, desk, office, seen=await look(desk), form=form, status=422)


def _page(
    request: Request,
    desk: Desk,
    staff: Principal,
    *,
    seen: Overview,
    form: Form[Any],
    status: int = 200,
) -> Response:
    plan = desk.programme.cohort.learning_sets
    names = {row.fellow.person_id: row.fellow.name for row in seen.fellows}
    members = seen.allocation.members if seen.allocation else ()
    placed = sorted((names.get(p, p), p, n) for n, who in enumerate(members, 1) for p in who)
    return render(
        request,
        "scheduling/sets.html",
        status,
        room=learning_sets.feasibility(len(seen.active), plan),
        topics=plan.topics,
        allocation=seen.allocation,
        sets=[_set(seen, names, number) for number in range(1, len(members) + 1)],
        columns=_columns(len(plan.topics)),
        waiting=[names.get(p, p) for p in (seen.allocation.waiting if seen.allocation else ())],
        choices=[{"value": "", "text": "Choose a Fellow"}]
        + [{"value": p, "text": f"{name} (set {n})"} for name, p, n in placed],
        names=names,
        form=form,
        may_decide=staff.has("office"),
    )


def _set(seen: Overview, names: dict[str, str], number: int) -> dict[str, Any]:
    """A row of the table: the set, its members, and a link to its register in each topic."""
    members = seen.allocation.members[number - 1] if seen.allocation else ()
    of = set_id(seen.allocation.cohort, number) if seen.allocation else ""
    meetings = [row.session for row in seen.sessions if row.session.set_id == of]
    return {
        "set": f"{number}",
        "members": ", ".join(sorted(names.get(person_id, person_id) for person_id in members)),
        "size": str(len(members)),
        **{
            f"topic-{meeting.number}": {
                "text": f"{short_day(meeting.on)} {meeting.starts:%H:%M}",
                "href": session_path(meeting.session_id, "register"),
            }
            for meeting in meetings
        },
    }


def _columns(topics: int) -> list[dict[str, Any]]:
    return [
        {"key": "set", "label": "Set"},
        {"key": "members", "label": "Members"},
        {"key": "size", "label": "Size", "numeric": True},
        *({"key": f"topic-{n}", "label": f"Topic {n}"} for n in range(1, topics + 1)),
    ]
