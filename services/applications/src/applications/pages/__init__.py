"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.pages import (
    audit,
    eligibility,
    evidence,
    home,
    leave_office,
    ledger,
    me,
    one,
    overrides,
    receipts,
    search,
    study_leave,
)
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    own = (
        home,
        search,
        one,
        eligibility,
        ledger,
        overrides,
        receipts,
        audit,
        study_leave,
        evidence,
        leave_office,
        me,
    )
    return [
        *(module.router for module in own),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
