"""The whole service on the real bus, database and mail server."""

import base64
from collections import Counter
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from nextstep_local.smtp_sink import Sink
from nextstep_messaging import UnitOfWork
from nextstep_messaging.testing import hear
from nextstep_web.access_ended import ENDED
from nextstep_web.links import read_link
from notifications.calendar.store import invitations
from notifications.delivery.outcome import (
    EmailPutOff,
    EmailRefused,
    EmailTaken,
    EmailUncertain,
)
from notifications.delivery.recording import TriedEmail, record
from notifications.emails.all_emails import EMAIL_OF
from notifications.hearing import hear as hearing
from notifications.hearing.act import Act
from notifications.hearing.address_book import Contact

from . import builders as b
from .conftest import Running

pytestmark = pytest.mark.stack


def titles(sink: Sink) -> list[str]:
    return [mail.title for mail in sink.mails]


def parts(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_an_applicant_gets_a_receipt_as_text_and_html(service: Running, smtp_sink: Sink):
    await service.hear(b.submitted())
    [mail] = smtp_sink.mails
    message = smtp_sink.read(mail)
    assert mail.recipients == ("applicant1@example.org",)
    assert message["Subject"] == "We have your application, NS24-0001"
    assert message["Reply-To"] == service.settings.contact
    assert message["Auto-Submitted"] == "auto-generated"
    assert parts(message) == ["multipart/alternative", "text/plain", "text/html"]
    assert "Dear Dr Applicant 1," in text_of(message)


async def test_the_link_in_an_email_opens_the_page_it_promises(service: Running, smtp_sink: Sink):
    await service.hear(b.offered())
    text = text_of(smtp_sink.read(smtp_sink.mails[0]))
    prefix = f"{service.settings.applications_url}/applications/link/"
    token = next(line for line in text.splitlines() if line.startswith(prefix))[len(prefix) :]
    claims = read_link(service.settings, "applications", token, b.NOW)
    assert (claims.person_id, claims.next) == ("person-1", "/applications/me")
    assert claims.roles == frozenset({"applicant"})


async def test_what_is_stored_of_an_email_holds_no_token(service: Running):
    await service.hear(b.offered())
    [body] = await service.messaging.db.read("bodies").find({})
    assert "/link/personal-link-application" in body["text"]
    assert "/link/ey" not in body["text"] + body["html"]


async def test_the_same_event_again_sends_nothing(service: Running, smtp_sink: Sink):
    await service.hear(b.submitted(), b.submitted())
    await service.hear(b.submitted())
    assert len(smtp_sink.mails) == 1


async def test_a_sent_email_is_announced_on_the_bus(service: Running):
    await service.hear(b.submitted())
    [row] = await service.emails()
    assert (row.state, row.revision) == ("sent", 1)
    [tried] = await service.messaging.db.read("tries").find({})
    assert tried["answer"].startswith("250")
    assert row.sent_at == b.NOW


async def test_a_fellow_is_welcomed_and_invited_to_every_dated_session(
    service: Running, smtp_sink: Sink
):
    await service.hear(b.scheduled(1), b.scheduled(2, starts=None))
    assert smtp_sink.mails == []
    await service.hear(b.accepted())
    assert sorted(titles(smtp_sink)) == [
        "Masterclass 1: Tuesday 8 October 2024",
        "Masterclass 2: Tuesday 8 October 2024",
        "Welcome to Next Step: your place is confirmed",
    ]


async def test_an_invitation_has_the_structure_that_calendars_act_on(
    service: Running, smtp_sink: Sink
):
    await service.hear(b.scheduled(), b.accepted())
    mail = next(m for m in smtp_sink.mails if m.title.startswith("Masterclass"))
    message = smtp_sink.read(mail)
    assert parts(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    raw: Any = calendar.get_payload(decode=True)
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert event["ORGANIZER"] == f"mailto:{message['From'].addresses[0].addr_spec}"
    file: Any = list(message.walk())[-1]
    assert file.get_filename() == "invite.ics"
    assert file.get_payload(decode=True) == raw
    assert b"personal-link" not in raw
    assert b"/link/" not in raw


async def test_a_change_and_a_cancellation_reach_the_same_entry(service: Running, smtp_sink: Sink):
    await service.hear(b.scheduled(), b.accepted())
    await service.hear(b.changed())
    await service.hear(b.cancelled())
    found = []
    for mail in smtp_sink.mails:
        for part in smtp_sink.read(mail).walk():
            if part.get_content_type() == "text/calendar":
                event = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
                found.append((part.get_param("method"), event["UID"], event["SEQUENCE"]))
    assert [(method, sequence) for method, _, sequence in found] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert len({uid for _, uid, _ in found}) == 1


async def test_only_those_whom_a_change_affects_are_mailed(service: Running, smtp_sink: Sink):
    await service.hear(b.accepted(1), b.accepted(2))
    await service.hear(b.scheduled(audience=("person-1",)))
    await service.hear(b.changed(on=b.date(2024, 10, 8), audience=("person-1", "person-2")))
    invited = [m.recipients[0] for m in smtp_sink.mails if m.title.startswith("Masterclass")]
    assert invited == ["applicant1@example.org", "applicant2@example.org"]


async def test_a_fellow_who_leaves_gets_cancellations(service: Running, smtp_sink: Sink):
    await service.hear(b.scheduled(), b.accepted())
    await service.hear(b.withdrawn())
    assert Counter(titles(smtp_sink)[-2:]) == Counter(
        [
            "You have left the programme, NS24-0001",
            "Cancelled: Masterclass 1, Tuesday 8 October 2024",
        ]
    )
    [invitation] = await invitations(service.messaging.db.read, {})
    assert (invitation.active, invitation.sequence) == (False, 1)


async def test_what_comes_before_the_person_is_known_is_sent_when_they_are(
    service: Running, smtp_sink: Sink
):
    await service.hear(b.missed(), b.standing(now="no_slack"))
    assert smtp_sink.mails == []
    assert [row.state for row in await service.emails()] == ["waiting", "waiting"]
    await service.hear(b.accepted())
    assert len(smtp_sink.mails) == 3
    assert {m.recipients for m in smtp_sink.mails} == {("applicant1@example.org",)}


async def test_an_overtaken_offer_is_recorded_and_not_sent(service: Running, smtp_sink: Sink):
    await service.hear(b.accepted(revision=3))
    await service.hear(b.offered(revision=2))
    [row] = await service.emails(template="place_offered")
    assert row.state == "not_sent"
    assert len(smtp_sink.mails) == 1


async def test_seventy_invitations_are_queued_in_one_go(service: Running, smtp_sink: Sink):
    await service.hear(*(b.accepted(n) for n in range(1, 71)))
    await service.hear(b.scheduled())
    invited = Counter(m.recipients for m in smtp_sink.mails if m.title.startswith("Masterclass"))
    assert len(invited) == 70
    assert set(invited.values()) == {1}


async def test_an_erased_person_leaves_no_name_or_address(service: Running, smtp_sink: Sink):
    await service.hear(b.scheduled(), b.accepted())
    sent = len(smtp_sink.mails)
    await service.hear(b.events.PersonErased(person_id="person-1", erased_at=b.NOW))
    for name in ("people", "emails", "bodies", "invitations", "subjects"):
        for document in await service.messaging.db.read(name).find({}):
            assert "Applicant 1" not in str(document)
            assert "applicant1@" not in str(document)
    assert [row.state for row in await service.emails()] == ["sent", "sent"]
    await service.hear(b.missed(), b.withdrawn(), b.changed())
    assert len(smtp_sink.mails) == sent


async def test_a_servers_answer_that_comes_after_the_erasure_brings_nothing_back(
    service: Running,
):
    await service.hear(b.submitted())
    [email] = await service.emails()
    assert email.address == "applicant1@example.org"
    erased = b.events.PersonErased(person_id="person-1", erased_at=b.NOW)
    for outcome in (
        EmailRefused("550 <applicant1@example.org> no such user"),
        EmailPutOff("451 <applicant1@example.org> is over quota"),
        EmailUncertain("lost after applicant1@example.org"),
        EmailTaken("250 queued for applicant1@example.org"),
    ):
        contact = Contact("person-1", "Dr Applicant 1", "applicant1@example.org")
        late = TriedEmail(replace(email, claim=outcome.kind), contact, outcome)
        await service.hear(erased)
        await record(service.messaging, [late], delays=(60,))
        for name in ("emails", "tries", "_outbox"):
            found = await service.messaging.db.read(name).find({})
            assert "applicant1@" not in str(found), (name, outcome)
    [email] = await service.emails()
    assert email.state == "sent"


async def test_an_erasure_and_an_email_being_written_do_not_pass_each_other(service: Running):
    await service.hear(b.submitted())
    offered, attempts = b.offered(), []

    async def overtaken(uow: UnitOfWork) -> None:
        await uow.collection("people").get("person-1")  # from here on it sees them as they were
        attempts.append(uow)
        if len(attempts) == 1:
            erased = b.events.PersonErased(person_id="person-1", erased_at=b.NOW)
            await hear(service.messaging, erased)
        uow.envelope = b.envelope_of(offered)
        await hearing.hear(Act(uow, service.here), EMAIL_OF[type(offered)], offered)

    await service.messaging.transact(overtaken)
    assert len(attempts) == 2
    assert {email.address for email in await service.emails()} == {""}
    assert "applicant1@" not in str(await service.messaging.db.read("bodies").find({}))


async def test_a_name_goes_from_why_a_session_was_cancelled(service: Running):
    why = b.cancelled().model_copy(update={"reason": "Dr Applicant 1 is ill."})
    await service.hear(b.accepted(1), b.accepted(2), b.scheduled(), why)
    await service.hear(b.events.PersonErased(person_id="person-1", erased_at=b.NOW))
    [entry] = await service.messaging.db.read("entries").find({})
    assert entry["reason"] == "(erased) is ill."


async def test_a_name_goes_from_emails_to_others(service: Running):
    await service.hear(b.accepted(1), b.accepted(2), b.registered(authors=(1, 2)))
    await service.hear(b.events.PersonErased(person_id="person-1", erased_at=b.NOW))
    bodies = await service.messaging.db.read("bodies").find({})
    assert any("(erased)" in body["text"] for body in bodies)
    assert "Applicant 1" not in str(bodies)


async def test_a_name_that_comes_after_the_erasure_is_told_to_nobody(service: Running):
    await service.hear(b.accepted(1), b.accepted(2))
    await service.hear(b.events.PersonErased(person_id="person-1", erased_at=b.NOW))
    late = b.registered(authors=(1, 2)), b.sets((1, 2)), b.author_left(1), b.decided((1, 2))
    await service.hear(*late)
    told = [one.template for one in await service.emails(person_id="person-2")]
    assert {"project_registered", "learning_set", "author_left", "award_won"} <= {*told}
    for name in ("emails", "bodies", "subjects", "people"):
        assert "Applicant 1" not in str(await service.messaging.db.read(name).find({})), name
    assert "(erased)" in str(await service.messaging.db.read("bodies").find({}))


async def test_a_name_goes_from_what_waits_to_be_told_to_others(service: Running):
    await service.hear(b.accepted(1), b.sets((1, 2)))
    [waits] = await service.emails(state="waiting")
    assert "Dr Applicant 1" in str(waits.facts)
    await service.hear(b.events.PersonErased(person_id="person-1", erased_at=b.NOW))
    [waits] = await service.emails(state="waiting")
    assert "Applicant 1" not in str(waits.facts)
    await service.hear(b.accepted(2))
    [told] = await service.emails(person_id="person-2", template="learning_set")
    assert told.state == "sent"
    assert "Applicant 1" not in str(await service.messaging.db.read("bodies").find({}))


async def test_an_erasure_by_awards_before_an_applicant_is_heard_of_shuts_nobody_out(
    service: Running,
):
    erased = b.events.PersonErased(person_id="person-1", erased_at=b.NOW)
    await service.bus.publish(erased, envelope=b.envelope_of(erased, source="awards"))
    await service.hear(b.submitted())
    assert [email.state for email in await service.emails()] == ["sent"]
    assert await service.messaging.db.read(ENDED).count({}) == 0


async def test_a_hostile_name_adds_neither_markup_nor_headers(service: Running, smtp_sink: Sink):
    name = "Ada\r\nBcc: all@example.org <b>bold</b>\u202e"
    await service.hear(b.submitted(who=b.person(1, name)))
    raw = (smtp_sink.folder / smtp_sink.mails[0].file).read_bytes()
    message = smtp_sink.read(smtp_sink.mails[0])
    assert message["Bcc"] is None
    html = message.get_body(("html",))
    assert html is not None
    assert "<b>bold" not in html.get_content()
    assert b"\nBcc:" not in raw
    assert base64.b64encode("\u202e".encode()) not in raw
