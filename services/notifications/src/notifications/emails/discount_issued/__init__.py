"""The reduced fee for membership and its last day, to keep."""

from nextstep_contracts import DiscountIssued
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: DiscountIssued, _person_id: str, _zone: str) -> Facts:
    """The reduced fee and until when it can be used."""
    return {"fee": f"£{event.fee_pounds:,}", "until": weekday(event.valid_until)}


EMAIL = EventEmail(
    name="discount_issued",
    label="Reduced fee",
    event=DiscountIssued,
    subject="discount",
    because="The reduced fee and its last day, to keep.",
    facts=facts,
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={"fee": "£200", "until": "Thursday 22 July 2027"},
)
