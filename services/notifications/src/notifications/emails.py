"""The rows of `emails`: one mail to one person, from its cause to what became of it.

States: `waiting` (the recipient's address is not known yet), `queued`, `sending` (claimed),
`sent`, `failed` (given up, with the reason), `uncertain` (handed over, but whether the server took
it is not known; a person decides) and `not_sent` (overtaken by a later event, or erased).
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.calendar.entries import PROGRAMME_ZONE
from notifications.decide import Outgoing
from notifications.directory import Entry as PersonEntry
from notifications.mail.message import email_id
from notifications.mail.writing import Writer, Written

Document = dict[str, Any]
State = Literal["waiting", "queued", "sending", "sent", "failed", "uncertain", "not_sent"]
STATES: tuple[State, ...] = (
    "waiting", "queued", "sending", "sent", "failed", "uncertain", "not_sent",
)  # fmt: skip
PENDING = ("queued", "sending")
RESENDABLE = ("failed", "uncertain")

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""`not_before` of a mail that need not wait. A wall-clock moment: see `delivery.outcome`."""

OVERTAKEN = "A later event made it misleading."
ERASED = "The person was erased."
REPLACED = "A later invitation took its place before this one was sent."


@dataclass(frozen=True)
class Cause:
    """The event that a mail tells of."""

    event_id: UUID
    event_type: str
    subject: str
    correlation_id: UUID


@dataclass(frozen=True)
class CalendarEntry:
    """What a mail's calendar part does, and to which invitation."""

    invitation: str
    sequence: int
    method: str
    ics: str


@dataclass(frozen=True)
class Drafted:
    """The documents of one mail."""

    row: Document
    body: Document | None
    """None while the mail cannot be written."""


def _order() -> int:
    """Queued first, sent first; nanoseconds, because a burst shares its milliseconds."""
    return time.time_ns()


def draft(
    outgoing: Outgoing,
    cause: Cause,
    person: PersonEntry | None,
    writer: Writer,
    now: datetime,
    *,
    key: str | None = None,
    calendar: CalendarEntry | None = None,
) -> Drafted:
    """Write a mail, or what is needed to write it once the person is known.

    `key` makes the mail's id where one event causes several mails by one template.
    """
    mail_id = email_id(key or str(cause.event_id), outgoing.person_id, outgoing.template)
    row: Document = {
        "_id": mail_id,
        "state": "queued",
        "template": outgoing.template,
        "person_id": outgoing.person_id,
        "name": "",
        "address": "",
        "title": "",
        "cause_id": str(cause.event_id),
        "cause_type": cause.event_type,
        "cause_subject": cause.subject,
        "correlation_id": str(cause.correlation_id),
        "invitation": calendar.invitation if calendar else None,
        "sequence": calendar.sequence if calendar else None,
        "queued_at": now.isoformat(),
        "day": now.astimezone(ZoneInfo(PROGRAMME_ZONE)).date().isoformat(),
        "order": _order(),
        "attempts": 0,
        "not_before": AT_ONCE,
        "claim": None,
        "sent_at": None,
        "note": "",
        "erased": False,
        "revision": 0,
    }
    if outgoing.overtaken:
        row |= {"state": "not_sent", "note": OVERTAKEN}
    if person is None or not person.known:
        erased = person is not None and person.erased
        if erased:
            row |= {"state": "not_sent", "note": ERASED}
        elif not outgoing.overtaken:
            row |= {"state": "waiting", "facts": outgoing.facts}
        return Drafted(row, None)
    written = writer.write(outgoing.template, person.name, outgoing.facts)
    row |= {"name": person.name, "address": person.email, "title": written.subject}
    return Drafted(row, _body(mail_id, written, calendar))


def _body(mail_id: str, written: Written, calendar: CalendarEntry | None) -> Document:
    return {
        "_id": mail_id,
        "text": written.text,
        "html": written.html,
        "ics": calendar.ics if calendar else None,
        "method": calendar.method if calendar else None,
    }


def complete(row: Document, person: PersonEntry, writer: Writer) -> Drafted:
    """A waiting mail, written now that the person is known."""
    written = writer.write(row["template"], person.name, row["facts"])
    done = {key: value for key, value in row.items() if key != "facts"} | {
        "state": "queued",
        "name": person.name,
        "address": person.email,
        "title": written.subject,
        "order": _order(),
    }
    return Drafted(done, _body(row["_id"], written, None))
