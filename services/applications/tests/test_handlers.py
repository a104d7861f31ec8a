"""Events and timers on the real bus: redelivery, disorder, and a clock that moves."""

from datetime import timedelta
from uuid import uuid4

import aio_pika
import pytest

from nextstep_contracts import (
    ANY_PUBLISHER,
    EmailBounced,
    EmailSent,
    Envelope,
    PersonErased,
    SessionCancelled,
    SessionChanged,
    SessionScheduled,
)
from nextstep_local.testing import eventually
from nextstep_messaging.bus.envelope import to_headers

from .conftest import START
from .forms import person

pytestmark = pytest.mark.stack


async def deliver(running, *events):
    """Put events into the service's queues as the bus does, in this order; ids may repeat."""
    async with await aio_pika.connect(running.settings.amqp_url.get_secret_value()) as connection:
        channel = await connection.channel()
        for event_id, event in events:
            source = "applications" if event.publisher == ANY_PUBLISHER else event.publisher
            kind = event.type_for(source)
            envelope = Envelope(
                id=event_id,
                source=source,
                type=kind,
                time=START,
                subject=event.subject,
                correlation_id=uuid4(),
            )
            message = aio_pika.Message(
                event.model_dump_json().encode(),
                headers=to_headers(envelope),
                message_id=str(event_id),
                type=kind,
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            queue = f"applications.{event.event_name}"
            await channel.default_exchange.publish(message, queue)


def mail(application, **changes):
    facts = {
        "email_id": "mail-1",
        "revision": 1,
        "cause_id": uuid4(),
        "cause_type": "applications.PlaceOffered.v1",
        "cause_subject": application["_id"],
        "person_id": application["person_id"],
        "template": "place_offered",
    }
    return facts | changes


async def test_mail_is_shown_with_the_application_however_often_it_is_reported(running):
    application = await running.take(person(1))
    sent = EmailSent(**mail(application), sent_at=START, title="We offer you a place")
    bounced = EmailBounced(
        **mail(application, revision=2), bounced_at=START, permanent=True, diagnostic="Full."
    )
    other = EmailSent(
        **mail(application, email_id="mail-2", cause_type="scheduling.SessionScheduled.v1"),
        sent_at=START,
        title="Module 1",
    )
    first, second = uuid4(), uuid4()
    await deliver(running, (second, bounced), (first, sent), (first, sent), (uuid4(), other))

    async def kept():
        letters = await running.read("correspondence").get(application["person_id"])
        return letters is not None and {"sent", "bounced"} <= set(letters["mail"][0])

    await eventually(kept)
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{application['_id']}")
        assert "We offer you a place" in page.text
        assert "Came back" in page.text
        assert "Module 1: " not in page.text.split("Messages sent")[1]


async def test_an_erasure_that_is_delivered_twice_erases_once(running):
    application = await running.take(person(1))
    erased = PersonErased(person_id=application["person_id"], erased_at=START)
    await deliver(running, (uuid4(), erased), (uuid4(), erased))

    async def gone():
        found = await running.read("applications").get(application["_id"])
        return found["erased"] and found["state"] == "withdrawn"

    await eventually(gone)
    files = [d["file_id"] for d in application["documents"].values()]
    for file_id in files:

        async def removed(file_id=file_id):
            return await running.messaging.db.files.get(file_id) is None

        await eventually(removed)
    receipts = await running.read("receipts").find({})
    assert [(r["status"], r["body"]) for r in receipts] == [("erased", None)]
    assert (await running.read("movements").count({})) == 2


async def test_the_calendar_is_followed_however_often_and_late_it_is_told(running):
    session = {"cohort": "2024-25", "session_id": "2024-25:module-2", "title": "Module 2"}
    dated = {**session, "kind": "module", "venue": "Newmarket"}
    scheduled = SessionScheduled(**dated, revision=1, on="2024-12-11")
    moved = SessionChanged(**dated, revision=3, on="2024-12-18", changed=("on",))
    off = SessionCancelled(**session, revision=2, reason="Snow")
    again = uuid4()
    await deliver(running, (again, moved), (uuid4(), off), (again, moved), (uuid4(), scheduled))
    last = SessionScheduled(**(dated | {"session_id": "2024-25:last"}), revision=1, on="2025-01-08")
    await deliver(running, (uuid4(), last))

    async def followed():
        rows = await running.read("sessions").find({}, sort=[("_id", 1)])
        days = {row["_id"]: (row["revision"], row["on"]) for row in rows}
        return days == {"2024-25:last": (1, "2025-01-08"), "2024-25:module-2": (3, "2024-12-18")}

    await eventually(followed)
    assert await running.messaging.dead_letters.list() == []


async def test_offers_lapse_by_the_durable_timer_when_their_moment_comes(running):
    application = await running.take(person(1))
    running.clock.advance(timedelta(days=7, hours=14))

    async def lapsed():
        found = await running.read("applications").get(application["_id"])
        return found["state"] == "lapsed"

    await eventually(lapsed)
    assert (await running.read("ledgers").get("2024-25"))["offers"] == []
