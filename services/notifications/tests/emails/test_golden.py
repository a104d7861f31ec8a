"""Every email says what it said before, to the byte.

`GOLDEN=write` in the environment writes the files anew: look at every difference before you keep
it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from nextstep_contracts import Event
from nextstep_programme import load
from notifications.calendar.calendar_emails import email_of
from notifications.calendar.entries import entry_from
from notifications.calendar.ics import invitation_ics
from notifications.calendar.what_to_send import CalendarStep, Invitation, reconcile
from notifications.delivery.mime import build
from notifications.emails.all_emails import EMAIL_OF, EMAILS
from notifications.emails.email import SAMPLE_NAME, Email
from notifications.emails.sent_from import From
from notifications.emails.writing import Frame, Writer, Written
from notifications.hearing.deciding import Outgoing, decide, memory_key
from notifications.hearing.drafting import email_id
from notifications.hearing.email_record import ICalendar
from notifications.hearing.memory import Memory
from notifications.office.pages.gallery import policy

from .. import builders as b
from .golden_cases import CALENDAR, courses

FOLDER = Path(__file__).parent / "golden"
URLS = {name: f"https://{name}.example.org" for name in ("applications", "scheduling", "awards")}
WRITER = Writer(
    Frame("Next Step 2024-25", "office@nextstep.example.org", URLS, load("2024-25").legal_pages)
)
US = From("Next Step Programme", "office@nextstep.example.org", "reply@nextstep.example.org")


def same(name: str, parts: Mapping[str, str]) -> None:
    """Each part is what the golden file of its suffix holds."""
    for suffix, told in parts.items():
        path = FOLDER / f"{name}.{suffix}"
        if os.environ.get("GOLDEN") == "write":
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(told.encode())
        assert told.encode() == path.read_bytes(), name


def parts_of(written: Written) -> dict[str, str]:
    head = f"Subject: {written.subject}\nPreview: {written.preview}\n\n"
    return {"txt": head + written.text, "html": written.html}


def last_of(course: tuple[Event, ...]) -> Outgoing:
    """What the last event makes the first of its people read."""
    memories: dict[str, Memory] = {}
    told = None
    for event in course:
        email = EMAIL_OF[type(event)]
        key = memory_key(email, event)
        told = decide(email, event, memories.get(key, Memory()), zone="Europe/London")
        memories[key] = told.memory
    assert told is not None
    return told.emails[0]


def name_of(event: Event) -> str:
    return event.person.name if hasattr(event, "person") else "Dr Applicant 1"


@pytest.mark.parametrize(("name", "course"), list(courses()), ids=lambda value: str(value)[:40])
def test_an_email_about_an_event_says_what_it_said(name: str, course: tuple[Event, ...]):
    told = last_of(course)
    assert told.email.name == name.partition(".")[0]
    assert told.overtaken == name.endswith(".overtaken")
    same(name, parts_of(WRITER.write(told.email, name_of(course[-1]), told.facts, b.NOW)))


def last_step(course: tuple[Event, ...]) -> CalendarStep:
    sent: dict[tuple[str, str], Invitation] = {}
    fellows, addresses = frozenset({"person-1"}), {"person-1": "applicant1@example.org"}
    steps: tuple[CalendarStep, ...] = ()
    for event in course:
        steps = reconcile([entry_from(event)], fellows, addresses, sent, b.NOW)
        sent = b.apply(sent, steps)
    [step] = steps
    return step


@pytest.mark.parametrize(("name", "course"), CALENDAR.items(), ids=lambda value: str(value)[:40])
def test_an_email_about_a_calendar_says_what_it_said(name: str, course: tuple[Event, ...]):
    step = last_step(course)
    told = email_of(step)
    template = told.email.name
    assert template == name.partition(".")[0]
    written = WRITER.write(told.email, "Dr Ada Okafor", told.facts, b.NOW)
    link = "https://scheduling.example.org/scheduling/me"
    ics = invitation_ics(
        step, name="Dr Ada Okafor", organiser=(US.name, US.address), link=link, now=b.NOW
    )
    mime = build(
        email_id=email_id("cause", "person-1", template),
        sender=US,
        to=("Siân O'Brien", "sian@example.org"),
        written=(written.subject, written.text, written.html),
        sent_at=b.NOW,
        calendar=ICalendar(step.method, ics),
        trace={"Event": "42", "Template": template},
    )
    whole = {"eml": mime.decode()} if name == "invitation_changed.all" else {}
    same(name, {**parts_of(written), "ics": ics, **whole})


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_a_sample_says_what_it_said(email: Email):
    same(f"{email.name}.sample", parts_of(WRITER.write(email, SAMPLE_NAME, email.sample, b.NOW)))


def test_the_office_reads_the_same_policy():
    rows = [
        (row["event"], row["email"]["text"] if isinstance(row["email"], dict) else row["email"],
         row["because"])
        for row in policy()
    ]  # fmt: skip
    same("policy", {"tsv": "".join("\t".join(row) + "\n" for row in rows)})
