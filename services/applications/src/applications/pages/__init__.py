"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.pages import (
    audit,
    cases,
    decisions,
    home,
    ledger,
    me,
    one,
    ranking,
    receipts,
    reviewers,
    reviews,
    search,
    selection,
    study_leave,
)
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    own = (home, search, one, ledger, receipts, audit, study_leave, me)
    reviewed = (reviews, selection, reviewers, cases, ranking, decisions)
    return [
        *(module.router for module in (*own, *reviewed)),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
