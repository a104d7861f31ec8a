"""How many emails forms can cause to one address. Pure.

Anybody can fill in a public form with a stranger's address, as often as they like. What is beyond
the bounds is kept, and the office may send it. An email about a decision is not counted.

Counted are whole hours and days (UTC) of the events' own times. Hours lie within days, so the
number that is sent is the same in whatever order events are heard: whoever takes as many as both
bounds let through always ends with the same number (the bounds are a laminar matroid).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from nextstep_programme.email_address import address_key

DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})
"""Domains of the same mailboxes, whose dots are left out of account."""


@dataclass(frozen=True)
class Bounds:
    """The most emails that forms cause to one mailbox."""

    an_hour: int
    a_day: int


@dataclass(frozen=True)
class FormEmails:
    """What one mailbox was sent on one day because of forms."""

    key: str
    """Of the mailbox and the day; nobody can read the address from it."""
    day: datetime
    """Its beginning."""
    hours: Mapping[str, int] = field(default_factory=dict)
    """How many by the hour, `0` to `23`."""
    version: int = 0

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "_id": self.key,
            "day": self.day,
            "hours": dict(self.hours),
            "version": self.version,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """What is stored of it."""
        return cls(document["_id"], document["day"], document["hours"], document["version"])


def day_of(address: str, at: datetime) -> FormEmails:
    """The day of `at` of the mailbox behind an address, with nothing counted yet."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    named = f"{mailbox_of(address)}\n{day.date().isoformat()}"
    return FormEmails(hashlib.sha256(named.encode()).hexdigest()[:32], day)


def one_more(sent: FormEmails, at: datetime, bounds: Bounds) -> FormEmails | None:
    """The day with one more email, of an event at `at`; None if that would be too many."""
    hour = str(at.astimezone(UTC).hour)
    in_hour = sent.hours.get(hour, 0)
    if in_hour >= bounds.an_hour or sum(sent.hours.values()) >= bounds.a_day:
        return None
    return replace(sent, hours={**sent.hours, hour: in_hour + 1})


def mailbox_of(address: str) -> str:
    """What addresses have in common that reach one mailbox: `ada+1@` and `ada+2@` do (RFC 5233).

    Only for counting: for identity they are different addresses.
    """
    local, at, domain = address_key(address).rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in DOTLESS:
        plain, domain = plain.replace(".", ""), "gmail.com"
    return f"{plain}{at}{domain}"
