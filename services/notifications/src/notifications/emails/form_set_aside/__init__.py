"""A form that was not used, of which it is not certain whose it is: its sender is told, no more."""

from nextstep_contracts import FormSetAside
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts


def facts(event: FormSetAside, _person_id: str, zone: str) -> Facts:
    """When it came."""
    return {"received": moment(event.received_at, zone)}


EMAIL = EventEmail(
    name="form_set_aside",
    label="Form not used, sender not certain",
    event=FormSetAside,
    by_a_form=True,  # one press of the office sets aside whatever many forms brought
    subject="form",
    because="The address that was told that a form waits until it is certain who sent it is told, "
    "too, that the form was set aside, and nothing of anybody's application.",
    facts=facts,
    sample={"received": "Wednesday 4 September 2024, 8:05am"},
)
