"""Whatever the bus does, the service ends in the same state, and nobody is emailed twice for it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from nextstep_contracts import Event
from nextstep_local.smtp_sink import Sink
from nextstep_local.testing import converges, eventually
from notifications.calendar.store import invitations
from notifications.hearing import store
from notifications.hearing.act import Act
from notifications.hearing.drafting import Drafted

from . import builders as b
from .conftest import Running

pytestmark = pytest.mark.stack

MOVED = b.person(1).model_copy(update={"email": "moved@example.org"})
STORY: tuple[Event, ...] = (
    b.submitted(1),
    b.amended(1, revision=2, who=MOVED),
    b.offered(1, revision=3),
    b.accepted(1, revision=4, who=MOVED),
    b.submitted(2),
    b.waitlisted(2),
    b.offered(2, revision=3),
    b.accepted(2, revision=4),
    b.withdrawn(2, revision=5),
    b.submitted(3),
    b.offered(3),
    b.lapsed(3),
    b.scheduled(1),
    b.changed(1, revision=2),
    b.changed(1, revision=3, starts=b.time(18)),
    b.scheduled(2, on=b.date(2024, 12, 11), starts=None, audience=("person-1", "person-2")),
    b.cancelled(3, revision=2),
    b.scheduled(3, on=b.date(2024, 11, 7)),
    b.slot_booked(1),
    b.missed(1),
    b.attended(1, revision=2),
    b.standing(1, revision=1),
    b.standing(1, revision=2, now="no_slack"),
    b.standing(1, revision=3, now="on_track"),
    b.registered(),
    b.co_author_invited(1, 3),
    b.handed_in(),
    b.sets((1, 2)),
    b.sets((1, 3), revision=2),
)
STORED = (
    "people", "subjects", "entries", "invitations", "calendar_work", "emails", "bodies", "tries",
    "_inbox", "_outbox",
)  # fmt: skip
ALWAYS_TOLD = {
    "application_received", "application_updated", "place_accepted", "application_withdrawn",
}  # fmt: skip


async def wipe(service: Running) -> None:
    for name in STORED:
        await service.messaging.db.write(name).delete({})
    service.bus.forget()


async def ended(service: Running) -> dict[str, Any]:
    """What must not depend on the order of events."""
    db = service.messaging.db
    people = await db.read("people").find({})
    subjects = await db.read("subjects").find({})
    invitations = await db.read("invitations").find({"active": True})
    emails = await db.read("emails").find({})
    return {
        "people": {p["_id"]: (p["name"], p["email"]) for p in people},
        "heard": {s["_id"]: s["heard"] for s in subjects},
        "fellows": {s["person_id"] for s in subjects if s.get("fellow")},
        "standing": {s["_id"]: s["told"] for s in subjects if s["_id"].startswith("standing")},
        "calendars": {i["_id"]: (i["details"], i["address"]) for i in invitations},
        "always": {e["_id"] for e in emails if e["template"] in ALWAYS_TOLD},
    }


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=converges(STORY))
async def test_any_order_and_duplication_ends_in_the_same_state(
    service: Running, smtp_sink: Sink, order: list[Event]
):
    await wipe(service)
    await service.hear(*STORY)
    expected = await ended(service)
    await wipe(service)
    before = len(smtp_sink.mails)
    await service.hear(*order)
    assert await ended(service) == expected
    ids = Counter(mail.message_id for mail in smtp_sink.mails[before:])
    assert set(ids.values()) == {1}
    await assert_calendars_follow_their_last_email(service)


async def assert_calendars_follow_their_last_email(service: Running) -> None:
    """The last email that left about an invitation is the one that made it what it is."""
    last: dict[str, str] = {}
    read = service.messaging.db.read
    for email in await service.emails(state="sent"):
        if email.invitation:
            last[email.invitation] = email.email_id
    for invitation in await invitations(read, {}):
        if invitation.key not in last:  # taken back before anything of it had left
            assert not invitation.active
            continue
        words = await store.body(read, last[invitation.key])
        assert words is not None
        assert words.calendar is not None
        assert f"SEQUENCE:{invitation.sequence}\r\n" in words.calendar.text


async def test_a_crash_after_any_step_leaves_nothing_and_the_next_try_everything(
    service: Running, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
):
    crashes = iter(["before", "after"])

    async def queue(act: Act, drafted: list[Drafted]) -> None:
        crash = next(crashes, None)
        if crash == "before":
            raise RuntimeError("crashed before the emails were stored")
        await real(act, drafted)
        if crash == "after":
            assert await service.emails() == []
            raise RuntimeError("crashed after the emails were stored")

    real = store.queue
    monkeypatch.setattr(store, "queue", queue)
    await service.hear(b.accepted())
    assert len(smtp_sink.mails) == 1
    assert len(await service.messaging.db.read("subjects").find({})) == 1


async def test_a_session_dated_while_a_fellow_is_accepted_reaches_them_every_time(
    service: Running, smtp_sink: Sink
):
    """The two handlers run side by side and cannot see each other."""
    events = [event for n in range(1, 13) for event in (b.accepted(n), b.scheduled(n))]
    await service.hear(*events)
    held = await service.messaging.db.read("invitations").find({})
    assert len(held) == 12 * 12
    assert len(smtp_sink.mails) == 12 * 13


async def test_two_people_met_and_missed_at_once_lose_no_email(service: Running, smtp_sink: Sink):
    events = [event for n in range(1, 21) for event in (b.missed(n), b.submitted(n))]
    await service.hear(*events)
    assert len(smtp_sink.mails) == 40
    assert await service.emails(state="waiting") == []


async def test_a_message_that_cannot_be_read_is_a_dead_letter_and_others_go_on(
    service: Running,
):
    await service.bus.publish_raw("applications.PlaceOffered.v1", b'{"cohort": 5}')
    letters = service.messaging.dead_letters
    [letter] = await eventually(letters.list)
    assert letter.type == "applications.PlaceOffered.v1"
    await service.hear(b.offered())
    assert len(await service.emails(state="sent")) == 1
