"""A Fellow's own page: their calendar, their learning set, their attendance, in plain words."""

from fastapi import APIRouter, Request, Response

from nextstep_web import render
from scheduling import store
from scheduling.overview import set_of
from scheduling.pages.cells import outcome_tag, standing_tag, when
from scheduling.pages.people import AtDesk, OwnPage
from scheduling.standing import of_fellow

router = APIRouter(prefix="/scheduling")


@router.get("/me")
async def own_page(request: Request, desk: AtDesk, person: OwnPage) -> Response:
    """What concerns the Fellow behind the link, and nobody else."""
    known = await store.fellow(desk.read, desk.cohort, person.person_id or "")
    if known is None or known.current is None or known.erased_at:
        return render(request, "scheduling/not_yet.html")
    calendar = await store.sessions(desk.read, desk.cohort)
    allocation = await store.allocation(desk.read, desk.cohort)
    number = set_of(allocation, known.person_id)
    fellows = await store.fellows(desk.read, desk.cohort)
    names = {fellow.person_id: fellow.name for fellow in fellows}
    own_set = allocation.members[number - 1] if allocation and number else ()
    result = of_fellow(known, calendar, desk.programme.policy)
    now = desk.now()
    return render(
        request,
        "scheduling/me.html",
        fellow=known,
        result=result,
        cohort=desk.programme.cohort,
        coming=[one for one in result.held if one.session.over_at and one.session.over_at > now],
        over=[one for one in result.held if one.session.over_at and one.session.over_at <= now],
        undated=[one for one in result.held if one.session.on is None],
        set_number=number,
        set_members=sorted(names[p] for p in own_set if p != known.person_id),
        standing_tag=standing_tag,
        outcome_tag=outcome_tag,
        when=when,
    )
