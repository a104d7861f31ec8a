"""A Merkle tree over the entries of a log (RFC 6962, section 2.1; RFC 9162, section 2.1).

Hashes are 32 bytes of SHA-256. Leaves and inner nodes are hashed with different first bytes, so
that no node can be passed off as a leaf. Positions count from 0, sizes from 0 upwards.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """What must be kept of a tree to append to it and to know its root."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    """Roots of the full subtrees from left to right, one for each bit of the size that is set."""

    def __post_init__(self) -> None:
        """Refuse peaks that cannot be of a tree of this size."""
        if self.size < 0 or self.size.bit_count() != len(self.peaks):
            raise ValueError(f"a tree of {self.size} leaves has not {len(self.peaks)} peaks")

    def with_leaf(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf, given by its hash."""
        peaks, full = [*self.peaks, leaf], self.size
        while full & 1:
            right = peaks.pop()
            peaks[-1] = node_hash(peaks[-1], right)
            full >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    def with_leaves(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with more leaves, in their order."""
        grown = self
        for leaf in leaves:
            grown = grown.with_leaf(leaf)
        return grown

    @property
    def root(self) -> bytes:
        """The Merkle tree hash."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree with these leaves, given by their hashes."""
    return Frontier().with_leaves(leaves).root


def inclusion_proof(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The hashes that lead from the leaf at `position` to the root (RFC 9162, section 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.

    """
    if not 0 <= position < len(leaves):
        raise ValueError(f"there is no leaf {position} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    cut = _largest_power_below(len(leaves))
    if position < cut:
        return [*inclusion_proof(leaves[:cut], position), root_of(leaves[cut:])]
    return [*inclusion_proof(leaves[cut:], position - cut), root_of(leaves[:cut])]


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The hashes that show that the tree of the first `earlier` leaves was only added to.

    RFC 9162, section 2.1.4.1. From an empty tree nothing needs showing.

    Raises:
        ValueError: the tree was never of that size.

    """
    if not 0 <= earlier <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves was never one of {earlier}")
    return _subproof(leaves, earlier, known=True) if earlier else []


def _subproof(leaves: Sequence[bytes], earlier: int, *, known: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if known else [root_of(leaves)]
    cut = _largest_power_below(len(leaves))
    if earlier <= cut:
        return [*_subproof(leaves[:cut], earlier, known=known), root_of(leaves[cut:])]
    return [*_subproof(leaves[cut:], earlier - cut, known=False), root_of(leaves[:cut])]


def _largest_power_below(number: int) -> int:
    return 1 << (number - 1).bit_length() - 1


def proves_inclusion(
    proof: Sequence[bytes], leaf: bytes, position: int, size: int, root: bytes
) -> bool:
    """Whether `proof` shows that `leaf` is at `position` in the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    first, last, hashed = position, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            hashed = node_hash(step, hashed)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        first, last = first >> 1, last >> 1
    return last == 0 and hashed == root


def proves_consistency(
    proof: Sequence[bytes], earlier: int, earlier_root: bytes, size: int, root: bytes
) -> bool:
    """Whether `proof` shows that the tree of `size` begins with the earlier (RFC 9162, 2.1.4.2)."""
    if earlier in (0, size):
        same = earlier_root == (root if earlier == size else EMPTY_ROOT)
        return not proof and same
    if not 0 < earlier < size or not proof:
        return False
    steps = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    first, last = earlier - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, step)
        first, last = first >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root
