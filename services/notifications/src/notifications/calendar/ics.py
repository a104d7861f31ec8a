"""An invitation as iCalendar (RFC 5545) carrying an iTIP method (RFC 5546).

Moments are written in UTC: a single entry needs no VTIMEZONE, and Outlook mishandles generated
ones. The local time was fixed when the session was dated, so a clock change cannot move it.
"""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vCalAddress, vDatetime, vInt, vText
from icalendar.parser import Contentline

from nextstep_programme.writing import span
from notifications.calendar.details import Details
from notifications.calendar.what_to_send import CalendarStep
from notifications.emails.wording import clean

PRODUCT = "-//Next Step Fellows Programme//Notifications//EN"


def uid_for(entry_id: str, person_id: str, domain: str) -> str:
    """The same for all emails about one entry in one person's calendar, and tells nothing."""
    digest = hashlib.sha256(f"{entry_id}\n{person_id}".encode()).hexdigest()[:32]
    return f"{digest}@{domain}"


def _address(mailbox: str, name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox}")
    # a double quote cannot be written inside a parameter (RFC 5545, 3.2)
    address.params["CN"] = vText(clean(name).replace('"', "'"))
    for key, value in parameters.items():
        address.params[key] = vText(value)
    return address


def _description(details: Details, link: str) -> str:
    lines = [f"Time: {span(details.starts, details.ends)} (UK time)."]
    if details.joining:
        lines.append(f"How to join: {details.joining}")
    lines.append(f"Your programme page: {link}")
    return "\n".join(lines)


def _when(event: Event, details: Details) -> None:
    if details.timed:
        event.add("dtstart", details.starts_at)
        event.add("dtend", details.ends_at)
        return
    event.add("dtstart", details.on)
    event.add("dtend", details.on + timedelta(days=1))  # exclusive
    event.add("x-microsoft-cdo-alldayevent", "TRUE")


@lru_cache(maxsize=512)
def _shared(details: Details, method: str, organiser: tuple[str, str], link: str) -> str:
    """What an entry's emails to all people have in common, with a gap for what differs.

    Writing a whole calendar costs as much as everything else about an email; a session's seventy
    invitations differ in four lines.
    """
    cancelled = method == "CANCEL"
    event = Event()
    event.add("summary", details.title)
    event.add("location", details.venue)
    event.add("description", _description(details, link))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    _when(event, details)
    event.add("organizer", _address(organiser[1], organiser[0]))
    event.add("x-microsoft-cdo-busystatus", "FREE" if cancelled else "BUSY")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


_BEGIN = "BEGIN:VEVENT\r\n"


def invitation_ics(
    step: CalendarStep, *, name: str, organiser: tuple[str, str], link: str, now: datetime
) -> str:
    """The calendar part of one email.

    Args:
        step: what to ask the calendar to do.
        name: the person's name; the address is the invitation's.
        organiser: name and address, equal to the email's From so that clients trust it.
        link: a page without credentials; calendars are shared more widely than mailboxes.
        now: DTSTAMP.

    """
    sent = step.invitation
    attendee = _address(
        sent.address,
        name,
        CUTYPE="INDIVIDUAL",
        ROLE="REQ-PARTICIPANT",
        PARTSTAT="NEEDS-ACTION",
        RSVP="FALSE",  # attendance is taken at the session, so no reply is asked for
    )
    own = (
        _line("UID", vText(uid_for(sent.entry_id, sent.person_id, organiser[1].rpartition("@")[2])))
        + _line("SEQUENCE", vInt(sent.sequence))
        + _line("DTSTAMP", vDatetime(now))
        + _line("ATTENDEE", attendee)
    )
    shared = _shared(sent.details, step.method, organiser, link)
    return shared.replace(_BEGIN, _BEGIN + own, 1)


def _line(name: str, value: vText | vInt | vDatetime | vCalAddress) -> str:
    """One property, escaped and folded."""
    line = Contentline.from_parts(name, value.params, value)
    return bytes(line.to_ical()).decode() + "\r\n"
