"""Handlers are flat functions that say what they take, and a router may be shared."""

import asyncio
from datetime import timedelta
from typing import Annotated

import pytest
from faststream import Context, ContextRepo

from nextstep_contracts import OfferLapsed, PlaceOffered
from nextstep_local.testing import eventually
from nextstep_messaging import EventRouter, FixedClock, Messaging, Timer, Unit
from nextstep_messaging.bus.router import injected
from nextstep_messaging.testing import fire_due, hear

from ..builders import START, lapsed, offered

router = EventRouter("notifications")


class Held:
    """What a process holds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []


Here = Annotated[Held, Context()]


@router.hears(PlaceOffered)
@router.hears(OfferLapsed, in_line="letters", prefetch=2)
async def told(event: PlaceOffered | OfferLapsed, uow: Unit, here: Here) -> None:
    await uow.collection("seen").insert({"_id": event.application_id, "by": here.name})
    here.heard.append(event.event_name)


@router.due("remind")
async def reminded(timer: Timer, uow: Unit, here: Here) -> None:
    await uow.collection("seen").insert({"_id": timer.key, "by": here.name})


def test_a_declared_handler_is_still_the_function_that_was_written():
    assert told.__name__ == "told"
    assert [hearing.event for hearing in router.heard] == [OfferLapsed, PlaceOffered]
    assert all(hearing.handler is told for hearing in router.heard)
    assert router.timers == {"remind": reminded}


def test_a_parameter_that_does_not_say_where_it_comes_from_is_refused_at_once():
    async def guess(event: OfferLapsed, uow) -> None: ...

    with pytest.raises(TypeError, match="say where 'uow' comes from"):
        router.copy().hears(OfferLapsed)(guess)


async def test_what_a_handler_names_is_looked_up_at_each_call():
    context, seen = ContextRepo(), []

    async def handler(event: str, held: Annotated[str, Context("here")]) -> None:
        seen.append((event, held))

    def wants(event: str, held: Annotated[str, Context("here")]) -> bool:
        return event == held

    context.set_global("here", "event")
    assert injected(wants, context)("event") is True
    assert injected(wants, context)("another") is False
    call = injected(handler, context)
    for held in ("one", "two"):
        context.set_global("here", held)
        await call("event")
    assert seen == [("event", "one"), ("event", "two")]


@pytest.mark.stack
async def test_one_function_hears_two_events_and_is_given_what_its_process_holds(services):
    held = Held("first")
    sender = await services.start("applications")
    receiver = services.build_from(router)
    receiver.provide(held)
    await receiver.start()
    await publish(sender, offered(1), lapsed(2))
    await eventually(lambda: sorted(held.heard) == ["OfferLapsed", "PlaceOffered"])


@pytest.mark.stack
async def test_two_services_of_one_process_share_a_router_and_each_has_its_own(services):
    first, second = Held("first"), Held("second")
    for held in (first, second):
        one: Messaging = services.build_from(router)
        one.provide(held)
        await one.start()
    sender = await services.start("applications")
    await publish(sender, *(offered(number) for number in range(40)))
    await eventually(lambda: len(first.heard) + len(second.heard) == 40)
    assert first.heard
    assert second.heard


@pytest.mark.stack
async def test_a_timer_is_given_the_same(services):
    clock = FixedClock(START)
    messaging = services.build_from(router, clock=clock)
    messaging.provide(Held("here"))
    await messaging.start()

    async def work(uow):
        await uow.schedule("t", "remind", uow.now)

    await messaging.transact(work)

    async def fired():
        return await messaging.db.read("seen").get("t") == {"_id": "t", "by": "here"}

    await eventually(fired)


@pytest.mark.stack
async def test_sixty_at_once_each_have_a_unit_of_their_own(services):
    together, units = 0, set()

    async def handler(event: PlaceOffered, uow: Unit) -> None:
        nonlocal together
        await asyncio.sleep(0)
        await uow.collection("seen").insert({"_id": event.application_id})
        units.add((id(uow), uow.envelope.subject == event.application_id))
        together += 1

    hears = EventRouter("notifications")
    hears.hears(PlaceOffered, prefetch=60)(handler)
    sender = await services.start("applications")
    receiver = services.build_from(hears)
    await receiver.start()
    await publish(sender, *(offered(number) for number in range(60)))
    await eventually(lambda: together == 60)
    assert {right for _, right in units} == {True}


@pytest.mark.stack
async def test_tests_hand_events_and_timers_to_the_handlers_without_a_bus(services):
    held, clock = Held("here"), FixedClock(START)
    messaging = services.build_from(router, clock=clock)
    messaging.provide(held)
    await messaging.open()
    await hear(messaging, offered(1), lapsed(2))
    assert held.heard == ["PlaceOffered", "OfferLapsed"]

    async def work(uow):
        await uow.schedule("now", "remind", START)
        await uow.schedule("later", "remind", START + timedelta(hours=1))

    await messaging.transact(work)
    await fire_due(messaging)
    rows = await messaging.db.read("seen").find({}, sort=[("_id", 1)])
    assert [row["_id"] for row in rows] == ["a1", "a2", "now"]
    assert await messaging.db.read("_timers").count({}) == 1


async def publish(messaging, *events):
    async def work(uow):
        for event in events:
            uow.publish(event)

    await messaging.transact(work)
