"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.applicant import pages
from applications.documents.pages import document
from applications.intake.pages import (
    correcting,
    field_map,
    map_versions,
    quarantine,
    receipts,
    reconciliation,
)
from applications.office.pages import (
    application,
    applications_list,
    audit,
    bulk,
    duplicate,
    home,
    notes,
    overrides,
    place_ledger,
    rule_trial,
    saved_views,
    versions,
)
from applications.review.pages import case, coverage, decisions, my_reviews, ranking, reviewers
from applications.study_leave.pages import declaration, evidence, overview
from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    office = (
        home,
        applications_list,
        saved_views,
        bulk,
        application,
        notes,
        document,
        versions,
        rule_trial,
        place_ledger,
        overrides,
        overview,
        quarantine,
        reconciliation,
        map_versions,
        field_map,
        correcting,
        duplicate,
        receipts,
        audit,
    )
    own = (*office, declaration, evidence, pages)
    reviewed = (my_reviews, coverage, reviewers, case, ranking, decisions)
    return [
        *(module.router for module in (*own, *reviewed)),
        dead_letter_pages("applications", lambda: dead_letters),
    ]
