"""How emails are shown in the office's tables."""

from typing import Any

from nextstep_web import column
from notifications.delivery.states import state_tag
from notifications.emails.all_emails import EMAILS
from notifications.hearing.email_record import EmailRecord

EMAIL_COLUMNS = [
    column("title", "Subject", sort=True),
    column("name", "To", sort=True),
    column("template", "Kind", sort=True),
    column("state", "State", sort=True),
    column("queued_at", "Queued", sort=True),
    column("sent_at", "Sent", sort=True),
]


def email_path(email_id: str) -> str:
    """Where the office finds an email."""
    return f"/notifications/mails/{email_id}"


def label_of(template: str) -> str:
    """How the office calls an email."""
    return EMAILS[template].label


def person_cell(email: EmailRecord) -> dict[str, Any]:
    """The recipient of an email, leading to all their emails."""
    return {
        "text": email.name or email.person_id,
        "href": f"/notifications/people/{email.person_id}",
    }


def email_cells(email: EmailRecord) -> dict[str, Any]:
    """An email as a row of a table."""
    return {
        "queued_at": email.queued_at,
        "title": {"text": email.title or "(not written)", "href": email_path(email.email_id)},
        "name": person_cell(email),
        "template": label_of(email.template),
        "state": state_tag(email.state),
        "sent_at": email.sent_at,
    }
