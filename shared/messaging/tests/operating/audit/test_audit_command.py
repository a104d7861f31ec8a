"""The audit commands as operations use them, and proofs as an outsider verifies them."""

import base64
import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nextstep_messaging import CommandError, Messaging
from nextstep_messaging.operating.audit import ENTRIES, erase_details
from nextstep_messaging.operating.audit.checkpoint import Keys
from nextstep_messaging.operating.audit.command import audit_arguments, run_audit
from nextstep_messaging.operating.audit.holding import found_wrong
from nextstep_messaging.operating.audit.store import HELD_LEAVES, NOTES
from nextstep_messaging.operating.gauges import AUDIT_REWRITTEN
from nextstep_messaging.testing import audit_trail, hear

from .test_holding import LEAVES, made, rewrite, said
from .test_sealing import act

pytestmark = pytest.mark.stack
BESIDE = "(0-forged) is not in the log: somebody put it beside."
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.urlsafe_b64encode(KEY.public_key().public_bytes_raw()).decode().rstrip("=")
VERIFIER = Path(__file__).parents[5] / "deploy/verify_audit_proof.py"


async def audit(messaging: Messaging, *arguments: str) -> tuple[int, str]:
    parser = ArgumentParser()
    audit_arguments(parser)
    lines: list[str] = []
    status = await run_audit(messaging, parser.parse_args(arguments), lines.append)
    return status, "\n".join(lines)


async def a_trail(services) -> Messaging:
    messaging = services.build("awards")
    messaging.sign_checkpoints(Keys(KEY, (KEY.public_key(),)))
    await messaging.open()
    await act(messaging, "sheet-1", *(f"did-{n}" for n in range(5)), why="Slip")
    await audit(messaging, "checkpoint")
    await act(messaging, "p-1", *(f"did-{n}" for n in range(5, 9)))
    await audit(messaging, "checkpoint")
    return messaging


def verified(tmp_path: Path, proof: str, *parts: str, key: str = PUBLIC) -> str:
    path = tmp_path / "entry.tlog-proof"
    path.write_text(proof + "\n")
    program = [sys.executable, "-I", VERIFIER, path, key, *parts]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}".strip()


async def test_a_whole_trail_is_said_to_be_whole(services):
    messaging = await a_trail(services)
    await messaging.transact(lambda uow: erase_details(uow, "p-1"))
    status, told = await audit(messaging, "verify")
    assert (status, told.splitlines()[-1]) == (0, "awards: nothing is amiss")
    assert "awards: 9 entries are sealed" in told
    assert "awards: 1 are not sealed yet" in told


async def _altered(messaging: Messaging) -> None:
    await messaging.db.write(ENTRIES).update({"number": 3}, {"$set": {"details": {"why": "-"}}})


async def _removed(messaging: Messaging) -> None:
    await messaging.db.write(ENTRIES).delete({"number": 3})


async def _blanked(messaging: Messaging) -> None:
    blank = {"details": None, "salts.details": None}
    await messaging.db.write(ENTRIES).update({"number": 3}, {"$set": blank})


async def _blanked_and_marked(messaging: Messaging) -> None:
    await _blanked(messaging)
    await messaging.db.write(ENTRIES).update({"number": 3}, {"$set": {"blanked": True}})


async def _put_beside(messaging: Messaging, change: dict[str, Any]) -> None:
    """Another entry, of a past that was not: whole in itself, and passed over by the sealer."""
    [entry] = await messaging.db.read(ENTRIES).find({"number": 3})
    del entry["number"], entry["leaf"]
    await messaging.db.write(ENTRIES).insert(entry | {"_id": "0-forged"} | change)


async def _blanked_and_spoilt(messaging: Messaging) -> None:
    """So that whoever looks trips before it sees what was blanked."""
    await _blanked(messaging)
    await messaging.db.write(ENTRIES).update({"number": 5}, {"$set": {"erases": 5}})
    note = {"_id": "x", "log": "awards", "size": 1_000_000}
    await messaging.db.write(NOTES).insert(note)
    restored = {"_id": "0-forged", "action": "restored the backup", "sealed": False}
    await messaging.db.write(ENTRIES).insert(restored)


async def _cut_off(messaging: Messaging) -> None:
    await messaging.db.write(ENTRIES).delete({"number": {"$gt": 7}})


async def _author_changed(messaging: Messaging) -> None:
    notes = await messaging.db.read(NOTES).find({})
    await rewrite(messaging, 3)
    await messaging.db.write(NOTES).insert_many(notes)  # signed, so nobody else can make them


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (_altered, "Entry 3 was changed after it was written."),
        (_removed, "Entry 3 is missing."),
        (_blanked, "Entry 3 was blanked, and no erasure is on record for it."),
        (_blanked_and_marked, "Entry 3 was blanked, and no erasure is on record for it."),
        (_blanked_and_spoilt, "Entry 3 was blanked, and no erasure is on record for it."),
        (lambda m: _put_beside(m, {}), BESIDE),
        (lambda m: _put_beside(m, {"sealed": None}), BESIDE),
        (lambda m: _put_beside(m, {"leaf": "", "number": -3}), BESIDE),
        (lambda m: _put_beside(m, {"leaf": "ab", "number": 1_000_000}), BESIDE),
        (lambda m: _put_beside(m, {"sealed": False, "number": 1_000_000}), BESIDE),
        (_cut_off, "Entry 8 and what followed were cut off: 9 are known."),
        (
            _author_changed,
            "An entry from 1 to 5 was rewritten: a signed checkpoint",
        ),
        (lambda m: rewrite(m, 3), "The signed checkpoint of 9 entries is missing or not signed"),
    ],
)
async def test_each_way_of_rewriting_is_named_by_one_command(services, done, words):
    messaging = await a_trail(services)
    await done(messaging)
    status, output = await audit(messaging, "verify")
    assert status == 1
    assert words in output


