"""A worker looks at once when told, now and then unasked, and on one instance at a time."""

import asyncio
from time import monotonic

import pytest

from nextstep_local.testing import eventually
from nextstep_messaging import Pace
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.timers.work_loop import WorkLoop

pytestmark = pytest.mark.stack

NEVER = 600.0
"""Seconds between sweeps where a test must not be helped by one."""


class Worker:
    """Counts how often it looked; finds more to do as often as it is told to."""

    def __init__(self, more=0):
        self.looks = 0
        self.more = more
        self.at = []

    async def __call__(self, _lease):
        self.looks += 1
        self.at.append(monotonic())
        self.more -= 1
        return self.more >= 0


async def test_it_looks_when_it_starts_when_it_is_woken_and_not_in_between(services):
    messaging, worker = services.build("applications"), Worker()
    loop = messaging.add_worker("sending", worker, Pace(sweep=NEVER))
    await messaging.start()
    await eventually(lambda: worker.looks == 1)
    loop.wake()
    await eventually(lambda: worker.looks == 2)
    for _ in range(5):  # all at once: one look finds it all
        loop.wake()
    await eventually(lambda: worker.looks == 3)


async def test_it_looks_again_as_long_as_there_is_more(services):
    messaging, worker = services.build("applications"), Worker(more=4)
    messaging.add_worker("sending", worker, Pace(sweep=NEVER))
    await messaging.start()
    await eventually(lambda: worker.looks == 5)


async def test_it_looks_unasked_once_a_sweep(services):
    messaging, worker = services.build("applications"), Worker()
    messaging.add_worker("sending", worker, Pace(sweep=0.02))
    await messaging.start()
    await eventually(lambda: worker.looks >= 4)


async def test_what_is_told_within_the_quiet_is_gathered_into_one_look(services):
    messaging, worker = services.build("applications"), Worker()
    pace = Pace(sweep=NEVER, quiet=0.3, longest_wait=NEVER)
    loop = messaging.add_worker("sending", worker, pace)
    await messaging.start()
    await eventually(lambda: worker.looks == 1)
    told = monotonic()
    loop.wake()
    await eventually(lambda: worker.looks == 2)
    assert worker.at[1] - told >= 0.3


async def test_the_wait_for_quiet_ends_in_any_case(services):
    messaging, worker = services.build("applications"), Worker()
    pace = Pace(sweep=NEVER, quiet=0.2, longest_wait=0.6)
    loop = messaging.add_worker("sending", worker, pace)
    await messaging.start()
    await eventually(lambda: worker.looks == 1)

    def still_telling():
        loop.wake()
        return worker.looks == 2

    await eventually(still_telling)


async def test_a_failing_look_is_tried_again(services):
    looks = []

    async def failing(_lease):
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a passing fault")
        return False

    messaging = services.build("applications")
    messaging.add_worker("sending", failing, Pace(sweep=NEVER))
    await messaging.start()
    await eventually(lambda: len(looks) == 2)


async def test_of_two_instances_one_works_and_the_other_takes_over_when_it_stops(services):
    first, second = Worker(), Worker()
    running = services.build("applications")
    running.add_worker("sending", first, Pace(sweep=0.02))
    await running.start()
    await eventually(lambda: first.looks >= 2)
    other = services.build("applications")
    other.add_worker("sending", second, Pace(sweep=0.02))
    await other.start()
    assert second.looks == 0
    await running.stop()
    services.built.remove(running)
    await eventually(lambda: second.looks >= 1)


async def test_it_waits_for_what_it_needs_and_leaves_the_lease_to_others_meanwhile(services):
    messaging = services.build("applications")
    await messaging.open()
    needed, worker = asyncio.Event(), Worker()
    loop = WorkLoop(Lease(messaging.db, "x"), worker, Pace(sweep=NEVER), needs=needed)
    running = asyncio.create_task(loop.run())
    other = Lease(messaging.db, "x")
    assert await other.hold()
    assert worker.looks == 0
    await other.release()
    needed.set()
    await eventually(lambda: worker.looks == 1)
    running.cancel()


async def test_stopping_waits_for_the_look_in_hand_and_ends_its_lease(services):
    messaging = services.build("applications")
    await messaging.open()
    looking, go, steps = asyncio.Event(), asyncio.Event(), []

    async def long(lease):
        looking.set()
        await go.wait()
        steps.append(await lease.hold())  # between two steps of a long look
        return False

    loop = WorkLoop(Lease(messaging.db, "x"), long, Pace(sweep=NEVER))
    running = asyncio.create_task(loop.run())
    await looking.wait()
    stopping = asyncio.create_task(loop.stop())
    other = Lease(messaging.db, "x")
    assert not await other.hold()
    go.set()
    await stopping
    assert steps == [False]
    assert await Lease(messaging.db, "x").hold()
    running.cancel()
