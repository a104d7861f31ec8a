"""The agreed catalogue against what the services really do."""

import importlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest

from nextstep_contracts import (
    ANY_PUBLISHER,
    AuditContradicted,
    AuditSealed,
    Envelope,
    decode,
)
from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_contracts.documents import publishers, schema_file
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.metrics import HANDLED

GOLDEN = Path(__file__).parents[1] / "shared/contracts/golden"
SIGNED = {AuditSealed, AuditContradicted}
"""What no sample can be of: their signatures are tried in `audit/test_holding.py`."""
NOW = datetime(2024, 9, 6, 9, tzinfo=UTC)


def build(service, amqp_url, mongo_url, mongo_database, monkeypatch):
    """The service as its own composition root wires it."""
    monkeypatch.setenv("NATIVE_FORM_SECRET", "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0")
    given = {"amqp_url": amqp_url, "mongo_url": mongo_url, "mongo_database": mongo_database}
    if service == "notifications":
        given |= {"smtp_host": "127.0.0.1", "smtp_port": 9}  # nothing listens: mails wait
    settings = importlib.import_module(f"{service}.settings").Settings(
        **settings_for(service, **given)
    )
    return importlib.import_module(f"{service}.app").build(settings, FixedClock(NOW))[1]


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_hears_exactly_what_the_catalogue_says(service, monkeypatch):
    messaging = build(service, "amqp://nowhere", "mongodb://nowhere", "none", monkeypatch)
    heard = {one.event.type_for() for one in messaging.heard}
    agreed = {event.type_for() for event, consumers in CONSUMERS.items() if service in consumers}
    assert heard == agreed


def samples(service):
    for event, consumers in CONSUMERS.items():
        if service in consumers and event not in SIGNED:
            publisher = publishers(event)[0] if event.publisher == ANY_PUBLISHER else None
            path = GOLDEN / schema_file(event).removesuffix(".json") / f"{service}.json"
            yield event.type_for(publisher), json.loads(path.read_text())


async def put(amqp_url, service, kind, data):
    event = decode(kind, data)
    envelope = Envelope(
        id=uuid4(),
        source=kind.partition(".")[0],
        type=kind,
        time=NOW,
        subject=event.subject,
        correlation_id=uuid4(),
    )
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(
            json.dumps(data).encode(),
            headers=to_headers(envelope),
            message_id=str(envelope.id),
            type=kind,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await channel.default_exchange.publish(message, f"{service}.{event.event_name}")
    return event.event_name


def outcomes(service, event_name):
    return {
        sample.labels["outcome"]: sample.value
        for metric in HANDLED.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
        and (sample.labels["consumer"], sample.labels["event"]) == (service, event_name)
    }


@pytest.mark.stack
@pytest.mark.parametrize("service", SERVICES)
async def test_each_consumer_handles_the_least_that_it_may_receive(
    service, vhost_url, mongo_url, mongo_database, monkeypatch
):
    messaging = build(service, vhost_url, mongo_url, mongo_database, monkeypatch)
    await messaging.start()
    try:
        for kind, data in samples(service):
            name = kind.split(".")[1]
            before = outcomes(service, name)
            await put(vhost_url, service, kind, data)

            def ended(name=name, before=before):
                gained = {k: v - before.get(k, 0) for k, v in outcomes(service, name).items()}
                return {k for k, v in gained.items() if v}

            assert await eventually(ended) <= {"handled", "unwanted"}, kind
        assert await messaging.dead_letters.list() == []
    finally:
        await messaging.stop()
