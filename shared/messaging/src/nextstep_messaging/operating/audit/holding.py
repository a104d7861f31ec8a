"""What a service keeps of the logs of the others, so that none can be rewritten in one place.

It keeps the hash of every leaf, which names nobody, and every signed checkpoint. Leaves that come
again must be the same; the leaves up to a checkpoint must add up to its root. Whatever order they
come in, however often: what is kept in the end is the same, or a contradiction is. A log that goes
on from a backup says so itself (`restorations`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from faststream import Context

from nextstep_contracts import AuditContradicted, AuditSealed
from nextstep_messaging.bus.router import EventRouter, Unit
from nextstep_messaging.bus.sender import NotEntitledError
from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.checkpoint import Keys, opened, origin_of
from nextstep_messaging.operating.audit.restorations import (
    Restoration,
    course_of,
    go_back,
    known_restorations,
    leaf_row,
    proven,
)
from nextstep_messaging.operating.audit.sealing import tell_from_the_beginning
from nextstep_messaging.operating.audit.store import (
    CONTRADICTIONS,
    HEAD,
    HELD_LEAVES,
    HELD_LOGS,
    NOTES,
)
from nextstep_messaging.operating.audit.tree import Frontier, root_of
from nextstep_messaging.operating.mentions import BLANK_MENTIONS, blank_mentions

Read = Callable[[str], ReadCollection]
AuditKeys = Annotated[Keys, Context("audit_keys")]
WORDS: Final = (
    "The log of {log} was rewritten: {holder} holds another entry {number}, or other entries up to "
    "{size}."
)


def hear_audit(router: EventRouter) -> None:
    """Let the service keep what the logs of the others were, and forget people in its own."""
    router.due(BLANK_MENTIONS)(blank_mentions)
    router.hears(AuditSealed, in_line=_of_one_log, wants=_of_another)(sealed_elsewhere)
    router.hears(AuditContradicted)(contradicted)


def _of_one_log(event: AuditSealed) -> str:
    return f"the log of {event.log}"


def _of_another(event: AuditSealed, service: Annotated[str, Context()]) -> bool:
    return event.log != service


async def sealed_elsewhere(event: AuditSealed, uow: Unit, audit_keys: AuditKeys) -> None:
    """A service says how far its log has come.

    Raises:
        NotEntitledError: it is another's log, or no key that is trusted signed it.

    """
    if event.log != uow.sender:
        raise NotEntitledError(f"{uow.sender} may not speak for the log of {event.log}")
    try:
        said = opened(event.checkpoint, audit_keys.trusted)
        restored = [proven(one) for one in event.restored]
    except ValueError as error:
        raise NotEntitledError(str(error)) from error
    if (said.origin, said.size, said.root.hex()) != (origin_of(event.log), event.size, event.root):
        raise NotEntitledError("the signed checkpoint says something else than the event")
    number = await _hold(uow, event, restored)
    if number is not None:
        await _contradict(uow, event, number)


async def _hold(uow: UnitOfWork, event: AuditSealed, restored: list[Restoration]) -> int | None:
    """Keep what a log says; the first entry that contradicts what is held, if any."""
    known = await known_restorations(uow.collection, event.log)
    course = course_of(known, restored, event.size, event.sealed_at)
    if course.how == "late":
        return None
    if course.how == "forked":
        return min(one.size for one in known) + 1
    for one in course.new:
        await go_back(uow, event.log, one)
    if course.new:
        await tell_from_the_beginning(uow)  # it lacks what it heard since its backup
    return await _keep(uow, event)


async def contradicted(event: AuditContradicted, uow: Unit) -> None:
    """Some service holds another history than a log tells; the office sees it in every service."""
    if event.holder != uow.sender:
        raise NotEntitledError(f"{uow.sender} may not speak for {event.holder}")
    await keep_contradiction(uow, event)


async def keep_contradiction(uow: UnitOfWork, event: AuditContradicted) -> bool:
    """Keep that a log was rewritten; whether that was not known. Of one holder the first stays."""
    key = f"{event.log}:{event.holder}"
    row = {"log": event.log, "holder": event.holder, "number": event.number, "what": event.what}
    held = uow.collection(CONTRADICTIONS)
    if await held.get(key) is not None:
        return False
    await held.insert({"_id": key, **row, "at": event.found_at})
    return True


async def _contradict(uow: UnitOfWork, event: AuditSealed, number: int) -> None:
    words = {"log": event.log, "holder": uow.service, "number": number, "size": event.size}
    what = WORDS.format_map(words)
    told = AuditContradicted(
        log=event.log, holder=uow.service, number=number, what=what, found_at=uow.now
    )
    if await keep_contradiction(uow, told):
        uow.publish(told)


async def _keep(uow: UnitOfWork, event: AuditSealed) -> int | None:
    """Keep the leaves and the checkpoint; the first entry that contradicts what is held, if any."""
    held = uow.collection(HELD_LEAVES)
    within = {"log": event.log, "number": {"$gt": event.since, "$lte": event.size}}
    known = {one["number"]: one["leaf"] for one in await held.find(within)}
    given = dict(enumerate(event.leaves, start=event.since + 1))
    other = min((n for n, leaf in given.items() if known.get(n, leaf) != leaf), default=None)
    rows = [leaf_row(event.log, n, leaf) for n, leaf in given.items() if n not in known]
    await held.insert_many(rows)
    note = {"_id": f"{event.log}:{event.size:012d}:{event.root}", "log": event.log}
    said = {"size": event.size, "root": event.root, "note": event.checkpoint, "at": event.sealed_at}
    said["heard_at"] = datetime.now(UTC)
    await uow.collection(NOTES).update({"_id": note["_id"]}, {"$set": note | said}, upsert=True)
    wrong = await _added_up(uow, event)
    return wrong if other is None else other  # which one is, rather than from where on


async def _added_up(uow: UnitOfWork, event: AuditSealed) -> int | None:
    """Add leaves to what is held without a gap, and compare with checkpoints on the way.

    Returns:
        the first entry after the last checkpoint that agrees, if one does not.

    """
    logs = uow.collection(HELD_LOGS)
    document = await logs.get(event.log) or {"_id": event.log, "size": 0, "peaks": [], "agreed": 0}
    tree = Frontier(document["size"], tuple(bytes.fromhex(one) for one in document["peaks"]))
    agreed, wrong = int(document["agreed"]), None
    if event.size <= tree.size and not await _adds_up(uow.collection, event):
        wrong = 1
    beyond = {"log": event.log, "number": {"$gt": tree.size}}
    rows = await uow.collection(HELD_LEAVES).find(beyond, sort=[("number", 1)])
    said: dict[int, list[str]] = {}
    for one in await uow.collection(NOTES).find({"log": event.log, "size": {"$gt": tree.size}}):
        said.setdefault(one["size"], []).append(one["root"])
    for row in rows:
        if row["number"] != tree.size + 1:
            break
        tree = tree.with_leaf(bytes.fromhex(row["leaf"]))
        roots = said.get(tree.size, [])
        if any(root != tree.root.hex() for root in roots):
            wrong = wrong or agreed + 1
        elif roots:
            agreed = tree.size
    grown = {"size": tree.size, "peaks": [one.hex() for one in tree.peaks], "agreed": agreed}
    await logs.save(document | grown)
    return wrong


async def _adds_up(read: Read, event: AuditSealed) -> bool:
    return root_of((await held_leaves(read, event.log))[: event.size]).hex() == event.root


async def held_leaves(read: Read, log: str) -> list[bytes]:
    """The leaves that are held of another service's log, from the first on without a gap."""
    rows = await read(HELD_LEAVES).find({"log": log}, sort=[("number", 1)])
    whole = [row for expected, row in enumerate(rows, start=1) if row["number"] == expected]
    return [bytes.fromhex(row["leaf"]) for row in whole]


async def contradictions(read: Read) -> Sequence[Mapping[str, Any]]:
    """What services hold against what logs tell now, the first found first."""
    return await read(CONTRADICTIONS).find({}, sort=[("at", 1)])


async def found_wrong(read: Read) -> list[str]:
    """What is wrong with any log, in words for the office: as far as is known without looking."""
    examined = await read(HEAD).get("examined")
    own = [str(examined["what"])] if examined and examined["what"] else []
    return own + [str(one["what"]) for one in await contradictions(read)]
