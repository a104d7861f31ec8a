"""Proofs that somebody without access can verify: text files, by formats that others read too.

An inclusion proof is a C2SP tlog-proof whose extra line is the leaf itself, so that the file is
enough; a consistency proof has the same shape with two checkpoints. `docs/audit.md` says how to
verify either; `deploy/verify_audit_proof.py` does it.
"""

import base64
from collections.abc import Sequence
from typing import Final

from nextstep_messaging.operating.audit.tree import consistency_proof, inclusion_proof

INCLUSION: Final = "c2sp.org/tlog-proof@v1"
CONSISTENCY: Final = "nextstep audit consistency proof v1"


def inclusion_file(leaf: bytes, leaves: Sequence[bytes], position: int, note: str) -> str:
    """A proof that a leaf with this data is at `position` in the tree of the checkpoint.

    `leaves` are the hashes of all of that tree, `note` its signed checkpoint.
    """
    steps = map(_text, inclusion_proof(leaves, position))
    lines = [INCLUSION, f"extra {_text(leaf)}", f"index {position}", *steps, "", note]
    return "\n".join(lines)


def consistency_file(leaves: Sequence[bytes], earlier: int, before: str, after: str) -> str:
    """A proof that the log of one signed checkpoint begins with that of an earlier one."""
    steps = map(_text, consistency_proof(leaves, earlier))
    return "\n".join([CONSISTENCY, *steps, "", f"{before.rstrip()}\n", after])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
