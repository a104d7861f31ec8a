"""Which emails may tell of somebody beside their reader is declared, for who must not know them."""

from collections.abc import Iterator
from typing import Any

import pytest

from nextstep_contracts import Event
from notifications.emails.all_emails import BY_ANOTHER, EMAIL_OF
from notifications.emails.email import EventEmail, names_others
from notifications.hearing.deciding import person_id_of

from .. import builders as b
from .golden_cases import EVENTS
from .test_golden import WRITER


def named(part: Any) -> Iterator[tuple[str, str]]:
    """The ids and names of all people whom an event names."""
    if isinstance(part, dict):
        if "person_id" in part and part.get("name"):
            yield part["person_id"], part["name"]
        part = list(part.values())
    if isinstance(part, list | tuple):
        for one in part:
            yield from named(one)


def told_of(email: EventEmail, event: Event) -> Iterator[tuple[bool, bool]]:
    """For each reader whether the subject, and whether the text, names anybody else."""
    for one in map(person_id_of, email.people(event)):
        written = WRITER.write(email, "Dr Reader", email.facts(event, one, "Europe/London"), b.NOW)
        others = [name for who, name in named(event.model_dump(mode="json")) if who != one]
        yield tuple(any(n in text for n in others) for text in (written.subject, written.text))


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_an_email_that_names_somebody_else_is_declared_and_no_list_shows_it(event: Event):
    email = EMAIL_OF[type(event)]
    for in_subject, in_text in told_of(email, event):
        assert not in_subject or email.name in BY_ANOTHER
        assert not in_text or email.name in BY_ANOTHER or names_others(email)


def test_some_are_found():
    """The test above can fail."""
    naming = {
        EMAIL_OF[type(event)].name
        for event in EVENTS.values()
        if any(in_text for _, in_text in told_of(EMAIL_OF[type(event)], event))
    }
    assert naming == {
        "author_left",
        "award_won",
        "co_author_answered",
        "co_author_invited",
        "learning_set",
        "project_registered",
        "project_submitted",
    }
