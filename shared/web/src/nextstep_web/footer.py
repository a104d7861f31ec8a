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
    service: str, legal: LegalPages, principal: Principal | None, today: date
) -> list[dict[str, str]]:
    """What every page ends with, as far as it is there: the notice is that of whoever reads it."""
    roles = principal.roles if principal else ()
    mine = next((NOTICE_OF[r] for r in ("fellow", *NOTICE_OF) if r in roles), None)
    there = [page for page in get_args(LegalPageName) if legal.in_force(page, today)]
    links = []
    if any(notice in there for notice in PRIVACY_NOTICES):
        page = mine if mine in there else PRIVACY
        links.append({"href": about_path(service, page), "text": "Privacy notice"})
    links += [
        {"href": about_path(service, page), "text": label}
        for page, label in LABELS
        if page in there
    ]
    return links
