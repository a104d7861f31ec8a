"""A membership ends, told in time to renew it."""

from nextstep_contracts import MembershipExpiring
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT
from notifications.emails.wording import day_in_words


def facts(event: MembershipExpiring, _person_id: str, _zone: str) -> Facts:
    """The last day of membership."""
    return {"day": day_in_words(event.expires_on)}


EMAIL = EventEmail(
    name="membership_expiring",
    label="Membership ending",
    event=MembershipExpiring,
    subject="membership",
    because="In time to renew.",
    facts=facts,
    links=(PROJECT,),
    sample={"day": "Wednesday 1 October 2025"},
)
