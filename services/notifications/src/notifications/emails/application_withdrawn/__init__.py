"""A receipt for leaving, or two applications of one person became one."""

from nextstep_contracts import ApplicationWithdrawn, PlaceAccepted, PlaceOffered
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import REFERENCE


def facts(event: ApplicationWithdrawn, _person_id: str, _zone: str) -> Facts:
    """Whether an application or a fellowship ended, or two applications became one."""
    return {
        "reference": event.reference,
        "was_fellow": event.was_fellow,
        "merged_into": event.merged_into,
    }


EMAIL = EventEmail(
    name="application_withdrawn",
    label="Withdrawal",
    event=ApplicationWithdrawn,
    subject="application",
    because="A receipt. A Fellow's calendar entries are cancelled as well. Whose application the "
    "office found to be a duplicate is told which one counts instead.",
    facts=facts,
    overtaken_by=(PlaceOffered, PlaceAccepted),
    sample={"reference": REFERENCE, "was_fellow": True, "merged_into": None},
)
