"""Everything sent to one person."""

from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_web import column, render
from nextstep_web.conflicts import ClosedPeople
from notifications.calendar.store import calendar_of
from notifications.calendar.table import CALENDAR_COLUMNS, calendar_cells
from notifications.calendar.what_to_send import Invitation
from notifications.hearing.store import contact, emails
from notifications.office.access import Reader, notifications_of
from notifications.office.pages.cells import EMAIL_COLUMNS, email_cells
from notifications.office.store import is_kept_from

router = APIRouter(prefix="/notifications/people", tags=["pages"])

COLUMNS = [{**one, "sort": False} for one in EMAIL_COLUMNS if one["key"] != "name"]
CALENDAR = [*CALENDAR_COLUMNS, column("sequence", "Sequence", numeric=True)]


@router.get("/{person_id}")
async def person(request: Request, person_id: str, _: Reader, closed: ClosedPeople) -> Response:
    """One person's emails and calendar."""
    read = notifications_of(request).db.read
    known = await contact(read, person_id)
    kept = await emails(read, {"person_id": person_id}, newest_first=True)
    theirs = [one for one in kept if not is_kept_from(closed, one)]
    if person_id in closed or (known.version == 0 and not kept):
        raise NoSuch("Nothing is known of such a person.")
    return render(
        request,
        "notifications/person.html",
        known=known,
        columns=COLUMNS,
        rows=[email_cells(one) for one in theirs],
        calendar_columns=CALENDAR,
        calendar=[_cells(one) for one in await calendar_of(read, person_id)],
    )


def _cells(invitation: Invitation) -> dict[str, Any]:
    session = {
        "text": invitation.details.title,
        "href": f"/notifications/calendar/{invitation.entry_id}",
    }
    return calendar_cells(invitation) | {"session": session, "sequence": invitation.sequence}
