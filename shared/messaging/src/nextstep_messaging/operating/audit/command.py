"""`python -m <service> audit …`: is the trail whole, what is held of others, and proofs."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextstep_messaging.operating.audit.checkpoint import Keys
from nextstep_messaging.operating.audit.entry import leaf_data
from nextstep_messaging.operating.audit.examining import Copy, examined, signed_statements
from nextstep_messaging.operating.audit.holding import contradictions, held_leaves
from nextstep_messaging.operating.audit.log import read_log
from nextstep_messaging.operating.audit.proving import consistency_file, inclusion_file
from nextstep_messaging.operating.audit.restorations import restored
from nextstep_messaging.operating.audit.store import ENTRIES, HELD_LOGS, NOTES
from nextstep_messaging.operating.audit.tree import Frontier
from nextstep_messaging.operating.service import CommandError

if TYPE_CHECKING:
    from nextstep_messaging.messaging import Messaging

Say = Callable[[str], None]


def audit_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    actions = parser.add_subparsers(dest="audit_action", required=True)
    verify = actions.add_parser(
        "verify",
        help="look at the whole trail and at what is held of the others; exits with 1 and names "
        "the first entry that was altered, removed, blanked without an erasure, or cut off",
    )
    verify.add_argument(
        "--held",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="what another service holds of this trail, as its `audit held` wrote it",
    )
    held = actions.add_parser("held", help="print what is held of another service's trail")
    held.add_argument("log", help="the other service")
    actions.add_parser("checkpoint", help="print the last signed checkpoint")
    actions.add_parser("tell", help="tell the other services the whole log again")
    proof = actions.add_parser("proof", help="print a proof that can be verified without access")
    kinds = proof.add_subparsers(dest="kind", required=True)
    inclusion = kinds.add_parser("inclusion", help="that an entry is in the signed log")
    inclusion.add_argument("number", type=int, help="of the entry, counted from 1")
    consistency = kinds.add_parser(
        "consistency", help="that the log was only added to since an earlier checkpoint"
    )
    consistency.add_argument("size", type=int, help="of the earlier checkpoint")


async def run_audit(messaging: "Messaging", asked: Namespace, say: Say) -> int:
    """Do what was asked; the exit status.

    Raises:
        CommandError: it cannot be done; it says why.

    """
    match asked.audit_action:
        case "verify":
            return await _verify(messaging, [_copy(messaging, one) for one in asked.held], say)
        case "held":
            say(json.dumps(await _held(messaging, asked.log)))
        case "checkpoint":
            say((await _last_note(messaging))["note"].rstrip())
        case "tell":
            await messaging.sealer.seal_all()
            await messaging.sealer.tell_all_again()
            say("the other services will be told the whole log again")
        case "proof" if asked.kind == "inclusion":
            say((await _inclusion(messaging, asked.number)).rstrip())
        case "proof":
            say((await _consistency(messaging, asked.size)).rstrip())
    return 0


def _copy(messaging: "Messaging", path: Path) -> Copy:
    try:
        held = json.loads(path.read_text())
        log, copy = held["log"], Copy(held["holder"], [bytes.fromhex(x) for x in held["leaves"]])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{path} is not what `audit held {messaging.service}` prints: {error}"
        ) from error
    if log != messaging.service:
        raise CommandError(f"{path} tells of the trail of {log}, not of {messaging.service}")
    return copy


async def _verify(messaging: "Messaging", copies: Sequence[Copy], say: Say) -> int:
    service, read = messaging.service, messaging.db.read
    trusted = _keys(messaging).trusted
    statements, doubtful = await signed_statements(read, service, trusted)
    found = await examined(read, statements, copies)
    wrong = [found.finding.what] if found.finding else []
    told = (await read_log(read)).told
    if not wrong and told and all(one.size != told for one in statements):
        wrong.append(f"The signed checkpoint of {told} entries is missing or not signed by us.")
    wrong += [one["what"] for one in await contradictions(read)]
    say(f"{service}: {found.size} entries are sealed, root {found.root}")
    if found.waiting:
        say(f"{service}: {found.waiting} are not sealed yet")
    if doubtful:
        say(f"{service}: {doubtful} checkpoints are signed by no key that is trusted now")
    for log in await read(HELD_LOGS).find({}, sort=[("_id", 1)]):
        wrong += await _held_wrong(messaging, log, say)
    for one in await restored(read, service):
        say(f"{service}: {one}")
    for one in wrong:
        say(one)
    if not wrong:
        say(f"{service}: nothing is amiss")
    return 1 if wrong else 0


async def _held_wrong(messaging: "Messaging", log: Mapping[str, Any], say: Say) -> list[str]:
    """What is wrong with what is held of another's log."""
    name = log["_id"]
    leaves = await held_leaves(messaging.db.read, name)
    if len(leaves) < log["size"]:
        return [f"Of the log of {name}, what is held from entry {len(leaves) + 1} on is missing."]
    said: dict[int, set[str]] = {}
    for one in await messaging.db.read(NOTES).find({"log": name}):
        said.setdefault(one["size"], set()).add(one["root"])
    tree = Frontier()
    for leaf in leaves:
        tree = tree.with_leaf(leaf)
        if tree.size not in said or said[tree.size] == {tree.root.hex()}:
            continue
        if all(row["log"] != name for row in await contradictions(messaging.db.read)):
            return [f"What is held of the log of {name} was changed: see entries to {tree.size}."]
    say(f"{messaging.service}: holds the first {len(leaves)} entries of the log of {name}")
    return []


