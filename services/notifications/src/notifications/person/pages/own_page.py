"""A person's own list: what was sent to them and when, without its content."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from nextstep_web import PERSON_ROLES, Principal, here_of, render, require
from notifications.calendar.store import calendar_of
from notifications.calendar.table import CALENDAR_COLUMNS, calendar_cells
from notifications.delivery.states import state_tag
from notifications.hearing.act import Notifications
from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import emails

router = APIRouter(prefix="/notifications/me", tags=["pages"])

Person = Annotated[Principal, Depends(require(*PERSON_ROLES))]


@router.get("")
async def mine(request: Request, who: Person) -> Response:
    """A person's own emails and calendar entries."""
    here: Notifications = here_of(request)
    read, person_id = here.db.read, who.person_id or ""
    theirs = await emails(read, {"person_id": person_id}, newest_first=True)
    return render(
        request,
        "notifications/own_page.html",
        rows=[_cells(one) for one in theirs if one.state != "not_sent"],
        calendar=[calendar_cells(one) for one in await calendar_of(read, person_id)],
        calendar_columns=CALENDAR_COLUMNS,
    )


def _cells(email: EmailRecord) -> dict[str, Any]:
    return {
        "title": email.title,
        "sent_at": email.sent_at,
        "state": state_tag(email.state),
    }
