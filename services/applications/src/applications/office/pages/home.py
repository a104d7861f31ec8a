"""The office's start page."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from applications.admissions import store
from applications.intake.store import count_receipts
from applications.office.pages import to_do
from applications.office.pages.list_query import look
from applications.review.pages.access import reviews_only
from applications.review.pages.to_do import review_todos
from applications.web.access import SignedIn
from applications.web.acting import applications_here
from nextstep_web import redirect, render, require

router = APIRouter(prefix="/applications", tags=["pages"])


@router.get("/")
async def home(request: Request, person: SignedIn) -> Response:
    """What waits, where the places stand, how applications come in."""
    here = applications_here(request)
    if reviews_only(here, person):
        return redirect("/applications/reviews")
    await require("office", "read_only")(request)
    seen = await look(request)
    held = await store.load_ledger(here.db.read, here.cohort)
    elsewhere = to_do.Elsewhere(
        quarantined=await count_receipts(here.db.read, "quarantined"),
        dead_letters=await here.messaging.dead_letters.count(),
    )
    today = seen.around.now.astimezone(ZoneInfo(here.cohort.zone)).date()
    return render(
        request,
        "applications/home.html",
        cohort=here.cohort,
        figures=to_do.summary_of(to_do.states(seen.cards), held),
        todos=[*to_do.todos(seen, elsewhere, held), *await review_todos(here)],
        intake=to_do.intake(seen.cards, here.cohort, today),
        warnings=here.loaded.warnings,
    )
