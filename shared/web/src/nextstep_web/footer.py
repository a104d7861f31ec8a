"""What every page ends with: the way to the pages that the law asks for."""

from datetime import date
from typing import Final, get_args

from nextstep_programme import LegalPageName, LegalPages
from nextstep_programme.legal_pages import PRIVACY_NOTICES
from nextstep_web.principal import Principal

PRIVACY: Final = "privacy"
"""Leads on to the notices, where it is not known whose the reader needs."""
NOTICE_OF: Final[dict[str, LegalPageName]] = {
    "applicant": "privacy-applicants",
    "fellow": "privacy-fellows",
    "panellist": "privacy-panel",
    "coach": "privacy-coaches",
}
"""By the role that an emailed link gives."""
LABELS: Final[tuple[tuple[LegalPageName, str], ...]] = (
    ("accessibility", "Accessibility statement"),
    ("cookies", "Cookies"),
    ("contact", "Contact"),
)
"""In the footer, behind the privacy notice."""


def about_path(service: str, page: str) -> str:
    """Where a service shows one of the pages."""
    return f"/{service}/about/{page}"


def footer_links(
    legal: LegalPages, notice: LegalPageName | None, today: date
) -> list[tuple[str, str]]:
    """The pages that every page and email ends with, as far as they are there, and their labels.

    `notice` is that of whoever reads it; None: they choose.
    """
    there = [page for page in get_args(LegalPageName) if legal.in_force(page, today)]
    first = notice if notice in there else PRIVACY if {*there} & {*PRIVACY_NOTICES} else None
    privacy = [(first, "Privacy notice")] if first else []
    return [*privacy, *((page, label) for page, label in LABELS if page in there)]


def notice_for(principal: Principal | None) -> LegalPageName | None:
    """The notice of whoever is signed in; None for staff and for nobody."""
    roles = principal.roles if principal else ()
    return next((NOTICE_OF[role] for role in ("fellow", *NOTICE_OF) if role in roles), None)
