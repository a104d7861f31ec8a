"""What several emails have in common: their facts, their people, and what overtakes them."""

from typing import Any

from nextstep_contracts import (
    ApplicationRejected,
    ApplicationWithdrawn,
    DocumentsNeeded,
    DocumentsRequested,
    OfferLapsed,
    Person,
    PlaceAccepted,
    PlaceDeclined,
    PosterRemoved,
    ProjectRegistered,
    ProjectSubmitted,
    SessionAttended,
    SessionMissed,
)
from nextstep_programme.writing import weekday
from notifications.emails.email import Facts

REFERENCE = "NS24-0042"
"""Of the application in samples."""
SESSION = {
    "title": "Module 3: Change and Crisis Management",
    "day": "Thursday 20 February 2025",
    "time": "9am to 5pm",
    "timed": True,
    "venue": "Bush House, Strand, London",
    "joining": None,
}
"""Of the calendar entry in samples."""

ANSWERED = (PlaceAccepted, PlaceDeclined, OfferLapsed)
LEFT = (ApplicationRejected, ApplicationWithdrawn)


def reference(event: Any, _person_id: str, _zone: str) -> Facts:
    """The application's reference, and the reasons where the event gives any."""
    return {"reference": event.reference, "reasons": list(getattr(event, "reasons", ()))}


def documents(event: DocumentsNeeded | DocumentsRequested, _person_id: str, _zone: str) -> Facts:
    """What is needed, each with the reason."""
    needed = list(event.documents_needed)
    return {"reference": event.reference, "documents_needed": needed}


def attendance(event: SessionMissed | SessionAttended, _person_id: str, _zone: str) -> Facts:
    """Which session the register is about."""
    return {
        "session": event.session_title,
        "day": weekday(event.on),
        "apologies": isinstance(event, SessionMissed) and event.apologies,
    }


def project(event: ProjectRegistered | ProjectSubmitted, person_id: str, _zone: str) -> Facts:
    """A project and the others who work on it."""
    others = [author.name for author in event.authors if author.person_id != person_id]
    return {"title": event.title, "others": others}


def authors(event: ProjectRegistered | ProjectSubmitted | PosterRemoved) -> tuple[Person, ...]:
    """Everybody who works on a project."""
    return event.authors
