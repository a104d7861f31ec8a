"""A changed application gets its own receipt."""

from nextstep_contracts import ApplicationAmended
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: ApplicationAmended, _person_id: str, zone: str) -> Facts:
    """When it was changed, which answers, and what is missing."""
    return {
        "reference": event.reference,
        "amended": moment(event.amended_at, zone),
        "changed": [name.replace("_", " ") for name in event.changed],
        "documents_needed": list(event.documents_needed),
        "about_files": list(event.about_files),
    }


EMAIL = EventEmail(
    name="application_updated",
    label="Application changed",
    event=ApplicationAmended,
    by_a_form=True,
    subject="application",
    because="A changed application gets its own receipt.",
    facts=facts,
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "amended": "8:05am on Wednesday 4 September 2024",
        "changed": ["cct date", "trust"],
        "documents_needed": [],
        "about_files": [],
    },
)
