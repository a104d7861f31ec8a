"""Calendar invitations: for each session, who holds which version of it."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_programme.writing import clock, short_weekday, span, weekday
from nextstep_web import asks_for_file, column, listing, render, table_file
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople
from notifications.calendar.entries import CalendarEntry
from notifications.calendar.store import entries, entry, invitations
from notifications.calendar.table import in_calendar
from notifications.calendar.what_to_send import Invitation
from notifications.delivery.states import state_tag
from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import Read, contacts, emails
from notifications.office.access import Reader, notifications_of
from notifications.office.pages.cells import email_path

router = APIRouter(prefix="/notifications/calendar", tags=["pages"])

COLUMNS = [
    column("title", "Session", sort=True),
    column("day", "Date", sort=True),
    column("time", "Time"),
    column("venue", "Where"),
    column("invited", "Invited", sort=True, numeric=True),
    column("cancelled", "Cancelled", sort=True, numeric=True),
]
HOLDERS = [
    column("name", "Person", sort=True),
    column("state", "In the calendar", sort=True),
    column("sequence", "Sequence", sort=True, numeric=True),
    column("told", "Told date and time"),
    column("email", "Last email"),
]


HEADER = ("name", "state", "sequence", "told")


@router.get("")
async def sessions(request: Request, _: Reader, closed: ClosedPeople) -> Response:
    """All sessions and slots that were ever dated."""
    read = notifications_of(request).db.read
    held = [one for one in await invitations(read, {}) if one.person_id not in closed]
    invited = Counter(one.entry_id for one in held if one.active)
    cancelled = Counter(one.entry_id for one in held if not one.active)
    keys = {
        "title": lambda e: e.title,
        "day": lambda e: e.details.starts_at if e.details else None,
        "invited": lambda e: invited[e.entry_id],
        "cancelled": lambda e: cancelled[e.entry_id],
    }
    found = listing(request, await entries(read, {}), keys, "day")
    rows = [
        _cells(one) | {"invited": invited[one.entry_id], "cancelled": cancelled[one.entry_id]}
        for one in found.rows
    ]
    return render(request, "notifications/calendar.html", found=found, columns=COLUMNS, rows=rows)


def _cells(session: CalendarEntry) -> dict[str, Any]:
    details = session.details
    return {
        "title": {"text": session.title, "href": f"/notifications/calendar/{session.entry_id}"},
        "day": weekday(details.on) if details else {"tag": "Cancelled", "colour": "red"},
        "time": span(details.starts, details.ends) if details else None,
        "venue": details.venue if details else None,
    }


@router.get("/{entry_id}", responses=TABLE_FILES)
async def one_session(request: Request, entry_id: str, _: Reader, closed: ClosedPeople) -> Response:
    """Who holds which SEQUENCE of one session."""
    read = notifications_of(request).db.read
    session = await entry(read, entry_id)
    if session is None:
        raise NoSuch("No such session has been dated.")
    holders = await _holders(read, entry_id, closed)
    if asks_for_file(request):
        rows = [[row["by_name"], row["by_state"], row["sequence"], row["filed"]] for row in holders]
        return await table_file(request, "invitations", HEADER, rows)
    keys = {key: (lambda row, key=key: row[f"by_{key}"]) for key in ("name", "state", "sequence")}
    found = listing(request, holders, keys, "name")
    return render(
        request,
        "notifications/session.html",
        download=HEADER,
        entry=session,
        facts=_facts(session, closed),
        found=found,
        columns=HOLDERS,
        rows=found.rows,
    )


def _facts(session: CalendarEntry, closed: Collection[str]) -> list[tuple[str, Any]]:
    people = session.audience
    named = len(set(people or ()).difference(closed))
    audience = "Every Fellow" if people is None else f"{named} named people"
    # a learning set's meeting has another one whenever somebody joins or leaves the set
    told = people is None or not closed
    rows: list[tuple[str, Any]] = [("Revision of the session", session.revision)] if told else []
    if session.details is None:
        return [("State", {"tag": "Cancelled", "colour": "red"}), ("Why", session.reason), *rows]
    details = session.details
    return [
        ("Date", weekday(details.on)),
        ("Time", span(details.starts, details.ends)),
        ("Where", details.venue),
        ("How to join", details.joining),
        ("Audience", audience),
        *rows,
    ]


async def _holders(read: Read, entry_id: str, closed: Collection[str]) -> list[dict[str, Any]]:
    found = await invitations(read, {"entry_id": entry_id})
    held = [one for one in found if one.person_id not in closed]
    people = await contacts(read, (one.person_id for one in held))
    told = await emails(read, {"invitation": {"$in": [one.key for one in held]}})
    last = {one.invitation: one for one in told}
    return [
        _holder(one, people[one.person_id].name or "(erased)", last.get(one.key)) for one in held
    ]


def _holder(invitation: Invitation, name: str, email: EmailRecord | None) -> dict[str, Any]:
    on, starts = invitation.details.on, invitation.details.starts
    told = clock(starts) if starts else "time open"
    filed = f"{starts:%H:%M}" if starts else "time open"
    open_email = {"text": "open", "href": email_path(email.email_id)} if email else None
    return {
        "by_name": name,
        "by_state": "invited" if invitation.active else "cancelled",
        "by_sequence": invitation.sequence,
        "name": {"text": name, "href": f"/notifications/people/{invitation.person_id}"},
        "state": in_calendar(active=invitation.active),
        "sequence": invitation.sequence,
        "told": f"{short_weekday(on)}, {told}",
        "filed": f"{on}, {filed}",
        "email": [state_tag(email.state), open_email] if email else None,
    }