async def _held(messaging: "Messaging", log: str) -> dict[str, Any]:
    leaves = await held_leaves(messaging.db.read, log)
    if not leaves:
        raise CommandError(f"{messaging.service} holds nothing of a log of {log!r}")
    hashes = [one.hex() for one in leaves]
    return {"log": log, "holder": messaging.service, "leaves": hashes}


def _keys(messaging: "Messaging") -> Keys:
    if messaging.sealer.keys is None:
        raise CommandError("no key is set to sign checkpoints with")
    return messaging.sealer.keys


async def _last_note(messaging: "Messaging") -> dict[str, Any]:
    """The last signed checkpoint, after one is signed if any entry is not under one yet."""
    await messaging.sealer.seal_all()
    log = await read_log(messaging.db.read)
    if log.told < log.tree.size:
        while await messaging.sealer.tell(at_once=True):
            pass
        log = await read_log(messaging.db.read)
    return await _note(messaging, log.told)


async def _note(messaging: "Messaging", size: int) -> dict[str, Any]:
    own = {"log": messaging.service, "size": size}
    found = await messaging.db.read(NOTES).find_one(own)
    if found is None:
        known = await messaging.db.read(NOTES).find({"log": messaging.service}, sort=[("size", -1)])
        sizes = ", ".join(str(one["size"]) for one in known[:10])
        raise CommandError(
            f"there is no checkpoint of {size} entries; "
            + (f"the last are of {sizes}" if sizes else "there is none")
        )
    return found


async def _leaves(messaging: "Messaging", size: int) -> list[bytes]:
    within = {"number": {"$gt": 0, "$lte": size}}
    rows = await messaging.db.read(ENTRIES).find(within, sort=[("number", 1)])
    return [bytes.fromhex(one["leaf"]) for one in rows]


async def _inclusion(messaging: "Messaging", number: int) -> str:
    note = await _last_note(messaging)
    entry = await messaging.db.read(ENTRIES).find_one({"number": number})
    if entry is None or number > note["size"]:
        raise CommandError(f"there is no entry {number}; the log has {note['size']}")
    leaves = await _leaves(messaging, note["size"])
    return inclusion_file(leaf_data(entry), leaves, number - 1, note["note"])


async def _consistency(messaging: "Messaging", size: int) -> str:
    before, after = await _note(messaging, size), await _last_note(messaging)
    leaves = await _leaves(messaging, after["size"])
    return consistency_file(leaves, size, before["note"], after["note"])
