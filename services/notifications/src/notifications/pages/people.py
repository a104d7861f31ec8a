"""Everything sent to one person, for the office; and a person's own list."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from nextstep_contracts import NoSuch
from nextstep_messaging import Database
from nextstep_web import PERSON_ROLES, Principal, column, render, require
from notifications.calendar.entries import Details
from notifications.pages.site import MAIL_COLUMNS, Reader, mail_cells, site, state_tag, when
from notifications.store import EMAILS, INVITATIONS, PEOPLE
from notifications.wording import day_in_words, span_in_words

router = APIRouter(prefix="/notifications", tags=["pages"])

Person = Annotated[Principal, Depends(require(*PERSON_ROLES))]
CALENDAR = [
    column("session", "Session"),
    column("day", "Date"),
    column("time", "Time"),
    column("state", "In the calendar"),
    column("sequence", "Sequence", numeric=True),
]


@router.get("/people/{person_id}")
async def person(request: Request, person_id: str, _: Reader) -> Response:
    """One person's mails and calendar."""
    db = site(request).db
    known = await db.read(PEOPLE).get(person_id)
    mails = await db.read(EMAILS).find({"person_id": person_id}, sort=[("order", -1)])
    if known is None and not mails:
        raise NoSuch("Nothing is known of such a person.")
    return render(
        request,
        "notifications/person.html",
        person_id=person_id,
        known=known,
        columns=[{**one, "sort": False} for one in MAIL_COLUMNS if one["key"] != "name"],
        rows=[mail_cells(row) for row in mails],
        calendar_columns=CALENDAR,
        calendar=await calendar_of(db, person_id),
    )


async def calendar_of(db: Database, person_id: str) -> list[dict[str, Any]]:
    """What a person's calendar holds, by date."""
    found = await db.read(INVITATIONS).find({"person_id": person_id})
    dated = sorted(found, key=lambda one: (one["details"]["on"], one["details"]["starts"] or ""))
    return [_entry(one) for one in dated]


def _entry(invitation: dict[str, Any]) -> dict[str, Any]:
    details = Details.read(invitation["details"])
    return {
        "session": {
            "text": details.title,
            "href": f"/notifications/calendar/{invitation['entry_id']}",
        },
        "day": day_in_words(details.on),
        "time": span_in_words(details.starts, details.ends),
        "state": in_calendar(active=invitation["active"]),
        "sequence": invitation["sequence"],
    }


def in_calendar(*, active: bool) -> dict[str, str]:
    """Whether an entry stands in a calendar, as a table cell."""
    return {"tag": "Invited", "colour": "green"} if active else {"tag": "Cancelled"}


@router.get("/me")
async def mine(request: Request, who: Person) -> Response:
    """A person's own mails: what was sent to them and when, without their content."""
    db = site(request).db
    mails = await db.read(EMAILS).find({"person_id": who.person_id}, sort=[("order", -1)])
    calendar = await calendar_of(db, who.person_id or "")
    return render(
        request,
        "notifications/me.html",
        rows=[
            {
                "title": row["title"],
                "sent_at": when(row["sent_at"]),
                "state": state_tag(row["state"]),
            }
            for row in mails
            if row["state"] != "not_sent"
        ],
        calendar=[{**one, "session": one["session"]["text"]} for one in calendar],
        calendar_columns=CALENDAR[:-1],
    )
