# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Verify a proof that `python -m <service> audit proof …` printed, without access to the service.

    python3 verify_audit_proof.py PROOF PUBLIC_KEY [PART SALT VALUE]...

Nothing but Python is needed; for the signature also the package `cryptography`, without which the
program says that it was not verified. PROOF is the file, PUBLIC_KEY the Ed25519 key of the service
in Base64 (the `x` of its JWK). To see that an entry says something, give a part of it (who, where,
about or details) with the salt and the value in JSON, as the entry has them.

Exits with 0 if the proof holds, with 1 and the reason if not. The formats are those of RFC 9162
(hashes and proofs), RFC 8785 (the entry) and C2SP (signed-note, tlog-checkpoint, tlog-proof).
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import NamedTuple


class Point(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha(b"\x01" + left + right)


def included(leaf: bytes, index: int, size: int, steps: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    first, last, hashed = index, size - 1, leaf
    for step in steps:
        if last == 0:
            raise SystemExit("The proof is too long.")
        if first & 1 or first == last:
            hashed = node(step, hashed)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            hashed = node(hashed, step)
        first, last = first >> 1, last >> 1
    if last:
        raise SystemExit("The proof is too short.")
    return hashed


def consistent(earlier: Point, later: Point, steps: list[bytes]) -> bool:
    """Whether the later log begins with the earlier one (RFC 9162, section 2.1.4.2)."""
    if earlier.size == later.size:
        return not steps and earlier.root == later.root
    if earlier.size & (earlier.size - 1) == 0:
        steps = [earlier.root, *steps]
    first, last = earlier.size - 1, later.size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node(step, old), node(step, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node(new, step)
        first, last = first >> 1, last >> 1
    return last == 0 and (old, new) == (earlier.root, later.root)


def checkpoint(note: str, key: bytes) -> Point:
    """What a signed note says, if the key signed it."""
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    wanted = sha(origin.encode() + b"\n\x01" + key)[:4]
    for line in signatures.splitlines():
        _, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if name == origin and signature[:4] == wanted:
            verify_signature(key, signature[4:], f"{text}\n".encode())
            return Point(origin, int(size), base64.b64decode(root))
    raise SystemExit(f"The key did not sign the checkpoint of {origin}.")


def verify_signature(key: bytes, signature: bytes, text: bytes) -> None:
    """End the program unless the signature is right; say so if that cannot be told."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        print("The signature was not verified: install the package cryptography.")  # noqa: T201
        return
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        raise SystemExit("The signature of the checkpoint is wrong.") from None


def part_hash(part: str, salt: str, value: object) -> str:
    """The salted hash of a part, as canonical JSON of plain texts and whole numbers."""
    told = {"part": part, "salt": salt, "value": value}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha(text.encode()).hex()


def main(file: str, key_text: str, *parts: str) -> None:
    """Verify; see the top of the file."""
    key = base64.urlsafe_b64decode(key_text + "=" * (-len(key_text) % 4))
    head, _, rest = Path(file).read_text(encoding="utf-8").partition("\n\n")
    kind, *lines = head.split("\n")
    if kind == "c2sp.org/tlog-proof@v1":
        leaf, index = base64.b64decode(lines[0].split()[1]), int(lines[1].split()[1])
        point = checkpoint(rest, key)
        steps = [base64.b64decode(line) for line in lines[2:]]
        if included(sha(b"\x00" + leaf), index, point.size, steps) != point.root:
            raise SystemExit("The entry is not in the log of this checkpoint.")
        entry = json.loads(leaf)
        for part, salt, value in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            if part_hash(part, salt, json.loads(value)) != entry["parts"][part]:
                raise SystemExit(f"The entry does not say this in {part!r}.")
        print(f"Entry {index + 1} of {point.size} of {point.origin}: {leaf.decode()}")  # noqa: T201
    else:
        first, _, second = rest.partition("\n\nnextstep/")
        earlier, later = checkpoint(first, key), checkpoint(f"nextstep/{second}", key)
        if not consistent(earlier, later, [base64.b64decode(line) for line in lines]):
            raise SystemExit("The log was not only added to between these checkpoints.")
        print(f"{later.origin}: {later.size} entries begin with the same {earlier.size}")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - the file and the key
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
