"""A membership ends, told in time to renew it."""

from nextstep_contracts import MembershipExpiring
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: MembershipExpiring, _person_id: str, _zone: str) -> Facts:
    """The last day of membership."""
    return {"day": weekday(event.expires_on)}


EMAIL = EventEmail(
    name="membership_expiring",
    label="Membership ending",
    event=MembershipExpiring,
    subject="membership",
    because="In time to renew.",
    facts=facts,
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={"day": "Wednesday 1 October 2025"},
)
