"""The tree against the vectors of Certificate Transparency, the definition and an other library."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from nextstep_messaging.operating.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
)

# https://github.com/google/certificate-transparency, the reference implementation of RFC 6962
DATA = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(one) for one in DATA]
leaves = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def defined(hashes):
    """The tree hash as RFC 6962 writes it down, recursive and slow."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    cut = 1
    while cut * 2 < len(hashes):
        cut *= 2
    return hashlib.sha256(b"\x01" + defined(hashes[:cut]) + defined(hashes[cut:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_implementation(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("position", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_inclusion_proofs_of_the_reference_implementation(position, size, proof):
    assert [step.hex() for step in inclusion_proof(LEAVES[:size], position)] == proof


def test_the_consistency_proofs_of_the_reference_implementation():
    assert consistency_proof(LEAVES[:1], 1) == []
    assert [step.hex() for step in consistency_proof(LEAVES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(leaves)
def test_growing_leaf_by_leaf_gives_the_defined_root(hashes):
    assert Frontier().with_leaves(hashes).root == defined(hashes)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=20))
def test_another_library_finds_the_same_root(data):
    other = InmemoryTree(algorithm="sha256")
    for one in data:
        other.append_entry(one)
    assert root_of([leaf_hash(one) for one in data]) == other.get_root()


@given(leaves.filter(bool), st.data())
def test_every_leaf_has_a_proof_that_fits_it_alone(hashes, data):
    position = data.draw(st.integers(0, len(hashes) - 1))
    proof, root = inclusion_proof(hashes, position), root_of(hashes)
    assert proves_inclusion(proof, hashes[position], position, len(hashes), root)
    forged = data.draw(st.binary(min_size=32, max_size=32).filter(lambda b: b != hashes[position]))
    assert not proves_inclusion(proof, forged, position, len(hashes), root)
    assert not proves_inclusion([*proof, forged], hashes[position], position, len(hashes), root)
    assert not proves_inclusion(proof, hashes[position], len(hashes), len(hashes), root)


@given(leaves, st.data())
def test_every_earlier_tree_has_a_proof_that_it_was_only_added_to(hashes, data):
    earlier, root = data.draw(st.integers(0, len(hashes))), root_of(hashes)
    before, proof = root_of(hashes[:earlier]), consistency_proof(hashes, earlier)
    assert proves_consistency(proof, earlier, before, len(hashes), root)
    if earlier:
        place = data.draw(st.integers(0, earlier - 1))
        rewritten = [*hashes[:place], leaf_hash(hashes[place]), *hashes[place + 1 :]]
        forged, after = consistency_proof(rewritten, earlier), root_of(rewritten)
        assert not proves_consistency(forged, earlier, before, len(hashes), after)


def test_a_leaf_cannot_be_a_node():
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != root_of([left, right])


@pytest.mark.parametrize(("size", "peaks"), [(-1, ()), (0, (EMPTY_ROOT,)), (3, (EMPTY_ROOT,))])
def test_peaks_that_cannot_be_are_refused(size, peaks):
    with pytest.raises(ValueError, match="leaves"):
        Frontier(size, peaks)


def test_what_is_not_there_has_no_proof():
    with pytest.raises(ValueError, match="no leaf 3 among 3"):
        inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="never one of 4"):
        consistency_proof(LEAVES[:3], 4)
