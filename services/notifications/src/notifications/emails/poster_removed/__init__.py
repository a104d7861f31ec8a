"""A poster is gone, because the virus scanner found something in it: a note to every author."""

from nextstep_contracts import PosterRemoved
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import authors
from notifications.emails.links import PROJECT


def facts(event: PosterRemoved, _person_id: str, _zone: str) -> Facts:
    """Which project, and whether its authors can still attach another."""
    return {"title": event.title, "submitted": event.submitted}


EMAIL = EventEmail(
    name="poster_removed",
    label="Poster removed",
    event=PosterRemoved,
    subject="poster",
    because="The authors learn that their poster is gone and what to do, when a virus is found in "
    "it after it was attached.",
    people=authors,
    facts=facts,
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={"title": "Fewer falls on a care-of-the-elderly ward", "submitted": False},
)
