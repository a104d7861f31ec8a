"""The decision against an application, with the reasons and whom to ask."""

from nextstep_contracts import (
    ApplicationRejected,
    ApplicationWaitlisted,
    PlaceAccepted,
    PlaceOffered,
)
from notifications.emails.email import EventEmail
from notifications.emails.facts import REFERENCE, reference

EMAIL = EventEmail(
    name="application_rejected",
    label="Application rejected",
    event=ApplicationRejected,
    subject="application",
    because="The decision, with the reasons and whom to ask.",
    facts=reference,
    overtaken_by=(PlaceOffered, PlaceAccepted, ApplicationWaitlisted),
    sample={
        "reference": REFERENCE,
        "reasons": ["Your training programme ended before the end of July 2024."],
    },
)
