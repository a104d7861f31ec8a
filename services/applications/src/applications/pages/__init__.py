"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.pages import (
    audit,
    bulk,
    home,
    ledger,
    me,
    notes,
    one,
    receipts,
    search,
    study_leave,
    views,
)
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    own = (home, search, views, bulk, one, notes, ledger, receipts, audit, study_leave, me)
    return [
        *(module.router for module in own),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
