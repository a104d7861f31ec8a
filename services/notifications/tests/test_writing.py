"""Mails in words: complete, current, and safe against what people type."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Event
from notifications import compile as compiling
from notifications.calendar.entries import entry_from
from notifications.calendar.reconcile import Invitation, Step
from notifications.calendar.telling import facts_of
from notifications.decide import decide
from notifications.mail.links import CARRIED, LINKS, stand_in, with_tokens
from notifications.mail.message import (
    CalendarPart,
    Sender,
    UnusableAddressError,
    build,
    email_id,
    usable,
)
from notifications.mail.samples import NAME, SAMPLES
from notifications.mail.writing import Letterhead, Writer
from notifications.memory import Memory
from notifications.pages.site import TEMPLATE_NAMES
from notifications.policy import BY_EVENT, RULES

from . import builders as b

URLS = {name: f"https://{name}.example.org" for name in ("applications", "scheduling", "awards")}
WRITER = Writer(Letterhead("Next Step 2024-25", "office@nextstep.example.org", URLS))
US = Sender("Next Step Programme", "office@nextstep.example.org", "reply@nextstep.example.org")

TOLD: tuple[Event, ...] = (
    b.submitted(), b.amended(), b.documents(), b.referred(), b.waitlisted(), b.offered(),
    b.lapsed(), b.accepted(), b.declined(), b.rejected(), b.withdrawn(), b.sets((1, 2)),
    b.missed(),
    b.standing(now="impossible"), b.requirements(), b.registered(), b.handed_in(),
    b.panellist_invited(), b.decided((1,)), b.graduated(), b.certificate(), b.discount(),
    b.membership(), b.leave_outstanding(),
)  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_the_compiled_templates_are_current():
    assert compiling.stale() == []


def test_every_mail_is_known_everywhere():
    names = {rule.template for rule in RULES if rule.template}
    names |= {"invitation", "invitation_changed", "invitation_cancelled"}
    assert set(compiling.mail_names()) == names
    assert set(SAMPLES) == set(CARRIED) == set(TEMPLATE_NAMES) == names
    assert {link for links in CARRIED.values() for link in links} <= set(LINKS)


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.event_name)
def test_the_facts_of_an_event_are_those_of_the_sample(event: Event):
    decision = decide(BY_EVENT[type(event)], event, Memory(), zone="Europe/London")
    mail = decision.mails[0]
    assert mail.facts.keys() == SAMPLES[mail.template].keys()
    written = WRITER.write(mail.template, "Dr Ada Okafor", mail.facts)
    assert written.subject
    assert written.preview


def test_whoever_applied_twice_is_told_which_application_counts_and_not_that_they_withdrew():
    event = b.merged()
    decision = decide(BY_EVENT[type(event)], event, Memory(), zone="Europe/London")
    mail = decision.mails[0]
    written = WRITER.write(mail.template, "Dr Ada Okafor", mail.facts)
    assert written.subject == "Your two applications are now one, NS24-0099"
    assert "The reference is NS24-0099" in written.text
    assert "Your two applications are now one</h1>" in written.html
    told = (written.subject + written.text + written.html).casefold()
    assert [word for word in ("withdr", "you have left", "give up") if word in told] == []


def test_a_withdrawal_that_waited_since_before_merges_were_told_is_still_written():
    facts = {"reference": "NS24-0001", "was_fellow": False}
    written = WRITER.write("application_withdrawn", "Dr Ada Okafor", facts)
    assert written.subject == "Your application NS24-0001 is withdrawn"


@pytest.mark.parametrize("change", ["invited", "changed", "cancelled"])
def test_the_facts_of_a_calendar_step_are_those_of_the_sample(change: str):
    before, now = entry_from(b.scheduled()).details, entry_from(b.changed()).details
    assert before
    assert now
    sent = Invitation("session-1", "person-1", 1, now, "ada@example.org", active=True)
    step = Step(change, sent, before=before)  # type: ignore[arg-type] - from the list above
    names = {"invited": "invitation", "changed": "invitation_changed"}
    sample = SAMPLES[names.get(change, "invitation_cancelled")]
    assert facts_of(step).keys() == sample.keys()


def test_a_change_says_what_was_and_what_is():
    before, now = entry_from(b.scheduled()).details, entry_from(b.changed()).details
    assert before
    assert now
    sent = Invitation("session-1", "person-1", 1, now, "ada@example.org", active=True)
    assert facts_of(Step("changed", sent, before=before))["changes"] == [
        {"label": "Date", "now": "Wednesday 9 October 2024", "before": "Tuesday 8 October 2024"}
    ]


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_text_and_html_say_the_same_and_carry_the_same_links(template: str):
    written = WRITER.write(template, NAME, SAMPLES[template])
    for link in CARRIED[template]:
        assert stand_in(link) in written.text
        assert f'href="{URLS[LINKS[link].service]}/{LINKS[link].service}/link/' in written.html
    assert "{{" not in written.text + written.html
    assert "[[" not in written.text + written.html
    assert f"Dear {NAME}," in written.text
    assert f"Dear {NAME}," in written.html
    assert "\n\n\n" not in written.text


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_nothing_in_a_mail_comes_from_elsewhere_or_tells_that_it_was_read(template: str):
    html = WRITER.write(template, NAME, SAMPLES[template]).html
    assert not re.search(r"<img|<script|@import|url\(|<link|src=", html)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_name_or_title_adds_markup_or_headers(name: str, title: str):
    facts = {"title": title, "others": [name]}
    written = WRITER.write("project_registered", name, facts)
    plain = WRITER.write("project_registered", "Ada", {"title": "x", "others": ["y"]})
    tags = re.compile(r"<[a-zA-Z/!]")
    assert len(tags.findall(written.html)) == len(tags.findall(plain.html))
    raw = build(
        mail_id="a" * 32,
        sender=US,
        to=(name, "ada@example.org"),
        written=(written.subject, written.text, written.html),
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
    assert body.get_content().splitlines() == written.text.splitlines()


def test_a_message_says_who_wrote_it_why_and_that_no_answer_by_machine_is_wanted():
    raw = build(
        mail_id="a" * 32,
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
        mail_id="b" * 32, sender=US, to=("Ada", "ada@example.org"), written=("s", text, text),
        sent_at=b.NOW, calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    )  # fmt: skip
    message = read(raw)
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["text/plain"].get_content().splitlines() == text.splitlines()
    assert parts["text/html"].get_content().splitlines() == text.splitlines()
    ics = parts["text/calendar"].get_payload(decode=True)
    assert ics == parts["application/ics"].get_payload(decode=True)
    assert ics == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_the_message_number_is_the_same_for_the_same_mail_only():
    one = email_id("event", "person", "template")
    assert one == email_id("event", "person", "template")
    assert len({one, email_id("event", "person", "x"), email_id("event", "x", "template")}) == 2 + 1


@pytest.mark.parametrize(
    "address", ["", "ada", "a b@example.org", "ada@", "ada@exa mple.org", "a@b\r\nRCPT TO:<c@d>"]
)
def test_an_unusable_address_is_refused_before_smtp_sees_it(address: str):
    with pytest.raises(UnusableAddressError):
        usable(address)


def test_a_domain_in_another_script_is_written_as_servers_want_it():
    assert usable("ada@bücher.example") == "ada@xn--bcher-kva.example"


def test_tokens_take_the_place_of_their_stand_ins_only():
    text = "see https://x/applications/link/personal-link-application and personal-link-x"
    assert with_tokens(text, {"application": "TOKEN"}) == (
        "see https://x/applications/link/TOKEN and personal-link-x"
    )
