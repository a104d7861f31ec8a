"""A Fellow is asked to be an author of somebody else's project."""

from nextstep_contracts import CoAuthorAnswered, CoAuthorInvitationWithdrawn, CoAuthorInvited
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: CoAuthorInvited, _person_id: str, _zone: str) -> Facts:
    """Which project, and who asks."""
    return {"title": event.title, "invited_by": event.invited_by.name}


EMAIL = EventEmail(
    name="co_author_invited",
    label="Asked to be an author",
    event=CoAuthorInvited,
    subject="co_author",
    because="Nobody is an author who has not said yes.",
    facts=facts,
    overtaken_by=(CoAuthorInvitationWithdrawn, CoAuthorAnswered),
    links=(PROJECT,),
    by_another=True,
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "invited_by": "Dr Ben Hughes",
    },
)
