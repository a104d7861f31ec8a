"""A Fellow's own page: their calendar, their learning set, their attendance, in plain words."""

from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_web import render
from scheduling.calendar.pages.cells import when
from scheduling.calendar.store import sessions_of
from scheduling.completion.pages.cells import outcome_tag, standing_tag
from scheduling.completion.rules import policy_of
from scheduling.completion.standing import judge_fellow
from scheduling.fellows.access import Here, OwnPage
from scheduling.fellows.act import Scheduling
from scheduling.fellows.store import fellows_of, find_fellow
from scheduling.learning_sets.store import allocation_of

router = APIRouter(prefix="/scheduling")


@router.get("/me")
async def own_page(request: Request, here: Here, person: OwnPage) -> Response:
    """What concerns the Fellow behind the link, and nobody else."""
    fellow = await find_fellow(here.read, here.cohort.id, person.person_id or "")
    if fellow is None or not fellow.on_record:
        return render(request, "scheduling/not_yet.html")
    calendar = await sessions_of(here.read, here.cohort.id)
    judgement = judge_fellow(fellow, calendar, policy_of(here))
    now = here.messaging.clock.now()
    dated = [(one, at) for one in judgement.held if (at := one.session.over_at)]
    return render(
        request,
        "scheduling/own_page.html",
        fellow=fellow,
        judgement=judgement,
        requirements=judgement.requirements,
        cohort=here.cohort,
        coming=[one for one, over_at in dated if over_at > now],
        over=[one for one, over_at in dated if over_at <= now],
        undated=[one for one in judgement.held if one.session.on is None],
        standing_tag=standing_tag,
        outcome_tag=outcome_tag,
        when=when,
        **await _own_set(here, fellow.person_id),
    )


async def _own_set(here: Scheduling, person_id: str) -> dict[str, Any]:
    """The number of the person's learning set and the names of the others in it."""
    allocation = await allocation_of(here.read, here.cohort.id)
    number = allocation.set_of(person_id) if allocation else None
    if allocation is None or number is None:
        return {"set_number": None}
    names = {one.person_id: one.name for one in await fellows_of(here.read, here.cohort.id)}
    others = [p for p in allocation.members[number - 1] if p != person_id]
    return {"set_number": number, "set_members": sorted(names[p] for p in others)}
