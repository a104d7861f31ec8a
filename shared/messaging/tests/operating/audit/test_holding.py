"""Two services on the real bus: one keeps what the other's log was, and finds a rewritten one."""

import asyncio
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from nextstep_contracts import AuditSealed
from nextstep_local.testing import eventually
from nextstep_messaging import EventRouter, Messaging, NotEntitledError
from nextstep_messaging.operating.audit import ENTRIES, sealing
from nextstep_messaging.operating.audit.checkpoint import Checkpoint, Keys, origin_of, signed
from nextstep_messaging.operating.audit.entry import commitment, leaf_of
from nextstep_messaging.operating.audit.examining import Copy, examined, signed_statements
from nextstep_messaging.operating.audit.holding import contradictions, hear_audit, held_leaves
from nextstep_messaging.operating.audit.log import read_log
from nextstep_messaging.operating.audit.store import HEAD, HELD_LOGS, NOTES
from nextstep_messaging.operating.audit.tree import Frontier, leaf_hash, root_of
from nextstep_messaging.testing import audit_trail, hear

from ...builders import router
from .test_sealing import act

pytestmark = pytest.mark.stack
PRIVATE = {name: Ed25519PrivateKey.generate() for name in ("awards", "scheduling")}
TRUSTED = tuple(one.public_key() for one in PRIVATE.values())
LEAVES = [leaf_hash(bytes([n])) for n in range(12)]


def made(services, service: str) -> Messaging:
    own: EventRouter = router(service, (), {})
    hear_audit(own)
    messaging = services.build_from(own)
    messaging.sign_checkpoints(Keys(PRIVATE[service], TRUSTED))
    return messaging


def said(leaves: list[bytes], since: int, size: int, by: str = "awards") -> AuditSealed:
    root = root_of(leaves[:size])
    return AuditSealed(
        log="awards",
        since=since,
        leaves=[one.hex() for one in leaves[since:size]],
        size=size,
        root=root.hex(),
        checkpoint=signed(Checkpoint(origin_of("awards"), size, root), PRIVATE[by]),
        sealed_at="2024-09-05T14:30:00Z",
    )


async def rewrite(messaging: Messaging, number: int) -> None:
    """What somebody does who holds the database: another author, and all that hangs on it."""
    entries = await messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    tree = Frontier()
    for one in entries:
        if one["number"] == number:
            one["who"] = "eve@example.org"
            one["commitments"]["who"] = commitment("who", one["salts"]["who"], one["who"])
        leaf = leaf_of(one)
        tree = tree.with_leaf(leaf)
        change = {"who": one["who"], "commitments": one["commitments"], "leaf": leaf.hex()}
        await messaging.db.write(ENTRIES).update({"_id": one["_id"]}, {"$set": change})
    peaks = [one.hex() for one in tree.peaks]
    await messaging.db.write(HEAD).update({"_id": "log"}, {"$set": {"peaks": peaks}})
    await messaging.db.write(NOTES).delete({"log": "awards"})


async def test_a_log_that_was_rewritten_with_all_that_hangs_on_it_contradicts_another_service(
    services, monkeypatch
):
    monkeypatch.setattr(sealing, "TELL_SECONDS", 0.0)
    awards, scheduling = made(services, "awards"), made(services, "scheduling")
    await asyncio.gather(awards.start(), scheduling.start())
    await act(awards, "sheet-1", *(f"did-{n}" for n in range(6)))

    async def kept(size: int):
        return len(await held_leaves(scheduling.db.read, "awards")) == size

    await eventually(partial(kept, 6))
    await rewrite(awards, 4)
    assert (await examined(awards.db.read)).finding is None  # within, nothing is amiss
    await act(awards, "sheet-2", "did-7")

    async def told():
        return await contradictions(awards.db.read)

    [known] = await eventually(told)
    assert (known["log"], known["holder"]) == ("awards", "scheduling")
    assert "The log of awards was rewritten: scheduling holds another entry" in known["what"]
    held = await held_leaves(scheduling.db.read, "awards")
    found = (await examined(awards.db.read, copies=[Copy("scheduling", held)])).finding
    assert found is not None
    assert (found.number, "scheduling holds" in found.what) == (4, True)
    await awards.sealer.tell_all_again()

    async def again():
        return await contradictions(scheduling.db.read)

    assert [one["log"] for one in await eventually(again)] == ["awards"]


