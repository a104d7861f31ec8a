"""A reviewer of applications gets the address of the applications to score."""

from nextstep_contracts import ReviewerInvited
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import REVIEWS


def facts(_event: ReviewerInvited, _person_id: str, _zone: str) -> Facts:
    """Nothing of its own: what is to be reviewed is on the page, for who signed in."""
    return {}


EMAIL = EventEmail(
    name="reviewer_invited",
    label="Reviewer invitation",
    event=ReviewerInvited,
    subject="reviewer",
    because="The reviewer needs the address of the applications to score.",
    people=lambda event: (event.reviewer,),
    facts=facts,
    links=(REVIEWS,),
    notice="privacy-panel",
    presents_notice=True,
    sample={},
)
