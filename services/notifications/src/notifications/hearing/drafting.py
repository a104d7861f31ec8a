"""From a decision to an email that can be sent, or that waits for the person's address."""

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.emails.all_emails import EMAILS
from notifications.emails.wording import PROGRAMME_ZONE
from notifications.emails.writing import Writer, Written
from notifications.hearing.address_book import Contact
from notifications.hearing.cause import Cause
from notifications.hearing.deciding import Outgoing
from notifications.hearing.email_record import (
    ERASED,
    HELD,
    OVERTAKEN,
    EmailBody,
    EmailRecord,
    ICalendar,
)


@dataclass(frozen=True)
class Drafted:
    """One email, and its words; None while it cannot be written."""

    record: EmailRecord
    body: EmailBody | None = None


@dataclass(frozen=True)
class CalendarPart:
    """What an email does to a calendar, and to which invitation in it."""

    invitation: str
    sequence: int
    calendar: ICalendar


def email_id(cause: str, person_id: str, template: str) -> str:
    """The id of the one email that tells `person_id` of `cause` by `template`."""
    return hashlib.sha256(f"{cause}\n{person_id}\n{template}".encode()).hexdigest()[:32]


def draft(
    outgoing: Outgoing,
    cause: Cause,
    contact: Contact,
    writer: Writer,
    now: datetime,
    *,
    key: str | None = None,
    part: CalendarPart | None = None,
) -> Drafted:
    """Write an email, or keep what is needed to write it once the person is known.

    `key` makes the email's id where one event causes several of the same to a person.
    """
    record = _begun(outgoing, cause, key or str(cause.event_id), now, part)
    if contact.erased:
        return Drafted(replace(record, state="not_sent", note=ERASED))
    if contact.known:
        written = writer.write(outgoing.email, contact.name, outgoing.facts, now)
        if outgoing.held:
            record = replace(record, state="held", note=HELD)
        return _addressed(record, contact, written, part)
    if outgoing.overtaken:
        return Drafted(record)
    return Drafted(replace(record, state="waiting", facts=outgoing.facts))


def complete(waiting: EmailRecord, contact: Contact, writer: Writer, now: datetime) -> Drafted:
    """A waiting email, written now that the person is known."""
    written = writer.write(EMAILS[waiting.template], contact.name, waiting.facts or {}, now)
    queued = replace(waiting, state="queued", order=time.time_ns(), facts=None)
    return _addressed(queued, contact, written, None)


def _begun(
    outgoing: Outgoing, cause: Cause, key: str, now: datetime, part: CalendarPart | None
) -> EmailRecord:
    template = outgoing.email.name
    return EmailRecord(
        email_id=email_id(key, outgoing.person_id, template),
        state="not_sent" if outgoing.overtaken else "queued",
        note=OVERTAKEN if outgoing.overtaken else "",
        template=template,
        person_id=outgoing.person_id,
        cause=cause,
        queued_at=now,
        day=now.astimezone(ZoneInfo(PROGRAMME_ZONE)).date().isoformat(),
        order=time.time_ns(),
        invitation=part.invitation if part else None,
        sequence=part.sequence if part else None,
    )


def _addressed(
    record: EmailRecord, contact: Contact, written: Written, part: CalendarPart | None
) -> Drafted:
    addressed = replace(
        record,
        name=contact.name,
        address=contact.email,
        title=written.subject,
        notice=written.notice,
    )
    calendar = part.calendar if part else None
    return Drafted(addressed, EmailBody(record.email_id, written.text, written.html, calendar))
