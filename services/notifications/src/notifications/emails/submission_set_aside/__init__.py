"""Whoever sent the form again is told that the office looked at it, and that nothing changes."""

from nextstep_contracts import SubmissionSetAside
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: SubmissionSetAside, _person_id: str, zone: str) -> Facts:
    """When it came, and why it had waited."""
    return {
        "reference": event.reference,
        "received": moment(event.received_at, zone),
        "outcome": event.outcome,
    }


EMAIL = EventEmail(
    name="submission_set_aside",
    label="Form looked at, nothing changes",
    event=SubmissionSetAside,
    by_a_form=True,  # as many as there were forms
    subject="application",
    because="Whoever was told that the office looks at a form of theirs is told, too, that it was "
    "set aside.",
    facts=facts,
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "received": "Wednesday 4 September 2024, 8:05am",
        "outcome": "applied_again",
    },
)
