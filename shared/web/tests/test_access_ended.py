from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import AccessEnded
from nextstep_messaging import Messaging
from nextstep_web import OpenedBy, Principal
from nextstep_web.access_ended import ENDED, Ended, hear, was_erased, why_over

AT = datetime(2024, 9, 2, 12, 0, 0, 654_321, tzinfo=UTC)
STAFF = Principal(
    "Jo@example.org", "Jo", frozenset({"office"}), None, "s-1", int(AT.timestamp()), None
)
ADA = Principal("p-1", "Ada", frozenset({"fellow"}), "p-1", "s-2", 0, OpenedBy("project", AT, AT))
SECOND = timedelta(seconds=1)


def said(who: str = "p-1", before: datetime = AT, **given: object) -> AccessEnded:
    return AccessEnded(**({"who": who, "before": before, "reason": "ended"} | given))


@pytest.mark.parametrize(
    ("event", "principal", "over"),
    [
        (said(session_id="s-2"), ADA, True),
        (said(before=AT), ADA, False),
        (said(before=AT + timedelta(microseconds=1)), ADA, True),
        (said(before=AT + SECOND), replace(ADA, link=OpenedBy("project", AT, None)), True),
        (said(before=AT - SECOND, reason="erased"), ADA, True),
        (said("jo@example.org", AT + SECOND), STAFF, True),
        (said("jo@example.org", AT - SECOND), STAFF, False),
    ],
)
def test_what_an_event_closes(event: AccessEnded, principal: Principal, *, over: bool):
    assert Ended.of(event).closes(principal) is over


def test_an_id_in_other_letters_is_somebody_else():
    """Nobody knows whose that is, so anybody is believed of it."""
    assert Ended.of(said("P-1")).key != Ended.of(said("p-1")).key
    assert Ended.of(said("Jo@Example.org")).key == Ended.of(said("jo@example.org")).key


async def test_an_end_said_of_an_id_in_other_letters_closes_nothing(messaging: Messaging):
    later = AT + timedelta(days=1)
    for reason in ("left", "erased"):
        about = said("P-1", later, reason=reason)
        await messaging.transact(lambda uow, about=about: hear(uow, about))
    assert await why_over(messaging.db.read, ADA) is None
    assert not await was_erased(messaging.db.read, ["p-1"])


EVENTS = st.lists(
    st.builds(
        said,
        before=st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        reason=st.sampled_from(["ended", "address_changed", "withdrawn", "erased"]),
    ),
    min_size=1,
    max_size=6,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_any_order_and_repetition_closes_the_same(events: list[AccessEnded], chance):
    def together(some: list[AccessEnded]) -> tuple[float, bool]:
        known: Ended | None = None
        for one in some:
            known = Ended.of(one).with_earlier(known)
        assert known
        return known.before, known.reason == "erased"

    again = [*events, *events]
    chance.shuffle(again)
    assert together(again)[1] == together(events)[1]
    if not together(events)[1]:
        assert (
            together(again)[0] == together(events)[0] == max(e.before for e in events).timestamp()
        )


async def test_an_address_is_forgotten_once_it_closes_nothing_more(messaging: Messaging):
    for event in (said("Jo@example.org", AT + SECOND), said("jo@example.org", session_id="s-1")):
        await messaging.transact(lambda uow, event=event: hear(uow, event))
    assert await why_over(messaging.db.read, STAFF) == "ended"
    rows = await messaging.db.read(ENDED).find({})
    assert len(rows) == 2
    assert all(one["session_over"] is not None for one in rows)


async def test_it_is_kept_to_the_microsecond(messaging: Messaging):
    await messaging.transact(lambda uow: hear(uow, said(before=AT + timedelta(microseconds=1))))
    assert await why_over(messaging.db.read, ADA) == "ended"
    later = replace(ADA, link=OpenedBy("project", AT, AT + timedelta(microseconds=1)))
    assert await why_over(messaging.db.read, later) is None
    assert (await messaging.db.read(ENDED).get("who:p-1") or {})["session_over"] is None
