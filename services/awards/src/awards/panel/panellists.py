"""A member of the panel, and what the office must know of them."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from awards.fellows.records import Part, Record
from nextstep_contracts import Refused
from nextstep_programme.email_address import NoAddressError, read_address


class StandDown(Part):
    """Why somebody left the panel without having scored."""

    reason: str
    by: str
    at: datetime


class Panellist(Record):
    """One member of the panel."""

    collection: ClassVar[str] = "panellists"
    cohort: str
    name: str
    email: str
    organisation: str
    trust: str | None = None
    added_at: datetime
    revision: int = 0
    """Counts the invitations."""
    stood_down: StandDown | None = None

    @property
    def judges(self) -> bool:
        """Whether the panellist is on the panel now."""
        return self.stood_down is None


def check_panellist(
    name: str, email: str, organisation: str, organisations: Collection[str]
) -> tuple[str, str]:
    """The name without surrounding blanks, and the address as `read_address` has it.

    Raises:
        Refused: something is missing or the organisation is not on the panel.

    """
    problems = {}
    if not name.strip():
        problems["name"] = "Enter the panellist's name"
    # whether an address exists only an email can tell; the invitation's bounce is shown
    try:
        email = read_address(email)
    except NoAddressError as error:
        problems["email"] = f"Enter an email address, like name@example.org: this {error}"
    if organisation not in organisations:
        problems["organisation"] = f"Choose one of {', '.join(organisations)}"
    if problems:
        raise Refused("The panellist's details are not complete", fields=problems)
    return name.strip(), email
