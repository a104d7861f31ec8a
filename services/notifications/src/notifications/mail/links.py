"""Personal links in mails: which mail carries which, and the tokens behind them.

A mail is stored with a stand-in for each token. The real token exists only in the mail that is
sent: whoever may read what was sent must not be able to act as the person it was sent to. A mail
that is sent again gets a fresh token with a fresh expiry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nextstep_web.links import LinkClaims, link_path, mint_link


@dataclass(frozen=True)
class Link:
    """A page that a mail leads to."""

    service: str
    next: str
    role: str
    days: int
    """How long the token lives. Later mails carry fresh ones."""


LINKS: Mapping[str, Link] = {
    "application": Link("applications", "/applications/me", "applicant", days=90),
    "study_leave": Link("applications", "/applications/me/study-leave", "fellow", days=90),
    "programme": Link("scheduling", "/scheduling/me", "fellow", days=400),
    "project": Link("awards", "/awards/me", "fellow", days=400),
    "panel": Link("awards", "/awards/panel", "panellist", days=90),
}
"""A Fellow's links outlive the eleven months of the programme."""

_APPLICATION = ("application",)
_PROGRAMME = ("programme",)
_PROJECT = ("project",)

CARRIED: Mapping[str, tuple[str, ...]] = {
    "application_received": _APPLICATION,
    "application_updated": _APPLICATION,
    "documents_needed": _APPLICATION,
    "application_referred": _APPLICATION,
    "documents_requested": _APPLICATION,
    "waiting_list": _APPLICATION,
    "place_offered": _APPLICATION,
    "offer_lapsed": _APPLICATION,
    "place_accepted": ("programme", "application"),
    "study_leave_outstanding": ("study_leave",),
    "place_declined": (),
    "application_rejected": (),
    "application_withdrawn": (),
    "learning_set": _PROGRAMME,
    "session_missed": _PROGRAMME,
    "register_corrected": _PROGRAMME,
    "standing_changed": _PROGRAMME,
    "requirements_met": _PROGRAMME,
    "project_registered": _PROJECT,
    "project_submitted": _PROJECT,
    "panel_invited": ("panel",),
    "award_won": _PROJECT,
    "graduated": _PROJECT,
    "certificate_issued": _PROJECT,
    "discount_issued": _PROJECT,
    "membership_expiring": _PROJECT,
    "invitation": _PROGRAMME,
    "invitation_changed": _PROGRAMME,
    "invitation_cancelled": (),
}
"""The links of each mail, by template."""


def stand_in(name: str) -> str:
    """What a stored mail holds in place of a token; plain letters, so no escaping alters it."""
    return f"personal-link-{name}"


def stored_links(names: Iterable[str], urls: Mapping[str, str]) -> dict[str, str]:
    """The addresses to write into a mail, with stand-ins for tokens.

    Args:
        names: keys of `LINKS`.
        urls: public addresses by service.

    """
    return {name: _url(LINKS[name], stand_in(name), urls) for name in names}


def _url(link: Link, token: str, urls: Mapping[str, str]) -> str:
    return urls[link.service].rstrip("/") + link_path(link.service, token)


def tokens(
    names: Iterable[str], person_id: str, name: str, *, private_key: str, now: datetime
) -> dict[str, str]:
    """Fresh tokens by link name, for one person."""
    return {
        key: mint_link(
            private_key,
            LinkClaims(
                person_id=person_id,
                name=name,
                purpose=key,
                roles=frozenset({LINKS[key].role}),
                audience=LINKS[key].service,
                next=LINKS[key].next,
                expires=now + timedelta(days=LINKS[key].days),
            ),
        )
        for key in names
    }


def with_tokens(text: str, minted: Mapping[str, str]) -> str:
    """A stored text as it is sent."""
    for name, token in minted.items():
        text = text.replace(link_path(LINKS[name].service, stand_in(name)), _path(name, token))
    return text


def _path(name: str, token: str) -> str:
    return link_path(LINKS[name].service, token)
