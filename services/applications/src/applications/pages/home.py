"""The office's start page."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from applications import store
from applications.pages import overview
from applications.pages.look import look
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
    seen = await look(request)
    held = await overview.ledger(here.db, here.cohort)
    elsewhere = overview.Elsewhere(
        quarantined=await here.db.read(store.RECEIPTS).count({"status": "quarantined"}),
        dead_letters=await here.messaging.dead_letters.count(),
    )
    today = seen.around.now.astimezone(ZoneInfo(here.cohort.zone)).date()
    return render(
        request,
        "applications/home.html",
        cohort=here.cohort,
        figures=overview.summary_of(overview.states(seen.cards), held),
        todos=[*overview.todos(seen, elsewhere, held), *await review_todos(here)],
        intake=overview.intake(seen.cards, here.cohort, today),
        warnings=here.loaded.warnings,
    )
