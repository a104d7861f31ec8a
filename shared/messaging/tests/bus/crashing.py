"""A service process that dies, as by `kill -9`, at a named step. Run by test_crashes.py."""

import asyncio
import os
import sys
from typing import Any, NoReturn

from faststream.rabbit import RabbitMessage

from nextstep_contracts import Event, OfferLapsed, Person, PlaceOffered
from nextstep_messaging import (
    Collection,
    EventRouter,
    Messaging,
    MessagingSettings,
    Unit,
)
from nextstep_messaging.bus.relay import Relay
from nextstep_messaging.database import inbox, leases, mongo

SERVICE, AMQP_URL, MONGO_URL, DATABASE, STEP = sys.argv[1:]


async def die(*_: Any, **__: Any) -> NoReturn:
    os._exit(9)


async def handle(event: PlaceOffered, uow: Unit) -> None:
    """Two changes and an outgoing event, dying between any two of them."""
    if STEP == "after the inbox row":
        await die()
    await uow.collection("seen").save({"_id": event.application_id})
    if STEP == "after the first change":
        await die()
    await uow.collection("seen").save({"_id": f"{event.application_id}-again"})
    if STEP == "after the second change":
        await die()
    uow.publish(consequence(event))


def consequence(event: PlaceOffered) -> Event:
    return OfferLapsed(
        cohort=event.cohort,
        application_id=event.application_id,
        revision=event.revision + 1,
        person=Person(person_id="p", name="Ada", email="ada@example.org"),
        reference=event.reference,
        lapsed_at=event.expires_at,
    )


def set_the_trap() -> None:
    match STEP:
        case "before the inbox row":
            inbox.enter = die
        case "before the commit":
            mongo._commit = die
        case "before the acknowledgement":
            RabbitMessage.ack = die
        case "before the outbox row is deleted":
            Relay.forget = die


async def main() -> None:
    set_the_trap()
    leases.LEASE_SECONDS = 1.0  # so that whoever comes after need not wait long
    settings = MessagingSettings(
        environment="local", amqp_url=AMQP_URL, mongo_url=MONGO_URL, mongo_database=DATABASE
    )
    router = EventRouter(SERVICE)
    router.hears(PlaceOffered)(handle)
    messaging = Messaging(router, settings, collections=[Collection("seen")])
    await messaging.start()
    await asyncio.sleep(60)


asyncio.run(main())
