"""Who is at the other end of a request, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

StaffRole = Literal["office", "panel", "facilitator", "read_only"]
PersonRole = Literal["applicant", "fellow", "panellist", "coach"]

STAFF_ROLES: Final[tuple[str, ...]] = get_args(StaffRole)
"""Roles that staff hold by signing in."""
PERSON_ROLES: Final[tuple[str, ...]] = get_args(PersonRole)
"""Roles that an emailed link gives."""
ROLES: Final[tuple[str, ...]] = STAFF_ROLES + PERSON_ROLES

ROLE_NAMES: Final[dict[str, str]] = {
    "office": "Programme office",
    "panel": "Executive panel",
    "facilitator": "Facilitator",
    "read_only": "Read only",
    "applicant": "Applicant",
    "fellow": "Fellow",
    "panellist": "Panellist",
    "coach": "Coach",
}
"""How a role is written on a page."""


def roles_in_words(roles: Iterable[str]) -> str:
    """Roles as a page writes them, for example "Executive panel, Programme office"."""
    return ", ".join(sorted(ROLE_NAMES[role] for role in roles)) or "no role"


@dataclass(frozen=True)
class OpenedBy:
    """The emailed link that opened a session."""

    purpose: str
    """What its email was about, which bounds what the session may do (see `purposes`)."""
    made: datetime | None
    """When the email was sent, on the programme's clock; None: by a release that did not say."""
    rests_on: datetime | None
    """The newest news of the person that its sender had; None likewise."""


@dataclass(frozen=True)
class Principal:
    """The person a session belongs to."""

    subject: str
    """Staff: their e-mail address. A person behind an emailed link: their person id."""
    name: str
    roles: frozenset[str]
    person_id: str | None
    session_id: str
    """Random, one per sign-in; CSRF tokens are bound to it."""
    began: int = 0
    """When, in seconds of the wall clock (Unix time)."""
    link: OpenedBy | None = None
    """None for staff."""

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """Whether the session came from staff sign-in rather than an emailed link."""
        return self.has(*STAFF_ROLES)
