"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.pages import (
    audit,
    bulk,
    cases,
    decisions,
    documents,
    eligibility,
    evidence,
    home,
    leave_office,
    ledger,
    maps,
    me,
    mending,
    merge,
    notes,
    one,
    overrides,
    quarantine,
    ranking,
    receipts,
    reconciliation,
    reviewers,
    reviews,
    search,
    selection,
    study_leave,
    versions,
    views,
)
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    office = (
        home,
        search,
        views,
        bulk,
        one,
        notes,
        documents,
        versions,
        eligibility,
        ledger,
        overrides,
        leave_office,
        quarantine,
        reconciliation,
        maps,
        mending,
        merge,
        receipts,
        audit,
    )
    own = (*office, study_leave, evidence, me)
    reviewed = (reviews, selection, reviewers, cases, ranking, decisions)
    return [
        *(module.router for module in (*own, *reviewed)),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
