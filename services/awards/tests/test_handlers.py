"""What the service hears ends in the same state under any duplication and any order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aio_pika import Message, connect
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awards import handlers
from awards.fellows.attendance import Presence
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import find, get
from nextstep_contracts import (
    Employer,
    EmployersChanged,
    Envelope,
    Event,
    PersonErased,
    PlaceAccepted,
)
from nextstep_local.testing import converges, eventually
from nextstep_messaging import ERASE_AGAIN, UnitOfWork
from nextstep_messaging.bus import envelope as wire

from .builders import (
    CAUSE,
    NOW,
    accepted,
    amended,
    attendance,
    email_bounced,
    email_sent,
    requirements,
    standing,
    withdrawn,
)
from .service import Service


def a_cohort() -> Iterator[Event]:
    """What the service hears of a small cohort: people who stay, leave, return and are erased."""
    for number in range(1, 7):
        key = f"f{number}"
        yield accepted(key, revision=2)
        yield standing(key, revision=1, standing="on_track")
        yield attendance(key, revision=1, attended=number % 2 == 0)
        yield standing(key, revision=2)
        yield requirements(key, revision=1)
    yield withdrawn("f2", revision=3)
    yield withdrawn("f3", revision=3)
    yield accepted("f3", revision=4)
    yield attendance("f1", revision=2)
    yield requirements("f4", revision=2, met=False)
    yield from (amended(key) for key in ("f1", "f3", "f5", "f7"))
    yield amended("f1", "newest@example.org", revision=6)
    yield PersonErased(person_id="f5", erased_at=NOW)
    yield PersonErased(person_id="j9", erased_at=NOW)
    for revision in (1, 2, 3):
        known = Employer(id="n", name=f"Norwich {revision}", kind="trust")
        yield EmployersChanged(revision=revision, employers=(known,))
    yield email_sent()
    yield email_bounced()


EVENTS = list(a_cohort())


@pytest.mark.stack
@settings(
    max_examples=8,  # each hears some fifty events on the real database
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
async def test_any_duplication_and_order_of_a_cohort_ends_in_the_same_state(service, data):
    await wipe(service)
    await service.hear(*data.draw(converges(EVENTS, most_copies=2)))
    found = await service.contents()
    await wipe(service)
    await service.hear(*EVENTS)
    assert found == await service.contents()
    assert await service.said() == []


async def wipe(service: Service) -> None:
    for name in await service.contents():
        await service.messaging.db.write(name).delete({})


@pytest.mark.stack
async def test_what_is_heard_before_the_fellow_is_known_is_kept(service):
    await service.hear(requirements("f1"), attendance("f1"), standing("f1"), withdrawn("f1"))
    assert (await service.panel()).fellows["f1"].active is False
    await service.hear(accepted("f1", revision=5))
    assert (await service.panel()).fellows["f1"].active is True
    read = service.here.read
    assert (await get(read, Progress, "f1")).met
    assert [one.attended for one in await find(read, Presence)] == [True]


@pytest.mark.stack
async def test_other_cohorts_other_sessions_and_other_services_emails_are_not_wanted(service):
    await service.hear(
        accepted("f1", cohort="2025-26"),
        attendance("f1", kind="masterclass"),
        withdrawn("f2").model_copy(update={"was_fellow": False}),
        amended("f3", of_a_fellow=False),
        amended("f4", cohort="2025-26"),
        email_sent(cause="scheduling.SessionScheduled.v1"),
    )
    assert {name: rows for name, rows in (await service.contents()).items() if rows} == {}


@pytest.mark.stack
async def test_an_erased_persons_name_does_not_come_back_with_a_late_event(service):
    await service.hear(PersonErased(person_id="f1", erased_at=NOW), accepted("f1"), amended("f1"))
    fellow = await get(service.here.read, Fellow, "f1")
    assert (fellow.name, fellow.email) == (ERASED_NAME, "")
    timers = await service.here.read("_timers").find({})
    assert {one["kind"] for one in timers} == {ERASE_AGAIN}


@pytest.mark.stack
async def test_another_address_is_taken_in_wholly_or_not_at_all(service):
    await service.hear(accepted("f1"))
    before = await service.contents()

    async def broken(uow: UnitOfWork) -> None:
        await handlers.application_amended(amended("f1"), uow, service.here)
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        await service.messaging.transact(broken)
    assert await service.contents() == before
    await service.hear(amended("f1"), amended("f1"))
    fellow = await get(service.here.read, Fellow, "f1")
    assert (fellow.email, fellow.version) == ("new.f1@example.org", 2)


@pytest.mark.stack
async def test_over_the_real_bus_duplicates_are_dropped_and_timers_fire(running):
    event = accepted("f1")
    await deliver(running, event, copies=3)
    await eventually(lambda: known(running, "f1"))
    running.clock.set(datetime(2025, 9, 8, 8, 0, 1, tzinfo=UTC))
    await eventually(lambda: reminded(running))
    assert await running.messaging.db.read("_timers").count({}) == 0


async def known(service: Service, key: str) -> bool:
    return key in (await service.panel()).fellows


async def reminded(service: Service) -> bool:
    fellow = await get(service.here.read, Fellow, "f1")
    return fellow is not None and fellow.reminded_of is not None


async def deliver(service: Service, event: PlaceAccepted, copies: int) -> None:
    """Publish one event several times, as another service's relay does after a crash."""
    about = Envelope(
        id=UUID(int=7),
        source="applications",
        type=event.type_for(),
        time=NOW,
        subject=event.subject,
        correlation_id=CAUSE,
    )
    connection = await connect(service.settings.amqp_url.get_secret_value())
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("nextstep.events")
        for _ in range(copies):
            message = Message(
                event.model_dump_json().encode(),
                message_id=str(about.id),
                headers=wire.to_headers(about),
            )
            await exchange.publish(message, about.type)
