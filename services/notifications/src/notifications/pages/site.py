"""What the pages share: who may see them, what they read from, and how states are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from nextstep_messaging import Database, Messaging
from nextstep_web import Principal, column, here_of, require
from nextstep_web.display import short_moment
from notifications.mail.writing import Writer
from notifications.store import as_utc

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]

STATES = {
    "waiting": ("Waiting for an address", "yellow"),
    "queued": ("Queued", "blue"),
    "sending": ("On its way", "blue"),
    "sent": ("Sent", "green"),
    "failed": ("Failed", "red"),
    "uncertain": ("Uncertain", "orange"),
    "not_sent": ("Not sent", "grey"),
}
"""How a state is written for the office, and its colour."""

TEMPLATE_NAMES = {
    "application_received": "Application received",
    "application_updated": "Application changed",
    "documents_needed": "Documents needed",
    "application_referred": "Application with a person",
    "documents_requested": "Documents asked for again",
    "waiting_list": "Waiting list",
    "place_offered": "Place offered",
    "offer_lapsed": "Offer lapsed",
    "place_accepted": "Welcome",
    "place_declined": "Place declined",
    "application_rejected": "Application rejected",
    "application_withdrawn": "Withdrawal",
    "study_leave_outstanding": "Study leave reminder",
    "learning_set": "Learning set",
    "session_missed": "Session missed",
    "register_corrected": "Register corrected",
    "standing_changed": "Standing changed",
    "requirements_met": "Requirements met",
    "project_registered": "Project registered",
    "project_submitted": "Project handed in",
    "panel_invited": "Panel invitation",
    "award_won": "Award",
    "graduated": "Graduation",
    "certificate_issued": "Certificate",
    "discount_issued": "Reduced fee",
    "membership_expiring": "Membership ending",
    "invitation": "Calendar: invited",
    "invitation_changed": "Calendar: changed",
    "invitation_cancelled": "Calendar: cancelled",
}
"""How a mail's template is written for the office."""


@dataclass(frozen=True)
class Site:
    """What the pages read from and act on."""

    messaging: Messaging
    writer: Writer
    queued: Callable[[], None]
    """Tells the sender of a mail to send."""

    @property
    def db(self) -> Database:
        """The service's database, for reading."""
        return self.messaging.db


def site(request: Request) -> Site:
    """The site that this request is for."""
    found: Site = here_of(request)
    return found


def state_tag(state: str) -> dict[str, str]:
    """A state as a table cell."""
    text, colour = STATES[state]
    return {"tag": text, "colour": colour}


def when(text: str | None) -> str | None:
    """A stored moment as a table cell."""
    return short_moment(as_utc(text)) if text else None


def mail_path(mail_id: str) -> str:
    """Where the office finds a mail."""
    return f"/notifications/mails/{mail_id}"


def person_cell(row: dict[str, Any]) -> dict[str, Any]:
    """The recipient of a mail, leading to all their mails."""
    return {
        "text": row["name"] or row["person_id"],
        "href": f"/notifications/people/{row['person_id']}",
    }


def mail_cells(row: dict[str, Any]) -> dict[str, Any]:
    """A mail as a row of a table."""
    return {
        "queued_at": when(row["queued_at"]),
        "title": {"text": row["title"] or "(not written)", "href": mail_path(row["_id"])},
        "name": person_cell(row),
        "template": TEMPLATE_NAMES[row["template"]],
        "state": state_tag(row["state"]),
        "sent_at": when(row["sent_at"]),
    }


MAIL_COLUMNS = [
    column("title", "Subject", sort=True),
    column("name", "To", sort=True),
    column("template", "Kind", sort=True),
    column("state", "State", sort=True),
    column("queued_at", "Queued", sort=True),
    column("sent_at", "Sent", sort=True),
]
