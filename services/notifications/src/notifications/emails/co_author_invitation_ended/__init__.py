"""A Fellow is asked no longer to be an author of a project."""

from nextstep_contracts import CoAuthorAnswered, CoAuthorInvitationWithdrawn, CoAuthorInvited
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: CoAuthorInvitationWithdrawn, _person_id: str, _zone: str) -> Facts:
    """Which project, and why."""
    return {"title": event.title, "submitted": event.submitted}


EMAIL = EventEmail(
    name="co_author_invitation_ended",
    label="Asked no longer to be an author",
    event=CoAuthorInvitationWithdrawn,
    subject="co_author",
    because="Whoever was asked knows that no answer is awaited, and that they are not an author.",
    facts=facts,
    overtaken_by=(CoAuthorInvited, CoAuthorAnswered),
    links=(PROJECT,),
    by_another=True,
    notice="privacy-fellows",
    sample={"title": "Fewer falls on a care-of-the-elderly ward", "submitted": True},
)
