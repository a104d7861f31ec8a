"""An email is one folder: each is complete, found, and tells of an event that is heard."""

from pathlib import Path

import pytest

from nextstep_contracts import (
    AccessEnded,
    AuditContradicted,
    AuditSealed,
    ConflictChanged,
    PersonDataRequested,
    PersonErased,
    RecusalChanged,
    StaffSignedIn,
)
from nextstep_contracts.catalogue import CONSUMERS
from notifications import emails
from notifications.calendar.calendar_emails import CALENDAR_EMAILS
from notifications.calendar.dating import DATED
from notifications.emails import audit_checkpoints
from notifications.emails import compile as compiling
from notifications.emails.all_emails import EMAIL_OF, EMAILS, EVENT_EMAILS, TOLD_BY_NO_EMAIL
from notifications.emails.email import Email, EventEmail

FOLDER = Path(emails.__path__[0])
FILES = {"__init__.py", "email.mjml", "email.html.j2", "email.txt.j2"}


def test_every_folder_with_words_is_an_email_that_is_found():
    with_words = {path.parent.name for path in FOLDER.glob("[a-z]*/email.*")}  # no __pycache__
    assert with_words == set(EMAILS)


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_every_folder_is_complete(email: Email):
    assert {path.name for path in (FOLDER / email.name).iterdir() if path.is_file()} == FILES
    assert email.label
    if isinstance(email, EventEmail):
        assert email.because
        assert email.event not in email.overtaken_by


def test_an_email_tells_of_an_event_of_a_calendar_or_of_the_audit_logs():
    assert len(EVENT_EMAILS) == len(EMAIL_OF)
    told = {email.name for email in EVENT_EMAILS}
    calendar = {email.name for email in CALENDAR_EMAILS.values()}
    assert told | calendar | {audit_checkpoints.EMAIL.name} == set(EMAILS)
    assert told & calendar == set()


def test_everything_that_this_service_is_agreed_to_hear_is_told_dated_or_only_noted():
    agreed = {event for event, services in CONSUMERS.items() if "notifications" in services}
    access = {PersonErased, AccessEnded, StaffSignedIn, ConflictChanged, RecusalChanged}
    audit = {AuditSealed, AuditContradicted}
    heard = {*access, *audit, PersonDataRequested}
    assert {*EMAIL_OF, *DATED, *TOLD_BY_NO_EMAIL, *heard} == agreed


def test_no_two_emails_are_called_the_same():
    assert len({email.label for email in EMAILS.values()}) == len(EMAILS)


def test_the_compiled_templates_are_current():
    assert compiling.stale() == []
