"""An email as mail servers and mailboxes want it, whatever people typed into it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.mime import UnusableAddressError, build, usable
from notifications.emails.sent_from import From
from notifications.emails.wording import clean
from notifications.hearing.email_record import ICalendar

from .. import builders as b

US = From("Next Step Programme", "office@nextstep.example.org", "reply@nextstep.example.org")


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_name_or_subject_adds_a_header_or_breaks_a_line(name: str, title: str):
    text = f"Dear you,\n\n{clean(title)}\n"
    raw = build(
        email_id="a" * 32,
        sender=US,
        to=(name, "ada@example.org"),
        written=(title, text, f"<p>{clean(name)}</p>"),
        sent_at=b.NOW,
    )
    message = read(raw)
    assert set(message.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()


def test_a_message_says_who_wrote_it_why_and_that_no_answer_by_machine_is_wanted():
    raw = build(
        email_id="a" * 32,
        sender=US,
        to=("Siân O'Brien", "sian@example.org"),
        written=("Réunion: 5pm", "Hello\n", "<p>Hello</p>"),
        sent_at=b.NOW,
        trace={"Event": "42"},
    )
    message = read(raw)
    assert message["From"] == "Next Step Programme <office@nextstep.example.org>"
    assert message["To"] == "Siân O'Brien <sian@example.org>"
    assert message["Subject"] == "Réunion: 5pm"
    assert message["Message-ID"] == f"<{'a' * 32}@nextstep.example.org>"
    assert message["X-NextStep-Event"] == "42"
    assert raw.isascii()


def test_lines_of_any_kind_arrive_as_they_were_written():
    text = "Dear Ada,\n\n.hidden dot\nFrom here on\ntrailing  \nümläut €\n" + "x" * 3000 + "\n"
    raw = build(
        email_id="b" * 32, sender=US, to=("Ada", "ada@example.org"), written=("s", text, text),
        sent_at=b.NOW, calendar=ICalendar("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    )  # fmt: skip
    message = read(raw)
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["text/plain"].get_content().splitlines() == text.splitlines()
    assert parts["text/html"].get_content().splitlines() == text.splitlines()
    ics = parts["text/calendar"].get_payload(decode=True)
    assert ics == parts["application/ics"].get_payload(decode=True)
    assert ics == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "address", ["", "ada", "a b@example.org", "ada@", "ada@exa mple.org", "a@b\r\nRCPT TO:<c@d>"]
)
def test_an_unusable_address_is_refused_before_smtp_sees_it(address: str):
    with pytest.raises(UnusableAddressError):
        usable(address)


def test_a_domain_in_another_script_is_written_as_servers_want_it():
    assert usable("ada@bücher.example") == "ada@xn--bcher-kva.example"
