"""Emails and a mail server that is down, says no, says later, or falls silent."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from email.parser import HeaderParser

import httpx
import pytest

from nextstep_contracts import Refused
from nextstep_local.ports import PortHold
from nextstep_local.testing import environment_for, eventually
from nextstep_messaging import Actor, UnitOfWork
from nextstep_messaging.operating.audit import ENTRIES
from notifications.delivery.claiming import change_emails
from notifications.delivery.store import mail_server
from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import EMAILS, email
from notifications.office.resending import resend

from .. import builders as b
from ..bus import Bus
from ..conftest import Running, Start
from .faulty_smtp import FaultyServer

pytestmark = pytest.mark.stack


@pytest.fixture
async def faulty() -> AsyncIterator[FaultyServer]:
    server = FaultyServer()
    await server.start()
    yield server
    await server.stop()


async def in_state(service: Running, state: str) -> EmailRecord:
    """The one email, once it is in `state`."""

    async def reached() -> bool:
        return [row.state for row in await service.emails()] == [state]

    await eventually(reached, timeout=20)
    return (await service.emails())[0]


async def again(service: Running, one: EmailRecord) -> str | None:
    """Have an email sent again; why not, if a rule says no."""
    office = Actor("staff", "office@example.org")
    try:
        await service.here.perform(lambda act: resend(act, one.email_id, "asked by phone"), office)
    except Refused as refused:
        return refused.message
    return None


async def test_a_server_that_is_down_costs_no_try_and_gets_the_email_when_it_comes(start: Start):
    with PortHold("faulty_smtp") as hold:
        port = hold.port
    async with start(smtp_port=port) as service:
        await service.bus.publish(b.submitted())

        async def said_so() -> bool:
            server = await mail_server(service.here.db.read)
            return server is not None and not server.ok

        await eventually(said_so, timeout=20)
        [row] = await service.emails()
        assert row.attempts == 0
        assert all(check.ok for check in await service.messaging.readiness())
        server = FaultyServer()
        await server.start(port)
        await in_state(service, "sent")
        assert len(server.taken) == 1

        async def is_back() -> bool:  # which is kept after the email's own state
            said = await mail_server(service.here.db.read)
            return said is not None and said.ok

        await eventually(is_back, timeout=20)
        await server.stop()


async def test_an_email_put_off_is_tried_again_though_the_programme_clock_stands_still(
    start: Start, faulty: FaultyServer
):
    faulty.script = ["data 451 later", "rcpt 450 busy", "mail 421 too many"]
    async with start(smtp_port=faulty.port, smtp_retry_delays=(0.1, 0.1, 0.1)) as service:
        await service.bus.publish(b.submitted())
        row = await in_state(service, "sent")
        assert row.attempts == 4
        assert len(faulty.taken) == 1


async def test_an_email_put_off_for_too_long_is_given_up_and_said_to_have_bounced(
    start: Start, faulty: FaultyServer
):
    faulty.script = ["data 451 later"] * 3
    async with start(smtp_port=faulty.port, smtp_retry_delays=(0.1,)) as service:
        bounced = await service.bus.listen("notifications.EmailBounced.v1")
        await service.bus.publish(b.submitted())
        row = await in_state(service, "failed")
        assert row.note == "451 later"
        [event] = await eventually(bounced)
        assert (event["permanent"], event["email_id"]) == (False, row.email_id)


async def test_a_refused_recipient_is_a_permanent_bounce_and_others_are_not_held_up(
    start: Start, faulty: FaultyServer
):
    faulty.script = ["rcpt 550 5.1.1 no such user"]
    async with start(smtp_port=faulty.port) as service:
        bounced = await service.bus.listen("notifications.EmailBounced.v1")
        await service.bus.publish(b.submitted(1))
        await in_state(service, "failed")
        [event] = await eventually(bounced)
        assert (event["permanent"], event["cause_subject"]) == (True, "application-1")
        await service.hear(b.submitted(2))
        assert faulty.recipients == ["applicant2@example.org"]


async def test_a_connection_lost_after_the_text_is_uncertain_and_not_sent_again(
    start: Start, faulty: FaultyServer
):
    faulty.script = ["drop_after_text"]
    async with start(smtp_port=faulty.port, smtp_retry_delays=(0.05,)) as service:
        await service.bus.publish(b.submitted(1))
        row = await in_state(service, "uncertain")
        await service.hear(b.submitted(2))
        assert faulty.recipients == ["applicant2@example.org"]
        assert await again(service, row) is None
        await eventually(lambda: len(faulty.taken) == 2)
        [entry] = await service.messaging.db.read(ENTRIES).find({})
        assert (entry["who"], entry["action"], entry["about"]) == (
            "office@example.org",
            "resent",
            row.email_id,
        )


async def test_a_server_that_falls_silent_after_the_text_is_uncertain_too(
    start: Start, faulty: FaultyServer
):
    faulty.script = ["hang_after_text"]
    async with start(smtp_port=faulty.port, smtp_timeout=0.3) as service:
        await service.bus.publish(b.submitted())
        await in_state(service, "uncertain")
        faulty.drop_all()


async def test_an_idle_connection_closed_by_the_server_costs_no_try(
    start: Start, faulty: FaultyServer
):
    async with start(smtp_port=faulty.port) as service:
        await service.hear(b.submitted(1))
        faulty.drop_all()
        await service.hear(b.submitted(2))
        assert [row.attempts for row in await service.emails()] == [1, 1]
        assert len(faulty.taken) == 2


async def test_an_address_that_is_none_fails_with_the_reason(service: Running):
    who = b.person().model_copy(update={"email": "not an address"})
    await service.hear(b.submitted(who=who))
    [row] = await service.emails()
    assert row.state == "failed"
    assert row.note == (
        "“not an address” is not an address that emails can go to: it has no @ with something on"
        " both sides"
    )


async def test_a_failed_email_sent_again_goes_to_the_address_known_by_then(service: Running):
    who = b.person().model_copy(update={"email": "not an address"})
    await service.hear(b.submitted(who=who))
    await service.hear(b.amended(who=b.person()))
    [failed] = await service.emails(state="failed")
    assert await again(service, failed) is None
    await service.settled()
    row = await email(service.here.db.read, failed.email_id)
    assert row is not None
    assert (row.state, row.address) == ("sent", "applicant1@example.org")


async def test_a_sent_email_cannot_be_sent_again(service: Running):
    await service.hear(b.submitted())
    [row] = await service.emails()
    assert await again(service, row) == (
        "Only an email that failed, may not have left or was held back can be sent again."
    )


async def test_emails_to_one_person_keep_their_order(start: Start, faulty: FaultyServer):
    async with start(smtp_port=faulty.port) as service:
        await service.hear(b.accepted())
        for revision in range(1, 9):
            await service.hear(b.changed(revision=revision, on=b.date(2024, 10, revision)))
        sent = [HeaderParser().parsestr(text.decode())["Message-ID"] for text in faulty.taken]
        queued = [row.email_id for row in await service.emails()]
        assert [one.strip("<").partition("@")[0] for one in sent] == queued


async def test_a_service_killed_while_sending_leaves_the_email_uncertain_and_recovers(
    faulty: FaultyServer, emptied_vhost_url: str, mongo_url: str, mongo_database: str, start: Start
):
    """Runs the service alone, as its README says, kills it after DATA and starts it again."""
    faulty.script = ["hang_after_text"]
    with PortHold("notifications_alone") as hold:
        port = hold.port
    environment = environment_for(
        "notifications",
        amqp_url=emptied_vhost_url,
        mongo_url=mongo_url,
        mongo_database=mongo_database,
        smtp_host="127.0.0.1",
        smtp_port=faulty.port,
    )
    words = [sys.executable, "-m", "notifications", "serve", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*words, env=os.environ | environment)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await eventually(lambda: _ready(client), timeout=60)
        bus = Bus(emptied_vhost_url)
        await bus.open()
        await bus.publish(b.submitted())
        await eventually(lambda: not faulty.script, timeout=20)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await bus.close()
    async with start(smtp_port=faulty.port) as service:
        row = await in_state(service, "uncertain")
        assert row.note == "The service stopped while this email was on its way."
        assert faulty.taken == []


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def test_a_graceful_stop_finishes_the_emails_on_their_way(start: Start, faulty: FaultyServer):
    async with start(smtp_port=faulty.port) as service:
        await service.bus.publish(*(b.submitted(n) for n in range(1, 30)))
        await eventually(lambda: len(faulty.taken) > 2, timeout=20)
    async with start(smtp_port=faulty.port) as service:
        service.bus.expect(29)
        await service.settled()
        assert {row.state for row in await service.emails()} == {"sent"}
    assert len(faulty.recipients) == len(set(faulty.recipients)) == 29


async def test_a_service_that_stops_takes_leave_of_the_mail_server(
    start: Start, faulty: FaultyServer
):
    async with start(smtp_port=faulty.port) as service:
        await service.hear(b.submitted())
        assert faulty.goodbyes == 0
    assert faulty.goodbyes == 1


async def test_an_invitation_put_off_while_it_changed_does_not_come_after_its_update(
    start: Start, faulty: FaultyServer
):
    async with start(smtp_port=faulty.port, smtp_retry_delays=(2.0,)) as service:
        await service.hear(b.accepted())
        faulty.script = ["data 451 later"]
        await service.bus.publish(b.scheduled())

        async def put_off() -> bool:
            return bool(await service.emails(template="invitation", attempts=1))

        await eventually(put_off, timeout=20)
        # as if it had been on its way when the change was settled
        [row] = await service.emails(template="invitation")
        await service.hear(b.changed())
        queued = {"$set": {"state": "queued", "note": ""}}
        await service.messaging.db.write(EMAILS).update({"_id": row.email_id}, queued)
        await service.settled()
        states = {r.sequence: r.state for r in await service.emails(invitation=row.invitation)}
        assert states == {0: "not_sent", 1: "sent"}
        assert len(faulty.taken) == 2


async def test_an_invitation_that_was_replaced_cannot_be_sent_again(
    start: Start, faulty: FaultyServer
):
    async with start(smtp_port=faulty.port) as service:
        await service.hear(b.accepted())
        faulty.script = ["rcpt 550 no"]
        await service.hear(b.scheduled())
        await service.hear(b.changed())
        [failed] = await service.emails(state="failed")
        assert await again(service, failed) == (
            "A later invitation has taken its place, so this one would put a calendar wrong."
        )


async def test_changing_many_emails_never_holds_up_the_transaction_that_it_waits_for(start: Start):
    async with start() as service:
        await service.messaging.db.write(EMAILS).insert({"_id": "a", "state": "kept apart"})
        changing: list[asyncio.Task[int]] = []

        async def two_writes(uow: UnitOfWork) -> None:
            await uow.collection(EMAILS).update({"_id": "a"}, {"$set": {"note": "written"}})
            these = {"_id": {"$in": ["a"]}}
            rival = change_emails(service.messaging, these, {"$set": {"claim": "mine"}})
            changing.append(asyncio.create_task(rival))
            await asyncio.wait(changing, timeout=0.5)  # until it is in the way of this one
            await uow.collection(EMAILS).insert({"_id": "b", "state": "kept apart"})

        async with asyncio.timeout(30):
            await service.messaging.transact(two_writes)
            assert [await task for task in changing] == [1] * len(changing)
        rows = await service.here.db.read(EMAILS).find({}, sort=[("_id", 1)])
        assert [(one["_id"], one.get("note"), one.get("claim")) for one in rows] == [
            ("a", "written", "mine"),
            ("b", None, None),
        ]
