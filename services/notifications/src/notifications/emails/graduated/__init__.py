"""Congratulations, and what graduation brings."""

from nextstep_contracts import FellowGraduated
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: FellowGraduated, _person_id: str, _zone: str) -> Facts:
    """When, and whether the bursary pays the fee."""
    return {"day": weekday(event.graduated_on), "bursary": event.bursary}


EMAIL = EventEmail(
    name="graduated",
    label="Graduation",
    event=FellowGraduated,
    subject="graduation",
    because="Congratulations, and what graduation brings.",
    facts=facts,
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={"day": "Tuesday 22 July 2025", "bursary": True},
)
