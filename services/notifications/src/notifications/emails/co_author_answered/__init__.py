"""Somebody whom the authors of a project asked said yes or no."""

from nextstep_contracts import CoAuthorAnswered
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: CoAuthorAnswered, _person_id: str, _zone: str) -> Facts:
    """Who answered what about which project."""
    return {"title": event.title, "name": event.person.name, "accepted": event.accepted}


EMAIL = EventEmail(
    name="co_author_answered",
    label="Answer of somebody asked to be an author",
    event=CoAuthorAnswered,
    subject="co_author",
    because="The authors know who is one of them.",
    people=lambda event: event.authors,
    facts=facts,
    links=(PROJECT,),
    by_another=True,
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "name": "Dr Ben Hughes",
        "accepted": True,
    },
)
