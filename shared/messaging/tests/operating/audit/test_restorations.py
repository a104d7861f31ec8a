"""A log that goes on from a backup is told as that, and nothing hides behind it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import AuditSealed
from nextstep_contracts.audit import LogRestored
from nextstep_messaging import Messaging, NotEntitledError
from nextstep_messaging.operating.audit.checkpoint import Checkpoint, origin_of, signed
from nextstep_messaging.operating.audit.entry import leaf_data, leaf_of, new_entry
from nextstep_messaging.operating.audit.holding import contradictions, held_leaves
from nextstep_messaging.operating.audit.recording import RESTORED
from nextstep_messaging.operating.audit.restorations import course_of, proven, restored
from nextstep_messaging.operating.audit.store import LOST, NOTES
from nextstep_messaging.operating.audit.tree import leaf_hash, root_of
from nextstep_messaging.testing import audit_trail, hear

from .test_holding import LEAVES, PRIVATE, made
from .test_sealing import act

START = datetime(2024, 9, 5, tzinfo=UTC)
OTHERS = [leaf_hash(bytes([100 + n])) for n in range(12)]


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def restore(size: int, hour: float, *, action: str = RESTORED) -> LogRestored:
    """What the log says that was restored at an hour from a backup of so many entries."""
    details = {"taken_at": START.isoformat(), "size": size, "sealed": 0, "erased_again": 0}
    parts = {"who": "olive", "where": "a machine", "about": "c0ffee", "details": details}
    entry = new_entry(f"{int(hour * 100):020d}", at(hour).isoformat(), parts, action)
    said = {
        "size": size,
        "leaves": [leaf_of(entry).hex()],
        "leaf": leaf_data(entry).decode(),
        "details": details,
        "salt": entry["salts"]["details"],
    }
    return LogRestored.model_validate(said)


def told(
    leaves: list[bytes], since: int, size: int, hour: float, *restores: LogRestored
) -> AuditSealed:
    root = root_of(leaves[:size])
    return AuditSealed(
        log="awards",
        since=since,
        leaves=[one.hex() for one in leaves[since:size]],
        size=size,
        root=root.hex(),
        checkpoint=signed(Checkpoint(origin_of("awards"), size, root), PRIVATE["awards"]),
        sealed_at=at(hour),
        restored=restores,
    )


def log_from(size: int, said: LogRestored, *, before: list[bytes] = LEAVES) -> list[bytes]:
    """All leaves of a log that goes on from a backup of the first `size`."""
    return [*before[:size], *(bytes.fromhex(one) for one in said.leaves), *OTHERS]


FIRST, SECOND = restore(5, 1), restore(5, 2)
AFTER_FIRST, AFTER_SECOND = log_from(5, FIRST), log_from(5, SECOND)


@pytest.mark.parametrize(
    ("said", "changed", "why"),
    [
        (restore(5, 1, action="locked the sheet"), {}, "says nothing of such a restore"),
        (restore(5, 1), {"size": 4}, "says nothing of such a restore"),
        (restore(5, 1), {"salt": "00"}, "says nothing of such a restore"),
        (restore(5, 1), {"details": {"taken_at": "2024-01-01", "size": 5}}, "nothing of such"),
        (restore(5, 1), {"leaves": (LEAVES[0].hex(),)}, "not the one in the log"),
        (restore(5, 1), {"leaf": "{}", "leaves": (leaf_hash(b"{}").hex(),)}, "lacks something"),
    ],
)
def test_what_no_entry_of_the_log_says_is_no_restore(said, changed, why):
    with pytest.raises(ValueError, match=why):
        proven(said.model_copy(update=changed))


def test_what_is_late_is_told_from_what_denies_a_restore():
    known = [proven(FIRST)]
    assert course_of((), known, 9, at(1)).new == tuple(known)
    assert course_of(known, known, 9, at(2)).how == "goes on"
    assert course_of(known, (), 9, at(0.5)).how == "late"
    assert course_of(known, (), 9, at(3)).how == "forked"
    assert course_of(known, (), 5, at(3)).how == "goes on"  # what both have
    both = [*known, proven(SECOND)]
    assert course_of(known, [proven(SECOND)], 9, at(3)).new == (both[1],)
    assert course_of(both, known, 9, at(1.5)).how == "late"


async def heard(messaging: Messaging, *events: AuditSealed) -> tuple[list[str], list[int]]:
    """What the service says of restores then, and the entries that are contradicted."""
    await hear(messaging, *events, sender="awards")
    wrong = [one["number"] for one in await contradictions(messaging.db.read)]
    return await restored(messaging.db.read, "scheduling"), wrong


@pytest.mark.stack
async def test_a_restored_log_is_told_as_restored_and_what_was_lost_is_kept(services):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        await act(messaging, "a-session", "moved")
        await audit_trail(messaging)
        await messaging.sealer.tell(at_once=True)
        before = [told(LEAVES, 0, 5, 0), told(LEAVES, 5, 9, 0.5)]
        assert await heard(messaging, *before) == ([], [])
        after = told(AFTER_FIRST, 5, 8, 1.1, FIRST)
        [line], wrong = await heard(messaging, after)
        assert wrong == []
        assert line == (
            "The audit log of awards was restored on 5 September 2024, 01:00 UTC from a backup of "
            "5 September 2024, 00:00 UTC: it goes on after entry 5. What was entries 6 to 9 before "
            "is in it no more."
        )
        assert await held_leaves(messaging.db.read, "awards") == AFTER_FIRST[:8]
        lost = await messaging.db.read(LOST).find({}, sort=[("_id", 1)])
        assert [one["leaf"] for one in lost if "leaf" in one] == [x.hex() for x in LEAVES[5:9]]
        assert [one["size"] for one in lost if "note" in one] == [9]
        # the restored service lacks what it heard since its backup, so it is told again
        await messaging.sealer.tell(at_once=True)
        rows = await messaging.db.read("_outbox").find({}, sort=[("position", 1)])
        own = [AuditSealed.model_validate_json(one["body"]) for one in rows]
        assert [(one.since, one.size) for one in own] == [(0, 1), (0, 1)]
        # whatever comes late, twice or goes on
        rest = [told(AFTER_FIRST, 8, 11, 2, FIRST), before[1], after, told(AFTER_FIRST, 0, 4, 3)]
        assert await heard(messaging, *rest) == ([line], [])
        assert len(await held_leaves(messaging.db.read, "awards")) == 11


REWRITTEN = log_from(5, FIRST, before=[*LEAVES[:2], OTHERS[0], *LEAVES[3:]])


@pytest.mark.stack
@pytest.mark.parametrize(
    ("event", "number"),
    [
        (told([*LEAVES[:5], *OTHERS], 5, 8, 2), 6),  # cut off, and says nothing of a restore
        (told(REWRITTEN, 0, 8, 2, FIRST), 3),  # was another before the backup
        (told(REWRITTEN, 6, 8, 2, FIRST), 6),  # the same, and says none of it again
    ],
)
async def test_nothing_hides_behind_a_restore(services, event, number):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        known = [told(LEAVES, 0, 5, 0), told(LEAVES, 5, 9, 0.5)]
        _, wrong = await heard(messaging, *known, event)
        assert wrong == [number]


@pytest.mark.stack
async def test_who_denies_a_restore_that_was_told_contradicts_it(services):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        known = [told(LEAVES, 0, 9, 0), told(AFTER_FIRST, 5, 8, 1.5, FIRST)]
        assert (await heard(messaging, *known))[1] == []
        assert (await heard(messaging, told(LEAVES, 9, 11, 2)))[1] == [6]
        assert await held_leaves(messaging.db.read, "awards") == AFTER_FIRST[:8]


@pytest.mark.stack
async def test_a_restore_that_no_entry_tells_of_is_not_believed(services):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        said = restore(5, 1, action="locked the sheet")
        with pytest.raises(NotEntitledError, match="says nothing of such a restore"):
            await hear(messaging, told(log_from(5, said), 5, 8, 2, said), sender="awards")


EVENTS = [
    told(LEAVES, 0, 5, 0),
    told(LEAVES, 5, 9, 0.5),
    told(AFTER_FIRST, 5, 8, 1.1, FIRST),
    told(AFTER_FIRST, 8, 11, 1.5, FIRST),
    told(AFTER_SECOND, 5, 7, 2.1, SECOND),
    told(AFTER_SECOND, 0, 10, 2.5, SECOND),
]


@pytest.mark.stack
async def test_two_restores_from_one_backup_end_the_same_in_any_order(services):
    messaging = made(services, "scheduling")
    orders = []

    @given(st.permutations(EVENTS))
    def draw(order):
        orders.append(order)

    draw()
    async with messaging.opened():
        for order in [EVENTS, EVENTS[::-1], *orders[:10]]:
            for name in ("_audit_held_leaves", NOTES, LOST, "_audit_restorations"):
                await messaging.db.write(name).delete({"log": "awards"})
            await messaging.db.write("_audit_held_logs").delete({"_id": "awards"})
            lines, wrong = await heard(messaging, *order)
            assert wrong == []
            assert await held_leaves(messaging.db.read, "awards") == AFTER_SECOND[:10]
            assert "02:00 UTC" in lines[-1]
