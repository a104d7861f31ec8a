"""No place is free now; the applicant is told what happens next."""

from nextstep_contracts import ApplicationWaitlisted, PlaceOffered
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import ANSWERED, LEFT, REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: ApplicationWaitlisted, _person_id: str, _zone: str) -> Facts:
    """The place on the waiting list when it was written."""
    return {"reference": event.reference, "position": event.position}


EMAIL = EventEmail(
    name="waiting_list",
    label="Waiting list",
    event=ApplicationWaitlisted,
    by_a_form=True,  # the rules alone send whoever is eligible here once no place is free
    subject="application",
    because="The applicant knows that no place is free now, and what happens next.",
    facts=facts,
    overtaken_by=(PlaceOffered, *ANSWERED, *LEFT),
    links=(APPLICATION,),
    sample={"reference": REFERENCE, "position": 4},
)
