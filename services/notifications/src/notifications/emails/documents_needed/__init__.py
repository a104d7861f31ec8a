"""The applicant knows which documents are needed, and why."""

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWaitlisted,
    DocumentsNeeded,
    PlaceOffered,
)
from notifications.emails.email import EventEmail
from notifications.emails.facts import ANSWERED, LEFT, REFERENCE, documents
from notifications.emails.links import APPLICATION

EMAIL = EventEmail(
    name="documents_needed",
    label="Documents needed",
    event=DocumentsNeeded,
    by_a_form=True,
    subject="application",
    because="The applicant knows which documents are needed, and why, with the link to send them.",
    facts=documents,
    overtaken_by=(ApplicationAmended, ApplicationWaitlisted, PlaceOffered, *ANSWERED, *LEFT),
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "documents_needed": ["your CV (it is protected by a password; save it without one)"],
    },
)
