"""The office's start page."""

from fastapi import APIRouter, Request, Response

from applications.pages import overview
from applications.pages.reviewed import SignedIn, review_todos, reviews_only
from applications.pages.site import site
from nextstep_web import redirect, render, require

router = APIRouter(prefix="/applications", tags=["pages"])


@router.get("/")
async def home(request: Request, person: SignedIn) -> Response:
    """What waits, where the places stand, how applications come in."""
    here = site(request)
    if reviews_only(here, person):
        return redirect("/applications/reviews")
    await require("office", "read_only")(request)
    counts = await overview.states(here.db, here.cohort)
    held = await overview.ledger(here.db, here.cohort)
    dead = await here.messaging.dead_letters.count()
    waiting = await overview.waiting(here.db, here.cohort, counts, dead)
    return render(
        request,
        "applications/home.html",
        cohort=here.cohort,
        figures=overview.summary_of(counts, held),
        todos=[*overview.todos(waiting, held, here.cohort.zone), *await review_todos(here)],
        intake=await overview.intake(here.db, here.cohort, here.messaging.clock.now()),
        warnings=here.loaded.warnings,
    )
