"""Everybody who applies gets a receipt with a reference."""

from nextstep_contracts import ApplicationSubmitted
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: ApplicationSubmitted, _person_id: str, zone: str) -> Facts:
    """When it arrived, whether in time or after an application that had ended, what is missing."""
    return {
        "reference": event.reference,
        "submitted": moment(event.submitted_at, zone),
        "late": event.late,
        "again": event.again,
        "places": event.places,
        "documents_needed": list(event.documents_needed),
        "about_files": list(event.about_files),
    }


EMAIL = EventEmail(
    name="application_received",
    label="Application received",
    event=ApplicationSubmitted,
    by_a_form=True,
    subject="application",
    because="Everybody who applies gets a receipt with a reference.",
    facts=facts,
    links=(APPLICATION,),
    presents_notice=True,
    sample={
        "reference": REFERENCE,
        "submitted": "4:12pm on Tuesday 3 September 2024",
        "late": False,
        "again": False,
        "places": "left",
        "documents_needed": ["Your CV: the file could not be opened"],
        "about_files": [],
    },
)
