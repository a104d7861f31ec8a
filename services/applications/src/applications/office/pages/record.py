"""What was kept about an application beside its present state, gathered for its page."""

from dataclasses import dataclass
from typing import Any

from applications.admissions import kept_versions
from applications.admissions.application import Application
from applications.admissions.history import HistoryLine, without_comparison
from applications.admissions.store import Read, load_history
from applications.admissions.versions import Version
from applications.office import store
from applications.office.emails import Email
from applications.office.note import Note


@dataclass(frozen=True)
class ApplicationRecord:
    """What never changes, in the order in which it was made; of notes the latest first."""

    history: list[dict[str, Any]]
    versions: list[Version]
    emails: list[dict[str, Any]]
    notes: list[Note]

    @classmethod
    async def of(
        cls, read: Read, application: Application, *, comparing: bool
    ) -> "ApplicationRecord":
        """Read it; `comparing` says whether the reader may know how applications compare."""
        lines = await load_history(read, application.id)
        shown = lines if comparing else map(without_comparison, lines)
        emails = await store.emails_of(read, application.person_id)
        return cls(
            history=[_happened(line) for line in shown],
            versions=await kept_versions.of_application(read, application.id),
            emails=[_email(one) for one in emails.about(application.id)],
            notes=await store.notes_about(read, application.id),
        )


def _happened(line: HistoryLine) -> dict[str, Any]:
    what = {"text": line.what, "hint": line.why} if line.why else line.what
    return {"at": line.at, "what": what, "who": line.who}


def _email(email: Email) -> dict[str, Any]:
    state = {"tag": "Sent", "colour": "green"}
    if email.came_back:
        state = {"tag": "Came back", "colour": "red"}
    return {
        "title": email.sent.title if email.sent else email.cause.split(".")[1],
        "state": state,
        "at": email.at,
        "note": email.bounced.diagnostic if email.bounced else None,
    }
