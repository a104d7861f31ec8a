"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.pages import (
    audit,
    home,
    ledger,
    maps,
    me,
    mending,
    merge,
    one,
    quarantine,
    receipts,
    reconciliation,
    search,
    study_leave,
    versions,
)
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    office = (
        home,
        search,
        one,
        versions,
        ledger,
        quarantine,
        reconciliation,
        maps,
        mending,
        merge,
        receipts,
        audit,
    )
    own = (*office, study_leave, me)
    return [
        *(module.router for module in own),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
