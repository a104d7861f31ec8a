"""A form of which it is not certain whose it is: its sender learns that it came, and no more."""

from nextstep_contracts import FormReceived
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts


def facts(event: FormReceived, _person_id: str, zone: str) -> Facts:
    """When it came."""
    return {"received": moment(event.received_at, zone)}


EMAIL = EventEmail(
    name="form_received",
    label="Form received, sender to be checked",
    event=FormReceived,
    by_a_form=True,
    subject="form",
    because="A form that gives a number or an address of somebody who applied, without proof that "
    "it is theirs, waits for the office. The address in it is told that it came, and nothing of "
    "anybody's application.",
    facts=facts,
    presents_notice=True,
    sample={"received": "Wednesday 4 September 2024, 8:05am"},
)
