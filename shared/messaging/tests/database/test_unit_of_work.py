"""State, inbox and outgoing events are stored together or not at all."""

import pytest

from nextstep_contracts import OfferLapsed, PlaceOffered
from nextstep_local.testing import eventually
from nextstep_messaging import DuplicateKey, StaleDocument, Unit

from ..builders import hearing, lapsed, offered

pytestmark = pytest.mark.stack


async def rows(messaging, name):
    return await messaging.db.read(name).find({}, sort=[("_id", 1)])


async def test_an_event_reaches_its_handler_with_its_envelope(services):
    heard = []

    async def note(event, uow: Unit):
        heard.append((event, uow.envelope, uow.correlation_id))

    applications = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        return uow.publish(lapsed(1)), uow.correlation_id, uow.now

    event_id, correlation, now = await applications.transact(work)
    await eventually(lambda: len(heard) == 1)
    event, envelope, seen = heard[0]
    assert event == lapsed(1)
    assert envelope.id == event_id
    assert envelope.type == "applications.OfferLapsed.v1"
    assert envelope.source == "applications"
    assert envelope.subject == "a1"
    assert envelope.time == now
    assert seen == correlation
    assert envelope.causation_id is None
    await eventually(lambda: rows_are_gone(applications))


async def test_whoever_waits_is_told_once_after_the_commit_and_not_of_what_failed(services):
    messaging = await services.start("applications")
    told = []

    async def work(uow):
        uow.then(tell)
        uow.then(tell)
        await uow.collection("things").insert({"_id": "one"})
        assert told == []

    def tell():
        told.append("told")

    async def failing(uow):
        uow.then(tell)
        raise LookupError("nothing here")

    await messaging.transact(work)
    assert told == ["told"]
    with pytest.raises(LookupError):
        await messaging.transact(failing)
    assert told == ["told"]


async def rows_are_gone(messaging):
    return await messaging.db.read("_outbox").count({}) == 0


async def test_what_a_handler_publishes_names_its_cause_and_keeps_the_correlation(services):
    heard = []

    async def lapse(_event, uow: Unit):
        uow.publish(lapsed(2))

    async def note(_event, uow: Unit):
        heard.append(uow.envelope)

    # applications plays the second step of the story by hearing its own event
    applications = await services.start("applications", hears=[hearing(PlaceOffered, lapse)])
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        return uow.publish(offered(1)), uow.correlation_id

    first, correlation = await applications.transact(work)
    await eventually(lambda: len(heard) == 1)
    assert heard[0].causation_id == first
    assert heard[0].correlation_id == correlation


async def test_a_failing_request_stores_nothing(services):
    applications = await services.start("applications")

    async def work(uow):
        await uow.collection("seen").insert({"_id": "x"})
        await uow.schedule("t", "kind", uow.now)
        uow.publish(lapsed(1))
        raise ValueError("the rule says no")

    with pytest.raises(ValueError, match="the rule says no"):
        await applications.transact(work)
    assert await rows(applications, "seen") == []
    assert await rows(applications, "_outbox") == []
    assert await rows(applications, "_timers") == []


async def test_another_services_event_cannot_be_published(services):
    notifications = await services.start("notifications")

    async def work(uow):
        uow.publish(lapsed(1))

    with pytest.raises(ValueError, match="notifications cannot publish OfferLapsed"):
        await notifications.transact(work)


async def test_rivals_over_one_document_all_win_in_turn(services):
    applications = await services.start("applications")

    async def count_up(uow):
        counter = await uow.collection("seen").get("n") or {"_id": "n", "value": 0}
        counter["value"] += 1
        await uow.collection("seen").save(counter)
        uow.publish(lapsed(counter["value"]))

    import asyncio

    await asyncio.gather(*(applications.transact(count_up) for _ in range(25)))
    stored = await applications.db.read("seen").get("n")
    assert stored == {"_id": "n", "value": 25, "version": 25}


async def test_a_conflict_that_never_ends_is_reported(services, monkeypatch):
    from nextstep_messaging.database import unit_of_work

    monkeypatch.setattr(unit_of_work, "ATTEMPTS", 3)
    applications = await services.start("applications")
    tries = []

    async def stale(uow):
        tries.append(1)
        await uow.collection("seen").save({"_id": "x", "version": 7})

    with pytest.raises(StaleDocument, match="seen x is no longer at version 7"):
        await applications.transact(stale)
    assert len(tries) == 3


async def test_saving_a_new_document_twice_is_a_conflict_and_other_keys_are_duplicates(services):
    from nextstep_messaging import Collection, Index

    applications = await services.start(
        "applications", collections=[Collection("seats", [Index([("seat", 1)], unique=True)])]
    )

    async def take(uow):
        await uow.collection("seats").save({"_id": "a", "seat": 1})

    async def take_again(uow):
        await uow.collection("seats").save({"_id": "b", "seat": 1})

    await applications.transact(take)
    with pytest.raises(DuplicateKey):
        await applications.transact(take_again)


async def test_small_files_are_stored_together_and_storing_them_again_changes_nothing(services):
    messaging = await services.start("applications")
    large = bytes(range(256)) * 3000  # more than two pieces
    files = [("a", "cv.pdf", b"one"), ("b", "statement.pdf", large), ("c", "empty", b"")]
    await messaging.db.files.put_many(files[:1])
    await messaging.db.files.put_many(files)
    await messaging.db.files.put("a", "cv.pdf", b"one")
    assert [await messaging.db.files.get(key) for key in ("a", "b", "c")] == [b"one", large, b""]
    await messaging.db.files.delete("b")
    assert await messaging.db.files.get("b") is None
