"""Who is at the other end of a request, and what they may do."""

from dataclasses import dataclass
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
    purpose: str | None = None
    """The purpose of the emailed link that opened the session; None for staff."""

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """Whether the session came from staff sign-in rather than an emailed link."""
        return self.has(*STAFF_ROLES)
