"""A receipt for the answer that the place is not wanted."""

from nextstep_contracts import PlaceAccepted, PlaceDeclined, PlaceOffered
from notifications.emails.email import EventEmail
from notifications.emails.facts import REFERENCE, reference

EMAIL = EventEmail(
    name="place_declined",
    label="Place declined",
    event=PlaceDeclined,
    subject="application",
    because="A receipt for the answer.",
    facts=reference,
    overtaken_by=(PlaceOffered, PlaceAccepted),
    sample={"reference": REFERENCE, "reasons": []},
)
