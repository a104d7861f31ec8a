"""What a change of a calendar says in its email."""

import pytest

from notifications.calendar.calendar_emails import email_of
from notifications.calendar.entries import entry_from
from notifications.calendar.what_to_send import CalendarStep, Invitation

from .. import builders as b


@pytest.mark.parametrize("change", ["invited", "changed", "cancelled"])
def test_the_facts_of_a_calendar_step_are_those_of_the_sample(change: str):
    before, now = entry_from(b.scheduled()).details, entry_from(b.changed()).details
    assert before
    assert now
    sent = Invitation("session-1", "person-1", 1, now, "ada@example.org", active=True)
    step = CalendarStep(change, sent, before=before)  # type: ignore[arg-type] - from the list above
    told = email_of(step)
    assert told.facts.keys() == told.email.sample.keys()


def test_a_change_says_what_was_and_what_is():
    before, now = entry_from(b.scheduled()).details, entry_from(b.changed()).details
    assert before
    assert now
    sent = Invitation("session-1", "person-1", 1, now, "ada@example.org", active=True)
    assert email_of(CalendarStep("changed", sent, before=before)).facts["changes"] == [
        {"label": "Date", "now": "Wednesday 9 October 2024", "before": "Tuesday 8 October 2024"}
    ]