@pytest.mark.parametrize("cuts", [[(0, 5), (5, 9), (9, 12)]])
async def test_any_order_and_number_of_checkpoints_ends_the_same(services, cuts):
    events = [said(LEAVES, *one) for one in [*cuts, (12, 12), (0, 7)]]
    messaging = made(services, "scheduling")
    async with messaging.opened():

        @settings(max_examples=12, deadline=None, database=None)
        @given(st.permutations(events), st.lists(st.sampled_from(events), max_size=3))
        def orders(order, again):
            seen.append([*order, *again])

        seen: list[list[AuditSealed]] = []
        orders()
        for order in seen[:12]:
            for name in ("_audit_held_leaves", HELD_LOGS, NOTES):
                await messaging.db.write(name).delete({"log": "awards"})
            await messaging.db.write(HELD_LOGS).delete({"_id": "awards"})
            await hear(messaging, *order, sender="awards")
            [log] = await messaging.db.read(HELD_LOGS).find({})
            assert (log["size"], log["agreed"]) == (12, 12)
            assert await held_leaves(messaging.db.read, "awards") == LEAVES
            assert await contradictions(messaging.db.read) == []


@dataclass(frozen=True)
class Forged:
    """What a log says after it was changed at one place."""

    event: AuditSealed
    number: int


OTHERS = [*LEAVES[:3], leaf_hash(b"forged"), *LEAVES[4:]]


@pytest.mark.parametrize(
    "forged",
    [
        Forged(said(OTHERS, 0, 12), 4),  # told again from the beginning
        Forged(said(OTHERS, 9, 12), 10),  # goes on from a history that is not ours
        Forged(said(OTHERS, 9, 9), 1),  # says again where it was
        Forged(said(LEAVES[:5] + OTHERS[3:6], 5, 8), 6),  # cut off, and filled up otherwise
    ],
)
async def test_another_history_is_a_contradiction(services, forged):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        for since, size in pairwise((0, 5, 9)):
            await hear(messaging, said(LEAVES, since, size), sender="awards")
        for _ in range(2):
            await hear(messaging, forged.event, sender="awards")
        [known] = await contradictions(messaging.db.read)
        assert known["number"] == forged.number
        assert await messaging.db.read("_outbox").count({}) == 1


@pytest.mark.parametrize(
    ("event", "sender", "why"),
    [
        (said(LEAVES, 0, 3), "applications", "may not speak for the log of awards"),
        (
            said(LEAVES, 0, 3).model_copy(update={"root": LEAVES[0].hex()}),
            "awards",
            "something else than the event",
        ),
        (
            said(LEAVES, 0, 3).model_copy(update={"checkpoint": "awards\n3\n"}),
            "awards",
            "no checkpoint",
        ),
    ],
)
async def test_what_is_not_the_log_s_own_word_is_refused(services, event, sender, why):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        with pytest.raises(NotEntitledError, match=why):
            await hear(messaging, event, sender=sender)
        assert await messaging.db.read(NOTES).count({}) == 0


async def test_after_a_change_of_keys_the_last_checkpoint_is_signed_anew(services):
    own: EventRouter = router("awards", (), {})
    messaging = services.build_from(own)
    messaging.sign_checkpoints(Keys(PRIVATE["scheduling"], (PRIVATE["scheduling"].public_key(),)))
    async with messaging.opened():
        await act(messaging, "sheet-1", "did-1")
        await audit_trail(messaging)
        await messaging.sealer.tell(at_once=True)
    again = services.build_from(own)
    again.sign_checkpoints(Keys(PRIVATE["awards"], (PRIVATE["awards"].public_key(),)))
    await again.start()

    async def signed_anew():
        trusted = (PRIVATE["awards"].public_key(),)
        known, _ = await signed_statements(again.db.read, "awards", trusted)
        return [one.size for one in known] == [1]

    await eventually(signed_anew)


async def test_a_long_log_is_told_in_parts_that_add_up(services, monkeypatch):
    monkeypatch.setattr(sealing, "TOLD_AT_ONCE", 4)
    awards, scheduling = made(services, "awards"), made(services, "scheduling")
    async with awards.opened(), scheduling.opened():
        await act(awards, "sheet-1", *(f"did-{n}" for n in range(10)))
        await audit_trail(awards)
        more = await awards.sealer.tell()
        while more:
            more = await awards.sealer.tell(at_once=True)
        rows = await awards.db.read("_outbox").find({}, sort=[("position", 1)])
        events = [AuditSealed.model_validate_json(one["body"]) for one in rows]
        assert [(one.since, one.size) for one in events] == [(0, 4), (4, 8), (8, 10)]
        await hear(scheduling, *events, sender="awards")
        assert len(await held_leaves(scheduling.db.read, "awards")) == 10
        assert await contradictions(scheduling.db.read) == []
        assert (await read_log(awards.db.read)).told == 10
