"""The office asks again for documents that are missing."""

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWaitlisted,
    DocumentsRequested,
    PlaceOffered,
)
from notifications.emails.email import EventEmail
from notifications.emails.facts import ANSWERED, LEFT, REFERENCE, documents
from notifications.emails.links import APPLICATION

EMAIL = EventEmail(
    name="documents_requested",
    label="Documents asked for again",
    event=DocumentsRequested,
    subject="application",
    because="The applicant is told again what is missing, because the office asked.",
    facts=documents,
    overtaken_by=(ApplicationAmended, ApplicationWaitlisted, PlaceOffered, *ANSWERED, *LEFT),
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "documents_needed": ["your CV (the file could not be opened)"],
    },
)
