"""Calendar invitations: for each session, who holds which version of it."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_messaging import Database
from nextstep_web import column, csv_response, listing, render
from notifications.calendar.entries import Entry
from notifications.pages.people import in_calendar
from notifications.pages.site import Reader, mail_path, site, state_tag
from notifications.store import EMAILS, ENTRIES, INVITATIONS, PEOPLE, people_by_id, read_entry
from notifications.wording import day_in_words, span_in_words

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
    column("mail", "Last mail"),
]


@router.get("")
async def sessions(request: Request, _: Reader) -> Response:
    """All sessions and slots that were ever dated."""
    db = site(request).db
    entries = [read_entry(one) for one in await db.read(ENTRIES).find({})]
    invited, cancelled = await _counts(db)
    keys = {
        "title": lambda e: e.title,
        "day": lambda e: e.details.starts_at if e.details else None,
        "invited": lambda e: invited[e.entry_id],
        "cancelled": lambda e: cancelled[e.entry_id],
    }
    found = listing(request, entries, keys, "day")
    rows = [
        _cells(entry) | {"invited": invited[entry.entry_id], "cancelled": cancelled[entry.entry_id]}
        for entry in found.rows
    ]
    return render(request, "notifications/calendar.html", found=found, columns=COLUMNS, rows=rows)


async def _counts(db: Database) -> tuple[Counter[str], Counter[str]]:
    held = await db.read(INVITATIONS).find({})
    invited = Counter(one["entry_id"] for one in held if one["active"])
    return invited, Counter(one["entry_id"] for one in held if not one["active"])


def _cells(entry: Entry) -> dict[str, Any]:
    details = entry.details
    return {
        "title": {"text": entry.title, "href": f"/notifications/calendar/{entry.entry_id}"},
        "day": day_in_words(details.on) if details else {"tag": "Cancelled", "colour": "red"},
        "time": span_in_words(details.starts, details.ends) if details else None,
        "venue": details.venue if details else None,
    }


@router.get("/{entry_id}")
async def session(request: Request, entry_id: str, _: Reader) -> Response:
    """Who holds which SEQUENCE of one session."""
    db = site(request).db
    document = await db.read(ENTRIES).get(entry_id)
    if document is None:
        raise NoSuch("No such session has been dated.")
    holders = await _holders(db, entry_id)
    keys = {key: (lambda row, key=key: row[f"by_{key}"]) for key in ("name", "state", "sequence")}
    if request.query_params.get("format") == "csv":
        header = ("name", "state", "sequence", "told")
        rows = [[row["by_name"], row["by_state"], row["sequence"], row["told"]] for row in holders]
        return csv_response("invitations.csv", header, rows)
    entry = read_entry(document)
    found = listing(request, holders, keys, "name")
    return render(
        request,
        "notifications/session.html",
        entry=entry,
        facts=_facts(entry),
        found=found,
        columns=HOLDERS,
        rows=found.rows,
    )


def _facts(entry: Entry) -> list[tuple[str, Any]]:
    audience = "Every Fellow" if entry.audience is None else f"{len(entry.audience)} named people"
    rows: list[tuple[str, Any]] = [("Revision of the session", entry.revision)]
    if entry.details is None:
        return [("State", {"tag": "Cancelled", "colour": "red"}), ("Why", entry.reason), *rows]
    details = entry.details
    return [
        ("Date", day_in_words(details.on)),
        ("Time", span_in_words(details.starts, details.ends)),
        ("Where", details.venue),
        ("How to join", details.joining),
        ("Audience", audience),
        *rows,
    ]


async def _holders(db: Database, entry_id: str) -> list[dict[str, Any]]:
    held = await db.read(INVITATIONS).find({"entry_id": entry_id})
    people = await people_by_id(db.read(PEOPLE), (one["person_id"] for one in held))
    mails = await db.read(EMAILS).find(
        {"invitation": {"$in": [one["_id"] for one in held]}}, sort=[("order", 1)]
    )
    last = {mail["invitation"]: mail for mail in mails}
    return [
        _holder(one, people[one["person_id"]].name or "(erased)", last.get(one["_id"]))
        for one in held
    ]


def _holder(invitation: dict[str, Any], name: str, mail: dict[str, Any] | None) -> dict[str, Any]:
    details = invitation["details"]
    starts = f", {details['starts'][:5]}" if details["starts"] else ", time open"
    return {
        "by_name": name,
        "by_state": "invited" if invitation["active"] else "cancelled",
        "by_sequence": invitation["sequence"],
        "name": {"text": name, "href": f"/notifications/people/{invitation['person_id']}"},
        "state": in_calendar(active=invitation["active"]),
        "sequence": invitation["sequence"],
        "told": f"{details['on']}{starts}",
        "mail": [state_tag(mail["state"]), {"text": "open", "href": mail_path(mail["_id"])}]
        if mail
        else None,
    }
