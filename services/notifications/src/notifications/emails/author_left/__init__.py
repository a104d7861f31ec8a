"""Somebody is an author of a project no longer: a note to them, and to who remains."""

from nextstep_contracts import AuthorLeft
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: AuthorLeft, person_id: str, _zone: str) -> Facts:
    """Who left which project, by whose hand, and whether that is the reader."""
    return {
        "title": event.title,
        "name": event.person.name,
        "oneself": event.person.person_id == person_id,
        "by_office": event.by_office,
    }


EMAIL = EventEmail(
    name="author_left",
    label="No longer an author",
    event=AuthorLeft,
    subject="author",
    because="Whoever left or was taken off a project, and every author who remains.",
    people=lambda event: (event.person, *event.authors),
    facts=facts,
    links=(PROJECT,),
    by_another=True,
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "name": "Dr Ada Okafor",
        "oneself": True,
        "by_office": True,
    },
)