async def test_the_service_finds_it_by_itself_and_says_so_where_people_look(services):
    messaging = await a_trail(services)
    await messaging.sealer.examine()
    assert await found_wrong(messaging.db.read) == []
    await _author_changed(messaging)
    await messaging.sealer.examine()
    [wrong] = await found_wrong(messaging.db.read)
    assert "was rewritten: a signed checkpoint says otherwise." in wrong
    [check] = [one for one in await messaging.readiness() if one.name == "audit"]
    assert (check.ok, check.detail) == (True, wrong)
    await messaging.measure({"nextstep_audit_rewritten"})
    assert AUDIT_REWRITTEN._value.get() == 1


async def test_what_the_examination_trips_over_is_told_as_well(services):
    messaging = await a_trail(services)
    await messaging.db.write(ENTRIES).update({"number": 3}, {"$set": {"number": Decimal128("3")}})
    await messaging.sealer.examine()
    [told] = await found_wrong(messaging.db.read)
    assert "cannot be examined to its end" in told


async def test_what_another_service_holds_names_the_very_entry(services, tmp_path):
    messaging = await a_trail(services)
    leaves = [one["leaf"] for one in await audit_trail(messaging)]
    path = tmp_path / "held.json"
    path.write_text(json.dumps({"log": "awards", "holder": "scheduling", "leaves": leaves}))
    assert (await audit(messaging, "verify", "--held", str(path)))[0] == 0
    await rewrite(messaging, 3)
    status, told = await audit(messaging, "verify", "--held", str(path))
    assert status == 1
    assert "Entry 3 is not the one that scheduling holds: it was rewritten." in told
    path.write_text("[]")
    with pytest.raises(CommandError, match="is not what `audit held awards` prints"):
        await audit(messaging, "verify", "--held", str(path))


async def test_what_is_held_of_another_log_is_verified_too(services):
    messaging = made(services, "scheduling")
    async with messaging.opened():
        for since, size in ((0, 5), (5, 9)):
            await hear(messaging, said(LEAVES, since, size), sender="awards")
        status, told = await audit(messaging, "verify")
        assert (status, "holds the first 9 entries of the log of awards" in told) == (0, True)
        _, held = await audit(messaging, "held", "awards")
        assert json.loads(held)["leaves"] == [one.hex() for one in LEAVES[:9]]
        leaf = {"$set": {"leaf": LEAVES[0].hex()}}
        await messaging.db.write(HELD_LEAVES).update({"_id": f"awards:{7:012d}"}, leaf)
        status, told = await audit(messaging, "verify")
        assert status == 1
        assert "What is held of the log of awards was changed: see entries to 9." in told


async def test_an_outsider_verifies_that_an_entry_is_in_the_log(services, tmp_path):
    messaging = await a_trail(services)
    _, proof = await audit(messaging, "proof", "inclusion", "4")
    assert proof.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert verified(tmp_path, proof).startswith("0 Entry 4 of 9 of nextstep/awards: {")
    [entry] = await messaging.db.read(ENTRIES).find({"number": 4})
    part = ("details", entry["salts"]["details"])
    assert verified(tmp_path, proof, *part, '{"why": "Slip"}').startswith("0 ")
    assert "does not say this" in verified(tmp_path, proof, *part, '{"why": "Spite"}')
    assert "1 The entry is not in the log" in verified(
        tmp_path, proof.replace("index 3", "index 2")
    )
    stranger = base64.urlsafe_b64encode(LEAVES[0]).decode()
    assert "did not sign" in verified(tmp_path, proof, key=stranger)
    changed = proof.replace("nextstep/awards\n9\n", "nextstep/awards\n8\n")
    assert "signature of the checkpoint is wrong" in verified(tmp_path, changed)


async def test_an_outsider_verifies_that_the_log_was_only_added_to(services, tmp_path):
    messaging = await a_trail(services)
    _, proof = await audit(messaging, "proof", "consistency", "5")
    words = "0 nextstep/awards: 9 entries begin with the same 5"
    assert verified(tmp_path, proof) == words
    lines = proof.splitlines()
    swapped = "\n".join([lines[0], lines[2], lines[1], *lines[3:]])
    assert "was not only added to" in verified(tmp_path, swapped)


async def test_what_cannot_be_proven_is_told(services):
    messaging = await a_trail(services)
    with pytest.raises(CommandError, match="there is no entry 10; the log has 9"):
        await audit(messaging, "proof", "inclusion", "10")
    with pytest.raises(CommandError, match="no checkpoint of 7 entries; the last are of 9, 5"):
        await audit(messaging, "proof", "consistency", "7")
    with pytest.raises(CommandError, match="holds nothing of a log of 'payroll'"):
        await audit(messaging, "held", "payroll")
