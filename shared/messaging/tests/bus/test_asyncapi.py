"""What a service says of its events is what the contracts say."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextstep_contracts import EVENTS, Refused
from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_contracts.documents import EXCHANGE, json_schema, publishers
from nextstep_local.testing import eventually
from nextstep_messaging import EventRouter, Unit
from nextstep_messaging.bus.asyncapi import document
from nextstep_messaging.bus.topology import binding, consumer_queue

from ..builders import hearing, lapsed, router


def router_of(service) -> EventRouter:
    """A service that hears what it is agreed to hear, all by one function."""

    async def handle(_event: Any, uow: Unit) -> None: ...

    return router(
        service, [hearing(event, handle) for event, known in CONSUMERS.items() if service in known]
    )


def resolved(made: Mapping[str, Any], schema: Any) -> Any:
    """A schema of the document with what it refers to put in, to compare by meaning."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return resolved(made, made[name])
        return {key: resolved(made, value) for key, value in schema.items() if key != "$defs"}
    return [resolved(made, one) for one in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_describes_exactly_the_events_of_the_contracts(service):
    made = document(router_of(service))
    heard = [event for event, known in CONSUMERS.items() if service in known]
    said = [event for event in EVENTS if service in publishers(event)]
    names = [event.event_name for event in heard] + [event.type_for(service) for event in said]
    assert sorted(made["operations"]) == sorted(names)
    assert sorted(made["channels"]) == sorted(names)
    schemas = made["components"]["schemas"]
    for event in {*heard, *said}:
        agreed = json_schema(event)
        here = {"$schema": agreed["$schema"], **schemas[event.event_name]}
        assert resolved(schemas, here) == resolved(agreed.get("$defs", {}), agreed)


def test_a_channel_names_the_queue_or_the_exchange_and_the_routing_key():
    made = document(router_of("awards"))
    for event, known in CONSUMERS.items():
        if "awards" in known:
            channel = made["channels"][event.event_name]
            assert channel["address"] == binding(event, "awards")
            assert channel["bindings"]["amqp"]["queue"]["name"] == consumer_queue("awards", event)
            assert made["operations"][event.event_name]["action"] == "receive"
    graduated = made["channels"]["awards.FellowGraduated.v1"]
    assert graduated["address"] == "awards.FellowGraduated.v1"
    assert graduated["bindings"]["amqp"]["exchange"]["name"] == EXCHANGE
    assert made["operations"]["awards.FellowGraduated.v1"]["action"] == "send"


def test_it_names_no_address_and_no_password():
    assert [server["host"] for server in document(router_of("awards"))["servers"].values()] == [
        "broker:5672"
    ]


@pytest.mark.stack
async def test_a_sample_is_handled_like_any_event(services):
    from nextstep_contracts import OfferLapsed

    seen = []

    async def note(event: OfferLapsed, uow: Unit) -> None:
        seen.append((event, uow.envelope.source))

    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await receiver.try_event("OfferLapsed", lapsed(1).model_dump_json())
    await eventually(lambda: seen == [(lapsed(1), "applications")])
    with pytest.raises(Refused, match="notifications does not hear PersonErased"):
        await receiver.try_event("PersonErased", "{}")
    with pytest.raises(Refused) as refused:
        await receiver.try_event("OfferLapsed", '{"cohort": 1}')
    assert "application_id: Field required" in refused.value.fields["body"]


@pytest.mark.stack
async def test_samples_are_refused_where_the_programme_runs(services):
    receiver = services.build("notifications", given={"environment": "production"})
    assert not receiver.may_try
    with pytest.raises(Refused, match="in the local stack only"):
        await receiver.try_event("OfferLapsed", "{}")
