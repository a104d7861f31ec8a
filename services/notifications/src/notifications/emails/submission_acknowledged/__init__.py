"""Whoever sends the form again is told what becomes of it, also when nothing does."""

from nextstep_contracts import SubmissionAcknowledged
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: SubmissionAcknowledged, _person_id: str, zone: str) -> Facts:
    """When it came, and why it changes nothing by itself."""
    return {
        "reference": event.reference,
        "received": moment(event.received_at, zone),
        "outcome": event.outcome,
        "older": event.older,
        "about_files": list(event.about_files),
    }


EMAIL = EventEmail(
    name="submission_acknowledged",
    label="Form received again",
    event=SubmissionAcknowledged,
    by_a_form=True,
    subject="application",
    because="Whoever sends the form again when by itself it no longer changes the application "
    "(after the deadline, after a decision, after withdrawing), or sends the same, is told so.",
    facts=facts,
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "received": "Wednesday 4 September 2024, 8:05am",
        "outcome": "applied_again",
        "older": False,
        "about_files": [],
    },
)
