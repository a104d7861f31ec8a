"""Stopping: no new messages, work in hand finished, the rest left to others."""

import asyncio
from collections import Counter

import pytest

from nextstep_contracts import OfferLapsed
from nextstep_local.testing import eventually
from nextstep_messaging import Unit

from ..builders import hearing, lapsed

pytestmark = pytest.mark.stack


async def publish(messaging, count):
    async def work(uow):
        for number in range(count):
            uow.publish(lapsed(number))

    await messaging.transact(work)


class Slow:
    """A handler that works until it is let go."""

    def __init__(self):
        self.begun = []
        self.done = []
        self.go = asyncio.Event()

    async def __call__(self, event, uow: Unit):
        self.begun.append(event.application_id)
        await self.go.wait()
        await uow.collection("seen").insert({"_id": event.application_id})
        self.done.append(event.application_id)


async def test_stopping_finishes_what_is_in_hand_and_takes_nothing_more(services):
    handler = Slow()
    sender = await services.start("applications")
    receiver = await services.start(
        "notifications", hears=[hearing(OfferLapsed, handler, prefetch=2)]
    )
    await publish(sender, 10)
    await eventually(lambda: len(handler.begun) == 2)

    stopping = asyncio.create_task(receiver.stop())
    await eventually(lambda: receiver._consumers._stopping)
    handler.go.set()
    await stopping
    services.built.remove(receiver)
    begun = sorted(handler.begun)
    assert sorted(handler.done) == begun

    handler.go.set()
    again = await services.start("notifications", hears=[hearing(OfferLapsed, handler)])

    async def all_seen():
        return await again.db.read("seen").count({}) == 10

    await eventually(all_seen)
    # nobody handled anything twice, so everything in hand had been acknowledged
    assert sorted(handler.done) == [f"a{number}" for number in range(10)]


async def test_work_that_does_not_end_in_time_is_left_to_the_next_instance(services):
    handler = Slow()
    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        given={"stop_seconds": 0.2},
        hears=[hearing(OfferLapsed, handler)],
    )
    await publish(sender, 1)
    await eventually(lambda: handler.begun == ["a0"])
    await receiver.stop()
    services.built.remove(receiver)
    assert handler.done == []

    handler.go.set()
    await services.start("notifications", hears=[hearing(OfferLapsed, handler)])
    await eventually(lambda: handler.done == ["a0"])


async def test_one_at_a_time_never_overlaps(services):
    under_way, most = 0, 0

    async def handler(event, uow: Unit):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await uow.collection("seen").insert({"_id": event.application_id})
        under_way -= 1

    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        hears=[hearing(OfferLapsed, handler, in_line="ledger")],
    )
    await publish(sender, 30)

    async def all_seen():
        return await receiver.db.read("seen").count({}) == 30

    await eventually(all_seen)
    assert most == 1


async def test_a_line_of_their_own_keeps_events_of_one_subject_apart_and_no_others(services):
    under_way, together, rivals = Counter(), 0, 0

    async def handler(event, uow: Unit):
        nonlocal together, rivals
        line = last_digit(event)
        under_way[line] += 1
        rivals = max(rivals, under_way[line])
        together = max(together, under_way.total())
        await uow.collection("seen").insert({"_id": event.application_id})
        under_way[line] -= 1

    def last_digit(event):
        return event.application_id[-1]

    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        hears=[hearing(OfferLapsed, handler, in_line=last_digit)],
    )
    await publish(sender, 40)

    async def all_seen():
        return await receiver.db.read("seen").count({}) == 40

    await eventually(all_seen)
    assert rivals == 1
    assert together > 1


async def test_a_worker_that_fails_is_started_again_and_cancelled_on_stop(services):
    runs, ended = [], []

    async def look(_lease):
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("a passing fault")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    messaging = services.build("applications")
    messaging.add_worker("sending", look)
    await messaging.start()
    await eventually(lambda: len(runs) == 2)
    await messaging.stop()
    services.built.remove(messaging)
    assert ended == [1]
