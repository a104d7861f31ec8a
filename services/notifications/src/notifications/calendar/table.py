"""How a person's calendar is shown in a table."""

from typing import Any

from nextstep_programme.writing import span, weekday
from notifications.calendar.what_to_send import Invitation

CALENDAR_COLUMNS = [
    {"key": "session", "label": "Session"},
    {"key": "day", "label": "Date"},
    {"key": "time", "label": "Time"},
    {"key": "state", "label": "In the calendar"},
]


def calendar_cells(invitation: Invitation) -> dict[str, Any]:
    """An invitation as a row of a table."""
    details = invitation.details
    return {
        "session": details.title,
        "day": weekday(details.on),
        "time": span(details.starts, details.ends),
        "state": in_calendar(active=invitation.active),
    }


def in_calendar(*, active: bool) -> dict[str, str]:
    """Whether an entry stands in a calendar, as a table cell."""
    return {"tag": "Invited", "colour": "green"} if active else {"tag": "Cancelled"}
