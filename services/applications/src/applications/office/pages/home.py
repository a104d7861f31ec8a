"""The office's start page."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from applications.admissions import store
from applications.admissions.open_to_apply import headline, open_to_apply
from applications.data_requests.pages.to_do import request_todos
from applications.intake.store import count_receipts, count_stuck
from applications.office.pages import to_do
from applications.office.pages.list_query import look
from applications.review.pages.access import reviews_only
from applications.review.pages.to_do import review_todos
from applications.web.access import Staff, hidden_ids
from applications.web.acting import applications_here
from nextstep_web import audit_todos, redirect, render, require

router = APIRouter(prefix="/applications", tags=["pages"])


@router.get("/")
async def home(request: Request, staff: Staff) -> Response:
    """What waits, where the places stand, how applications come in."""
    here = applications_here(request)
    if reviews_only(here, staff):
        return redirect("/applications/reviews")
    reader = await require("office", "read_only")(request)
    seen = await look(request)
    hidden = await hidden_ids(request, reader)
    ledger = await store.load_ledger(here.db.read, here.cohort)
    held = ledger.without(hidden)
    missing = here.loaded.legal_pages.missing(request.app.state.pages.today())
    elsewhere = to_do.Elsewhere(
        # what either says may be about a hidden application
        quarantined=0 if hidden else await count_receipts(here.db.read, "quarantined"),
        employers=0 if hidden else len(to_do.unknown_employers(seen.cards)),
        stuck=0
        if hidden
        else await count_stuck(here.db.read, seen.around.now - to_do.PROCESSED_WITHIN),
        dead_letters=0 if hidden else await here.messaging.dead_letters.count(),
    )
    today = seen.around.now.astimezone(ZoneInfo(here.cohort.zone)).date()
    return render(
        request,
        "applications/home.html",
        cohort=here.cohort,
        partial=bool(hidden),
        figures=to_do.summary_of(to_do.states(seen.cards), held),
        todos=[
            *await audit_todos(here.messaging),
            *to_do.todos(seen, elsewhere, held),
            *await review_todos(request, reader),
            *([] if hidden else await request_todos(request, reader)),
        ],
        intake=to_do.intake(seen.cards, here.cohort, today),
        warnings=here.loaded.warnings,
        # as everybody reads it, whatever is hidden from whom
        published=headline(open_to_apply(here.cohort, ledger, missing, seen.around.now)),
    )
