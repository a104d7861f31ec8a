"""The applicant knows that a person is looking, and at what."""

from nextstep_contracts import ApplicationReferred, ApplicationWaitlisted, PlaceOffered
from notifications.emails.email import EventEmail
from notifications.emails.facts import ANSWERED, LEFT, REFERENCE, reference
from notifications.emails.links import APPLICATION

EMAIL = EventEmail(
    name="application_referred",
    label="Application with a person",
    event=ApplicationReferred,
    by_a_form=True,
    subject="application",
    because="The applicant knows that a person is looking, and at what.",
    facts=reference,
    overtaken_by=(ApplicationWaitlisted, PlaceOffered, *ANSWERED, *LEFT),
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "reasons": [
            "Your expected CCT date is within two years of Module 1 but not of Masterclass 1."
        ],
    },
)
