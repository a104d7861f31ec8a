"""Durable timers: due by the injected clock, fired once, whatever fails."""

from datetime import timedelta

import pytest

from nextstep_contracts import OfferLapsed
from nextstep_local.testing import eventually
from nextstep_messaging import Collection, FileClock, FixedClock, Messaging, Unit

from ..builders import START, hearing, lapsed

pytestmark = pytest.mark.stack
HOUR = timedelta(hours=1)


class Fired:
    """A timer handler that remembers what it fired, and when."""

    def __init__(self, failures=0):
        self.timers = []
        self.failures = failures

    async def __call__(self, timer, uow: Unit):
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not yet")
        await uow.collection("seen").insert({"_id": timer.key})
        self.timers.append((timer.key, timer.data, uow.now))

    @property
    def keys(self):
        return [key for key, _, _ in self.timers]


def schedule(key, due, **data):
    async def work(uow):
        await uow.schedule(key, "remind", due, data)

    return work


async def none_left(messaging):
    return await messaging.db.read("_timers").count({}) == 0


async def test_a_timer_fires_when_the_injected_clock_reaches_it_and_not_before(services):
    clock, fired = FixedClock(START), Fired()
    messaging = await services.start("applications", clock=clock, timers={"remind": fired})
    await messaging.transact(schedule("later", START + 2 * HOUR))
    await messaging.transact(schedule("sooner", START + HOUR, reference="NS24-0001"))

    clock.advance(HOUR)
    await eventually(lambda: fired.keys == ["sooner"])
    assert fired.timers == [("sooner", {"reference": "NS24-0001"}, START + HOUR)]
    clock.advance(HOUR)
    await eventually(lambda: fired.keys == ["sooner", "later"])
    await eventually(lambda: none_left(messaging))


async def test_timers_that_fell_due_together_fire_in_the_order_of_their_moments(services):
    clock, fired = FixedClock(START), Fired()
    messaging = await services.start("applications", clock=clock, timers={"remind": fired})
    for hours in (3, 1, 2):
        await messaging.transact(schedule(f"after {hours}", START + hours * HOUR))
    clock.advance(timedelta(days=1))
    await eventually(lambda: len(fired.keys) == 3)
    assert fired.keys == ["after 1", "after 2", "after 3"]


async def test_scheduling_a_key_again_moves_it_and_cancelling_forgets_it(services):
    clock, fired = FixedClock(START), Fired()
    messaging = await services.start("applications", clock=clock, timers={"remind": fired})
    await messaging.transact(schedule("moved", START + HOUR))
    await messaging.transact(schedule("moved", START + 3 * HOUR))
    await messaging.transact(schedule("cancelled", START + HOUR))
    await messaging.transact(lambda uow: uow.cancel_timer("cancelled"))
    await messaging.transact(schedule("mark", START + 2 * HOUR))
    clock.advance(2 * HOUR)
    await eventually(lambda: fired.keys == ["mark"])
    clock.advance(HOUR)
    await eventually(lambda: fired.keys == ["mark", "moved"])


async def test_a_timer_whose_handler_fails_is_tried_again(services, monkeypatch):
    from nextstep_messaging.timers import loop

    monkeypatch.setattr(loop, "FIRST_RETRY", 0.1)
    clock, fired = FixedClock(START), Fired(failures=2)
    messaging = await services.start("applications", clock=clock, timers={"remind": fired})
    await messaging.transact(schedule("stubborn", START))
    await eventually(lambda: fired.keys == ["stubborn"], timeout=60)
    await eventually(lambda: none_left(messaging))


async def test_what_a_timer_publishes_is_heard_under_the_correlation_of_its_making(services):
    clock, heard = FixedClock(START), []

    async def lapse(_timer, uow: Unit):
        uow.publish(lapsed(1))

    async def note(_event, uow: Unit):
        heard.append(uow.correlation_id)

    messaging = await services.start("applications", clock=clock, timers={"lapse": lapse})
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def offer(uow):
        await uow.schedule("offer-1", "lapse", START + HOUR)
        return uow.correlation_id

    correlation = await messaging.transact(offer)
    clock.advance(HOUR)
    await eventually(lambda: heard == [correlation])


async def test_under_two_instances_each_timer_fires_once(services):
    clock, fired = FixedClock(START), Fired()
    made = {"clock": clock, "timers": {"remind": fired}, "collections": [Collection("seen")]}
    first = await services.start("applications", **made)
    second = await services.start("applications", **made)
    for number in range(20):
        await (first, second)[number % 2].transact(schedule(f"t{number:02}", START + HOUR))
    clock.advance(HOUR)
    await eventually(lambda: none_left(first))
    assert sorted(fired.keys) == [f"t{number:02}" for number in range(20)]
    assert await first.db.read("seen").count({}) == 20


async def test_when_one_instance_stops_the_other_fires(services):
    clock, fired = FixedClock(START), Fired()
    made = {"clock": clock, "timers": {"remind": fired}, "collections": [Collection("seen")]}
    first = await services.start("applications", **made)
    second = await services.start("applications", **made)
    await first.stop()
    services.built.remove(first)
    await second.transact(schedule("t", START + HOUR))
    clock.advance(HOUR)
    await eventually(lambda: fired.keys == ["t"])


async def test_a_moved_file_clock_is_noticed_at_once(services, tmp_path):
    file = tmp_path / "clock"
    clock, fired = FileClock(file), Fired()
    clock.set(START)
    messaging: Messaging = await services.start(
        "applications", given={"clock": f"file:{file}"}, timers={"remind": fired}
    )
    await messaging.transact(schedule("t", START + 24 * HOUR))
    clock.set(START + 25 * HOUR)
    await eventually(lambda: fired.keys == ["t"], timeout=60)
    assert fired.timers[0][2] == START + 25 * HOUR
