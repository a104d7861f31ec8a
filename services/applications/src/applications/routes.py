"""Pages of the office and of applicants."""

from fastapi import APIRouter, Depends

from applications.applicant.pages import leaving, own_page, sending_documents
from applications.data_requests.pages import register
from applications.documents.pages import document
from applications.employers.pages import employers, who_is_meant
from applications.intake.pages import (
    by_hand,
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
from applications.public.pages import apply
from applications.review.pages import case, coverage, decisions, my_reviews, ranking, reviewers
from applications.review.pages.access import compares
from applications.study_leave.pages import declaration, evidence, overview

_OFFICE = (
    home,
    applications_list,
    saved_views,
    bulk,
    by_hand,
    application,
    notes,
    document,
    versions,
    rule_trial,
    place_ledger,
    overrides,
    overview,
    who_is_meant,  # its fixed paths come before one employer's
    employers,
    quarantine,
    reconciliation,
    map_versions,
    field_map,
    correcting,
    duplicate,
    receipts,
)
_OWN = (declaration, evidence, own_page, leaving, sending_documents)
_REVIEWED = (my_reviews, coverage, reviewers, case, ranking, decisions)
_REQUESTS = APIRouter(dependencies=[Depends(compares)])
_REQUESTS.include_router(register.router)  # an archive holds what reviewers wrote
PAGES: list[APIRouter] = [
    apply.router,
    *(module.router for module in _OFFICE),
    _REQUESTS,
    *(module.router for module in (*_OWN, *_REVIEWED)),
]
"""All pages of the service, in the order in which their paths are tried."""
