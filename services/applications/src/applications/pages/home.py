"""The office's start page."""

from fastapi import APIRouter, Request, Response

from applications.pages import overview
from applications.pages.site import Reader, site
from nextstep_web import render

router = APIRouter(prefix="/applications", tags=["pages"])


@router.get("/")
async def home(request: Request, _: Reader) -> Response:
    """What waits, where the places stand, how applications come in."""
    here = site(request)
    counts = await overview.states(here.db, here.cohort)
    held = await overview.ledger(here.db, here.cohort)
    dead = await here.messaging.dead_letters.count()
    waiting = await overview.waiting(here.db, here.cohort, counts, dead)
    return render(
        request,
        "applications/home.html",
        cohort=here.cohort,
        figures=overview.summary_of(counts, held),
        todos=overview.todos(waiting, held, here.cohort.zone),
        intake=await overview.intake(here.db, here.cohort, here.messaging.clock.now()),
        warnings=here.loaded.warnings,
    )
