"""Nobody answered the offer in time: the place has gone to somebody else."""

from nextstep_contracts import OfferLapsed, PlaceAccepted, PlaceOffered
from notifications.emails.email import EventEmail
from notifications.emails.facts import LEFT, REFERENCE, reference
from notifications.emails.links import APPLICATION

EMAIL = EventEmail(
    name="offer_lapsed",
    label="Offer lapsed",
    event=OfferLapsed,
    subject="application",
    because="The applicant knows that the place has gone to somebody else.",
    facts=reference,
    overtaken_by=(PlaceOffered, PlaceAccepted, *LEFT),
    links=(APPLICATION,),
    sample={"reference": REFERENCE, "reasons": []},
)
