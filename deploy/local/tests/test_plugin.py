"""The fixtures give what they promise."""

from email.message import EmailMessage
from smtplib import SMTP, SMTPResponseException

import aio_pika
import pytest
from hypothesis import given
from pymongo import MongoClient

from nextstep_local.smtp_sink import Sink
from nextstep_local.testing import converges, environment_for, eventually, settings_for


@pytest.mark.stack
async def test_a_virtual_host_starts_empty_and_takes_quorum_queues(vhost_url: str) -> None:
    connection = await aio_pika.connect(vhost_url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            "same-name", durable=True, arguments={"x-queue-type": "quorum"}
        )
        assert queue.declaration_result.message_count == 0
        await channel.default_exchange.publish(aio_pika.Message(b"1"), "same-name")


test_another_virtual_host_does_not_see_the_first = (
    test_a_virtual_host_starts_empty_and_takes_quorum_queues
)


@pytest.mark.stack
def test_the_database_server_has_transactions(mongo_url: str, mongo_database: str) -> None:
    with MongoClient(mongo_url) as client:
        things = client[mongo_database].create_collection("things")
        with client.start_session() as session:

            def work(session) -> None:
                things.insert_one({"_id": 1}, session=session)

            session.with_transaction(work)
            session.start_transaction()
            things.insert_one({"_id": 2}, session=session)
            session.abort_transaction()
        assert [thing["_id"] for thing in things.find()] == [1]


def test_the_mail_sink_stores_what_it_takes(smtp_sink: Sink) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Your place", "a@example.org", "b@example.org"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("Grüße")
    with SMTP("127.0.0.1", smtp_sink.port) as client:
        client.send_message(mail)
    (stored,) = smtp_sink.mails
    assert (stored.recipients, stored.title) == (("b@example.org",), "Your place")
    assert smtp_sink.read(stored).get_content().strip() == "Grüße"


def test_the_mail_sink_can_refuse(smtp_sink: Sink) -> None:
    smtp_sink.refuse("451 later")
    mail = EmailMessage()
    mail["From"], mail["To"] = "a@example.org", "b@example.org"
    with SMTP("127.0.0.1", smtp_sink.port) as client:
        with pytest.raises(SMTPResponseException, match="451"):
            client.send_message(mail)
        client.send_message(mail)
    assert len(smtp_sink.mails) == 1


@given(disordered=converges(["a", "b", "c"], most_copies=2))
def test_disorder_loses_nothing_and_repeats_within_bounds(disordered: list[str]) -> None:
    assert {disordered.count(event) for event in "abc"} <= {1, 2}


async def test_eventually_returns_the_first_true_answer_and_quotes_the_last_false_one() -> None:
    answers = iter([0, None, 7])
    assert await eventually(lambda: next(answers)) == 7
    with pytest.raises(AssertionError, match="Still 0"):
        await eventually(lambda: 0, timeout=0.1)


async def test_a_probe_that_only_asserts_and_returns_nothing_never_passes() -> None:
    seen: list[int] = []

    def probe() -> None:
        assert seen == []

    with pytest.raises(AssertionError, match=r"Still None.*return True"):
        await eventually(probe, timeout=0.1)


def test_settings_become_environment_variables() -> None:
    env = environment_for("awards", prefetch=4)
    assert env["AWARDS_PREFETCH"] == "4"
    assert env["AWARDS_LOCAL_SIGN_IN"] == "true"
    assert env["AWARDS_SESSION_KEY"] == settings_for("awards")["session_key"]


@pytest.mark.browser
async def test_the_browser_opens_pages(browser_page) -> None:
    await browser_page.set_content("<title>Hello</title>")
    assert await browser_page.title() == "Hello"
