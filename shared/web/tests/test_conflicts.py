import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import ConflictChanged, PersonErased, RecusalChanged
from nextstep_messaging import Messaging
from nextstep_messaging.operating.backup.rows import PERSON_KEYS
from nextstep_messaging.testing import hear
from nextstep_web.conflicts import Closed, Said, changes, closed_to, say, viewer_of, written_for
from nextstep_web.kept_conflicts import HEARD, SAID, forget, held

AT = datetime(2024, 9, 2, 12, tzinfo=UTC)
BEN, CAT = viewer_of("Ben+work@GoogleMail.com"), viewer_of("cat@example.org")


def closed(viewer: str = BEN, person: str = "p-1", reason="personal") -> Closed:
    return Closed(viewer, person, reason)


def told(
    revision: int = 1, *, is_closed: bool = True, viewer: str = BEN, **more
) -> ConflictChanged:
    return ConflictChanged(
        viewer=viewer,
        person_id="p-1",
        revision=revision,
        closed=is_closed,
        since=AT,
        reason="personal",
        **more,
    )


def test_an_address_is_known_however_it_is_written():
    assert viewer_of("ben@gmail.com") == BEN
    assert viewer_of("nobody") == ""


def test_only_what_changed_is_said_and_since_when_it_holds():
    first = changes([], [closed(), closed(CAT), closed(CAT, reason="other")], AT)
    assert [(one.about.viewer, one.revision, one.closed) for one in first] == [
        (BEN, 1, True),
        (CAT, 1, True),
    ]
    assert changes(first, [closed(), closed(CAT)], AT) == []
    later = AT + timedelta(days=1)
    (other,) = changes(first, [closed(reason="supervises"), closed(CAT)], later)
    assert (other.about.reason, other.revision, other.since) == ("supervises", 2, AT)
    (over,) = changes(first, [closed(CAT)], later)
    assert (over.about.viewer, over.closed, over.revision, over.since) == (BEN, False, 2, later)
    assert changes([], [closed("")], AT) == []


PAIRS = st.builds(closed, st.sampled_from([BEN, CAT]), st.sampled_from(["p-1", "p-2"]))


@given(st.lists(st.lists(PAIRS, max_size=4), max_size=6))
def test_what_was_said_last_is_what_holds(course: list[list[Closed]]):
    said: dict[str, Said] = {}
    for wanted in course:
        for one in changes(said.values(), wanted, AT):
            assert (
                one.revision == (said[one.about.key].revision if one.about.key in said else 0) + 1
            )
            said[one.about.key] = one
        assert {k for k, one in said.items() if one.closed} == {one.key for one in wanted}
        assert changes(said.values(), wanted, AT) == []


async def test_the_newest_word_of_each_service_holds_in_any_order(messaging: Messaging):
    async def heard(event: ConflictChanged) -> frozenset[str]:
        await hear(messaging, event)
        return await closed_to(messaging.db.read, [BEN])

    assert await heard(told(3)) == {"p-1"}
    assert await heard(told(2, is_closed=False)) == {"p-1"}
    assert await heard(told(4, is_closed=False)) == frozenset()
    assert await heard(told(3)) == frozenset()
    assert await closed_to(messaging.db.read, [CAT, ""]) == frozenset()
    await heard(told(1, viewer=CAT, viewer_id="panellist-1"))
    assert await closed_to(messaging.db.read, [BEN], ids=["panellist-1"]) == {"p-1"}


async def test_nothing_is_kept_of_whoever_was_erased(messaging: Messaging):
    judge = told(viewer=CAT, viewer_id="judge")
    await hear(messaging, told(), judge)
    of_judge = await held(messaging.db.read, "judge")
    assert [(one["kept_from_somebody"], one["holds"]) for one in of_judge] == [(False, True)]
    assert len(await held(messaging.db.read, "p-1")) == 2
    assert "@" not in str(of_judge)
    for person in ("judge", "p-1"):
        await hear(messaging, PersonErased(person_id=person, erased_at=AT))
    await hear(messaging, told(9), judge)
    assert await messaging.db.read(HEARD).count({}) == 0


async def test_of_whom_nothing_else_is_held_no_backup_gives_anything_again(messaging: Messaging):
    keys, key = messaging.db.write(PERSON_KEYS), {"key": {"by": "x"}, "made_at": AT}
    for person in ("judge", "p-1"):
        await keys.insert({"_id": person, **key})
    await hear(messaging, told(viewer=CAT, viewer_id="judge"))
    await hear(messaging, told(viewer=BEN), sender="awards")
    for person, by in (("p-1", "scheduling"), ("judge", "applications"), ("unknown", "awards")):
        await messaging.transact(lambda uow, p=person, by=by: forget(uow, p, by=by))
    rows = {row["_id"]: row["key"] for row in await keys.find({})}
    assert rows == {"judge": None, "p-1": key["key"]}


async def test_saying_is_in_the_transaction_and_of_some_people_only(messaging: Messaging):
    """Who is not asked about stays as was said."""
    both = [closed(), closed(CAT, "p-2")]
    assert await messaging.transact(lambda uow: say(uow, RecusalChanged, both)) == 2
    assert await messaging.transact(lambda uow: say(uow, RecusalChanged, [], people=["p-2"])) == 1
    assert (
        await messaging.transact(lambda uow: say(uow, RecusalChanged, both[:1], viewers=[BEN])) == 0
    )
    rows = {row["_id"]: row["closed"] for row in await messaging.db.read(SAID).find({})}
    assert rows == {f"p-1|{BEN}": True, f"p-2|{CAT}": False}


@given(
    st.from_regex(
        r"[a-zA-Z0-9.'_-]{1,8}(\+[a-z+]{0,3})?@(gmail|googlemail|example)\.com", fullmatch=True
    )
)
def test_whoever_leads_to_a_mailbox_is_found_for_it(address: str):
    like = written_for([viewer_of("somebody@else.org"), viewer_of(address)])
    assert re.match(like["$regex"], address, re.IGNORECASE)
    assert not re.match(
        written_for(["b.b@example.com"])["$regex"], "bxb@example.com", re.IGNORECASE
    )
