"""Emails in words: complete, and safe against what people type."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkify_it import LinkifyIt

from nextstep_contracts import Event
from nextstep_programme import LegalPages, LegalText, load
from notifications.emails.all_emails import EMAIL_OF, EMAILS
from notifications.emails.email import SAMPLE_NAME, Email
from notifications.emails.writing import Frame, Notice, Writer
from notifications.hearing.deciding import decide
from notifications.hearing.memory import Memory

from .. import builders as b

URLS = {name: f"https://{name}.example.org" for name in ("applications", "scheduling", "awards")}
WRITER = Writer(Frame("Next Step 2024-25", "office@nextstep.example.org", URLS))

TOLD: tuple[Event, ...] = (
    b.submitted(), b.amended(), b.documents(), b.referred(), b.waitlisted(), b.offered(),
    b.lapsed(), b.accepted(), b.declined(), b.rejected(), b.withdrawn(), b.sets((1, 2)),
    b.missed(),
    b.standing(now="impossible"), b.requirements(), b.registered(), b.handed_in(),
    b.co_author_invited(), b.co_author_invitation_withdrawn(), b.co_author_answered(),
    b.author_left(),
    b.panellist_invited(), b.reviewer_invited(),
    b.decided((1,)), b.graduated(), b.certificate(), b.discount(),
    b.membership(), b.leave_outstanding(),
)  # fmt: skip


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.event_name)
def test_the_facts_of_an_event_are_those_of_the_sample(event: Event):
    caused = decide(EMAIL_OF[type(event)], event, Memory(), zone="Europe/London")
    told = caused.emails[0]
    assert told.facts.keys() == told.email.sample.keys()
    written = WRITER.write(told.email, "Dr Ada Okafor", told.facts, b.NOW)
    assert written.subject
    assert written.preview


def test_whoever_applied_twice_is_told_which_application_counts_and_not_that_they_withdrew():
    event = b.merged()
    caused = decide(EMAIL_OF[type(event)], event, Memory(), zone="Europe/London")
    told = caused.emails[0]
    written = WRITER.write(told.email, "Dr Ada Okafor", told.facts, b.NOW)
    assert written.subject == "Your two applications are now one, NS24-0099"
    assert "The reference is NS24-0099" in written.text
    assert "Your two applications are now one</h1>" in written.html
    words = (written.subject + written.text + written.html).casefold()
    assert [word for word in ("withdr", "you have left", "give up") if word in words] == []


def test_a_withdrawal_that_waited_since_before_merges_were_told_is_still_written():
    facts = {"reference": "NS24-0001", "was_fellow": False}
    written = WRITER.write(EMAILS["application_withdrawn"], "Dr Ada Okafor", facts, b.NOW)
    assert written.subject == "Your application NS24-0001 is withdrawn"


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_text_and_html_say_the_same_and_carry_the_same_links(email: Email):
    written = WRITER.write(email, SAMPLE_NAME, email.sample, b.NOW)
    page = email.sample.get("page")  # of several own pages, the one that was asked for
    for link in (one for one in email.links if page in (None, one.name)):
        assert link.stored_path in written.text
        assert f'href="{URLS[link.service]}{link.stored_path}"' in written.html
    assert "{{" not in written.text + written.html
    assert "[[" not in written.text + written.html
    assert f"Dear {SAMPLE_NAME}," in written.text
    assert f"Dear {SAMPLE_NAME}," in written.html
    assert "\n\n\n" not in written.text


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_nothing_in_an_email_comes_from_elsewhere_or_tells_that_it_was_read(email: Email):
    html = WRITER.write(email, SAMPLE_NAME, email.sample, b.NOW).html
    assert not re.search(r"<img|<script|@import|url\(|<link|src=", html)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_name_or_title_adds_markup_or_headers(name: str, title: str):
    email, facts = EMAILS["project_registered"], {"title": title, "others": [name]}
    written = WRITER.write(email, name, facts, b.NOW)
    plain = WRITER.write(email, "Ada", {"title": "x", "others": ["y"]}, b.NOW)
    tags = re.compile(r"<[a-zA-Z/!]")
    assert len(tags.findall(written.html)) == len(tags.findall(plain.html))


def with_adverts(email: Email) -> dict[str, Any]:
    """The facts of a sample, with an advert in every text that anybody may have typed."""
    typed = {key: fact for key, fact in email.sample.items() if key not in email.exact}
    return {**email.sample, **advertised(typed)}


def advertised(fact: Any) -> Any:
    if isinstance(fact, str):
        return f"{fact} www.evil.example http://evil.example"
    if isinstance(fact, dict):
        return {key: advertised(inner) for key, inner in fact.items()}
    if isinstance(fact, list):
        return [advertised(inner) for inner in fact]
    return fact


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_no_email_has_a_link_that_somebody_typed(email: Email):
    facts = dict(email.sample) if email.name == "fresh_link" else with_adverts(email)
    written = WRITER.write(email, "Dr Visit http://evil.example", facts, b.NOW)
    plain = re.sub("<[^>]+>", " ", written.html)
    told = [written.subject, written.preview, written.text, plain]
    found = {one.url for text in told for one in LinkifyIt().match(text) or ()}
    assert not [url for url in found if "evil" in url]
    assert "http://evil" not in written.html


def test_a_signature_is_told_letter_by_letter():
    email = EMAILS["audit_checkpoints"]
    signed = email.sample["logs"][0]["lines"][-1]
    assert "//" in signed
    written = WRITER.write(email, "Ada", email.sample, b.NOW)
    assert signed in written.text
    assert signed in written.html


DAY = b.NOW.date()


def noticed(*versions: tuple[str, date]) -> Writer:
    """With only a privacy notice for applicants."""
    texts = [LegalText("privacy-applicants", v, since, "Notice", "Words.") for v, since in versions]
    frame = Frame("Next Step", "office@nextstep.example.org", URLS, LegalPages(tuple(texts)))
    return Writer(frame)


@pytest.mark.parametrize("at", ["foot", "text"])
def test_the_first_email_tells_of_the_notice_in_its_text_and_every_other_at_its_foot(at: str):
    name = "application_received" if at == "text" else "waiting_list"
    email = EMAILS[name]
    written = noticed(("7", DAY)).write(email, "Ada", email.sample, b.NOW)
    address = "https://applications.example.org/applications/about/privacy-applicants"
    told = "How we use your personal data is in our privacy notice (version 7)"
    assert (told in written.text) == (at == "text")
    assert (written.text.count(address), written.html.count(address)) == (
        (2, 2) if at == "text" else (1, 1)
    )
    assert written.notice == Notice("privacy-applicants", "7")


def test_the_version_that_is_kept_is_the_one_in_force_on_the_local_day():
    tomorrow = DAY + timedelta(days=1)
    writer = noticed(("1", DAY), ("2", tomorrow))
    email = EMAILS["waiting_list"]
    evening = datetime.combine(DAY, time(23, 59, 59), ZoneInfo("Europe/London"))
    for moment, version in ((evening, "1"), (evening + timedelta(seconds=1), "2")):
        kept = writer.write(email, "Ada", email.sample, moment).notice
        assert kept == Notice("privacy-applicants", version)


def test_no_email_leads_to_a_notice_that_is_not_there():
    later = noticed(("1", DAY + timedelta(days=1)))
    email = EMAILS["application_received"]
    written = later.write(email, "Ada", email.sample, b.NOW)
    assert written.notice is None
    assert "/about/" not in written.text + written.html


@pytest.mark.parametrize("email", EMAILS.values(), ids=lambda email: email.name)
def test_every_email_leads_to_all_that_the_law_asks_for(email: Email):
    legal = load("2024-25").legal_pages
    writer = Writer(Frame("Next Step", "office@nextstep.example.org", URLS, legal))
    written = writer.write(email, SAMPLE_NAME, email.sample, b.NOW)
    for page in (email.notice or "privacy", "accessibility", "cookies", "contact"):
        address = f"https://applications.example.org/applications/about/{page}"
        assert address in written.text
        assert f'href="{address}"' in written.html


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ("left", None),
        ("waiting_list", "All places are taken or on offer now."),
        ("full", "no further applicants are being taken on the waiting list"),
    ],
)
def test_whoever_applies_when_all_is_full_is_told_so_at_once(places: Any, told: str | None):
    event = b.submitted().model_copy(update={"places": places})
    one = decide(EMAIL_OF[type(event)], event, Memory(), zone="Europe/London").emails[0]
    written = WRITER.write(one.email, "Ada", one.facts, b.NOW)
    for part in (written.text, " ".join(written.html.split())):
        assert ("All places are taken" in part) == (told is not None)
        assert told is None or told in part


def test_an_acknowledgement_that_waited_since_before_is_still_written():
    facts = {k: v for k, v in EMAILS["application_received"].sample.items() if k != "places"}
    written = WRITER.write(EMAILS["application_received"], "Ada", facts, b.NOW)
    assert "All places" not in written.text
