"""What the service hears ends in the same state under any duplication and any order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from aio_pika import Message, connect
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awards import store
from awards.commands import membership
from awards.emails import hear_email, latest
from awards.fellows import ERASED_NAME, Fellow, Presence, Progress
from nextstep_contracts import (
    EmailBounced,
    EmailSent,
    Envelope,
    Event,
    MembershipExpiring,
    PersonErased,
    PlaceAccepted,
)
from nextstep_local.testing import converges, eventually
from nextstep_messaging import Timer
from nextstep_messaging.bus import envelope as wire

from .builders import NOW, accepted, attendance, requirements, standing, withdrawn
from .desk import Desk

CAUSE = UUID(int=1)


def sent(
    key: str = "m1", revision: int = 1, cause: str = "awards.PanellistInvited.v1"
) -> EmailSent:
    return EmailSent(
        email_id=key,
        revision=revision,
        cause_id=CAUSE,
        cause_type=cause,
        cause_subject="j1",
        person_id="j1",
        template="panel_invited",
        sent_at=NOW,
        title="You are on the panel",
    )


def bounced(key: str = "m1", revision: int = 2) -> EmailBounced:
    return EmailBounced(
        **sent(key, revision).model_dump(exclude={"sent_at", "title"}),
        bounced_at=NOW,
        permanent=True,
        diagnostic="550 no such user",
    )


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
    yield PersonErased(person_id="f5", erased_at=NOW)
    yield PersonErased(person_id="j9", erased_at=NOW)
    yield sent()
    yield bounced()


EVENTS = list(a_cohort())


@pytest.mark.stack
@settings(
    max_examples=8,  # each hears some fifty events on the real database
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
async def test_any_duplication_and_order_of_a_cohort_ends_in_the_same_state(desk, data):
    await wipe(desk)
    await desk.hear(*data.draw(converges(EVENTS, most_copies=2)))
    found = await desk.contents()
    await wipe(desk)
    await desk.hear(*EVENTS)
    assert found == await desk.contents()
    assert await desk.said() == []


async def wipe(desk: Desk) -> None:
    for name in await desk.contents():
        await desk.messaging.db.write(name).delete({})


@pytest.mark.stack
async def test_what_is_heard_before_the_fellow_is_known_is_kept(desk):
    await desk.hear(requirements("f1"), attendance("f1"), standing("f1"), withdrawn("f1"))
    assert (await desk.board()).fellows["f1"].active is False
    await desk.hear(accepted("f1", revision=5))
    assert (await desk.board()).fellows["f1"].active is True
    read = desk.messaging.db.read
    assert (await store.get(read, Progress, "f1")).met
    assert [one.attended for one in await store.find(read, Presence)] == [True]


@pytest.mark.stack
async def test_other_cohorts_other_sessions_and_other_services_emails_are_not_wanted(desk):
    await desk.hear(
        accepted("f1", cohort="2025-26"),
        attendance("f1", kind="masterclass"),
        withdrawn("f2").model_copy(update={"was_fellow": False}),
        sent(cause="scheduling.SessionScheduled.v1"),
    )
    assert {name: rows for name, rows in (await desk.contents()).items() if rows} == {}


@pytest.mark.stack
async def test_an_erased_persons_name_does_not_come_back_with_a_late_event(desk):
    await desk.hear(PersonErased(person_id="f1", erased_at=NOW), accepted("f1"))
    fellow = await store.get(desk.messaging.db.read, Fellow, "f1")
    assert (fellow.name, fellow.email) == (ERASED_NAME, "")
    assert await desk.messaging.db.read("_timers").count({}) == 0


@pytest.mark.stack
async def test_the_membership_reminder_is_set_kept_and_cancelled_with_the_fellowship(desk):
    await desk.hear(accepted("f1"), accepted("f2"))
    rows = await desk.messaging.db.read("_timers").find({}, sort=[("_id", 1)])
    assert [(row["_id"], row["due"]) for row in rows] == [
        ("membership:f1", datetime(2025, 9, 8, 8, tzinfo=UTC)),
        ("membership:f2", datetime(2025, 9, 8, 8, tzinfo=UTC)),
    ]
    await desk.hear(withdrawn("f2"))
    assert await desk.messaging.db.read("_timers").count({}) == 1


@pytest.mark.stack
async def test_a_fellow_is_reminded_of_the_membership_once(desk):
    await desk.hear(accepted("f1"))
    timer = Timer("membership:f1", membership.TIMER, NOW, {"person_id": "f1"}, CAUSE)
    for _ in range(2):
        await desk.messaging.transact(lambda uow: membership.remind(timer, uow, desk.terms))
    (event,) = await desk.said(MembershipExpiring)
    assert (event.person.person_id, event.expires_on.isoformat()) == ("f1", "2025-10-08")


def test_an_invitation_that_arrived_outweighs_an_earlier_bounce():
    later = sent("m2").model_copy(update={"sent_at": NOW + timedelta(days=1)})
    emails = [hear_email(None, bounced()), hear_email(None, later)]
    assert latest(emails)["j1"].outcome == "sent"
    assert latest(emails[:1])["j1"].outcome == "failed"


def test_a_bounce_is_kept_without_the_address_it_quotes():
    email = hear_email(hear_email(None, bounced()), sent())
    assert (email.outcome, email.revision) == ("failed", 2)
    assert "550" not in email.model_dump_json()


@pytest.mark.stack
async def test_over_the_real_bus_duplicates_are_dropped_and_timers_fire(running):
    event = accepted("f1")
    await deliver(running, event, copies=3)
    await eventually(lambda: known(running, "f1"))
    running.clock.set(datetime(2025, 9, 8, 8, 0, 1, tzinfo=UTC))
    await eventually(lambda: reminded(running))
    assert await running.messaging.db.read("_timers").count({}) == 0


async def known(desk: Desk, key: str) -> bool:
    return key in (await desk.board()).fellows


async def reminded(desk: Desk) -> bool:
    fellow = await store.get(desk.messaging.db.read, Fellow, "f1")
    return fellow is not None and fellow.reminded_of is not None


async def deliver(desk: Desk, event: PlaceAccepted, copies: int) -> None:
    """Publish one event several times, as another service's relay does after a crash."""
    about = Envelope(
        id=UUID(int=7),
        source="applications",
        type=event.type_for(),
        time=NOW,
        subject=event.subject,
        correlation_id=CAUSE,
    )
    connection = await connect(desk.settings.amqp_url.get_secret_value())
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
