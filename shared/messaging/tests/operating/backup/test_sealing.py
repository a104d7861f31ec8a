"""Splitting by what an erasure would take, and sealing it: pure, by examples and hypothesis."""

import io
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging.operating.backup.sealed_file import SealedWriter, read_frames
from nextstep_messaging.operating.backup.sealing import (
    Cipher,
    DamagedError,
    KeyMissingError,
    MasterKeys,
    SealError,
    key_for,
    new_key,
    opened_part,
    sealed_part,
)
from nextstep_messaging.operating.backup.splitting import claims_of, joined, lock_of, opens, split
from nextstep_messaging.operating.holdings import GONE, goes, without_gone

PEOPLE = "ann", "bo", "cy"
TEXT = st.text(max_size=8)
PARTS = st.lists(st.fixed_dictionaries({"whose": st.sampled_from(PEOPLE), "says": TEXT}))
DOCUMENTS = st.fixed_dictionaries(
    {"_id": TEXT, "authors": st.lists(st.sampled_from(PEOPLE), unique=True), "title": TEXT},
    optional={"lines": PARTS, "told": PARTS, "poster": TEXT, "owner": st.sampled_from(PEOPLE)},
)


def stays(document, ids):
    """An erasure of every kind: a blank, an element that goes, all of it, what is in common."""
    after = deepcopy(document)
    if after.get("owner") in ids:
        return None
    for line in after.get("lines", ()):
        line["says"] = "" if line["whose"] in ids else line["says"]
    if "told" in after:
        after["told"] = [GONE if one["whose"] in ids else one for one in after["told"]]
    if ids & {*after["authors"]}:
        after.pop("poster", None)
        after["erased"] = True
    if after["authors"] and ids >= {*after["authors"]}:
        after["title"] = "(erased)"
    return after


def claims_on(document) -> list:
    parts = [*document.get("lines", ()), *document.get("told", ())]
    owner = [document["owner"]] if "owner" in document else []
    authors = document["authors"]
    ids = [*authors, *(one["whose"] for one in parts), *owner]
    together = [(one, [frozenset(authors)]) for one in authors]
    return claims_of([*((one, [frozenset({one})]) for one in ids), *together])


@given(DOCUMENTS, st.sets(st.sampled_from(PEOPLE)))
def test_what_opens_is_what_an_erasure_leaves(document, erased):
    made = split(document, stays, claims_on(document))
    there = {*PEOPLE} - erased
    opened = [values if opens(lock, there) else None for lock, values in made.parts.items()]
    left = stays(document, erased) if erased else document
    assert joined(made.skeleton, opened.__getitem__) == (
        left if left is None else without_gone(left)
    )


@given(DOCUMENTS)
def test_nothing_that_an_erasure_takes_is_left_in_the_open(document):
    made = split(document, stays, claims_on(document))
    hidden = joined(made.skeleton, lambda _: None)
    everybody = frozenset(PEOPLE)
    left = stays(document, everybody)
    assert hidden == (left if left is None else without_gone(left))


def test_a_document_of_one_person_of_which_nothing_stays_is_sealed_whole():
    document = {"_id": "n1", "text": "about Ann"}
    made = split(document, goes, claims_of([("a1", [frozenset({"ann"})])]))
    assert list(made.parts.items()) == [((("ann",),), [document])]
    assert joined(made.skeleton, lambda _: None) is None


def test_what_is_in_common_opens_for_either_and_goes_with_both():
    claims = claims_of([("project", [frozenset({"ann", "bo"})]), ("judge", [frozenset({"cy"})])])
    document = {"comment": "good", "by": "judge"}

    def stays(document, ids):
        return document | ({"comment": ""} if "project" in ids else {})

    (lock,) = split(document, stays, claims).parts
    assert lock == (("ann", "bo"),)
    assert [opens(lock, {one}) for one in PEOPLE] == [True, True, False]


def test_a_smaller_group_stands_for_a_larger_one_that_holds_it():
    assert lock_of([frozenset({"a"}), frozenset({"a", "b"}), frozenset({"c"})]) == (("a",), ("c",))


KEYS = {one: new_key() for one in PEOPLE}
CIPHERS = {one: Cipher(key_for(key, "backup 1")) for one, key in KEYS.items()}
LOCKS = st.sets(st.frozensets(st.sampled_from(PEOPLE), min_size=1)).map(lock_of)


@given(LOCKS, st.binary(max_size=50), st.sets(st.sampled_from(PEOPLE)))
def test_a_part_opens_with_the_keys_of_its_lock_and_no_others(lock, data, there):
    sealed = sealed_part(CIPHERS, lock, 7, data, b"notes")
    held = {one: CIPHERS[one] for one in there}
    if opens(lock, there):
        assert opened_part(held, lock, 7, sealed, b"notes") == data
    else:
        with pytest.raises(KeyMissingError, match="there is no key of"):
            opened_part(held, lock, 7, sealed, b"notes")


@given(LOCKS.filter(bool), st.sets(st.sampled_from(PEOPLE)))
def test_what_belonged_to_somebody_erased_before_is_not_even_sealed(lock, there):
    held = {one: CIPHERS[one] for one in there}
    assert (sealed_part(held, lock, 7, b"x", b"") is not None) == opens(lock, there)


@given(LOCKS.filter(bool), st.data())
def test_a_changed_byte_another_number_place_or_key_is_found(lock, data):
    sealed = bytearray(sealed_part(CIPHERS, lock, 7, b"a statement", b"notes"))
    last = lock[-1]
    if len(last) == 1:  # of several wraps, only the first that is there is looked at
        sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1
        with pytest.raises(SealError):
            opened_part(CIPHERS, lock, 7, bytes(sealed), b"notes")
    good = sealed_part(CIPHERS, lock, 7, b"a statement", b"notes")
    others = {one: Cipher(key_for(key, "backup 2")) for one, key in KEYS.items()}
    for wrong in ((CIPHERS, 8, b"notes"), (CIPHERS, 7, b"history"), (others, 7, b"notes")):
        with pytest.raises(SealError, match="another key, or was changed"):
            opened_part(wrong[0], lock, wrong[1], good, wrong[2])


def masters(current: bytes, before: bytes | None = None) -> MasterKeys:
    return MasterKeys(current, before)


def test_a_wrapped_key_opens_for_its_person_by_this_master_key_or_the_one_before():
    old, new, key = new_key(), new_key(), new_key()
    wrapped = masters(old).wrap(key, "ann")
    assert masters(new, old).unwrap(wrapped, "ann") == key
    assert not masters(new, old).is_current(wrapped)
    with pytest.raises(SealError, match="BACKUP_KEY_BEFORE"):
        masters(new).unwrap(wrapped, "ann")
    with pytest.raises(SealError, match="changed since"):
        masters(old).unwrap(wrapped, "bo")


def test_a_master_key_is_32_bytes_in_either_base64():
    assert (
        MasterKeys.read("-_" + "A" * 41).current == MasterKeys.read("+/" + "A" * 41 + "=").current
    )
    with pytest.raises(ValueError, match="32 random bytes") as raised:
        MasterKeys.read("a secret of mine")
    assert "secret of mine" not in str(raised.value)


ROWS = [{"collection": "notes", "rows": [{"a": 1}]}, {"piece": b"\0" * 100}, {"frames": "x"}]
CIPHER = Cipher(new_key())


def written(tmp_path):
    path = tmp_path / "documents.sealed"
    with path.open("wb") as file:
        writer = SealedWriter(file, CIPHER, path.name)
        for at, row in enumerate(ROWS):
            writer.write(row, smaller=at == 0)
        writer.end()
    return path


def test_frames_come_back_in_order(tmp_path):
    assert list(read_frames(written(tmp_path), CIPHER)) == ROWS


def test_a_file_that_was_cut_off_anywhere_is_refused_in_words(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError, match=r"cut off after|no file of a backup"):
            list(read_frames(path, CIPHER))
    path.write_bytes(whole + b"x")
    with pytest.raises(DamagedError, match="goes on after its end"):
        list(read_frames(path, CIPHER))


def test_a_changed_byte_anywhere_is_found(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        with pytest.raises(DamagedError):
            list(read_frames(path, CIPHER))


def test_frames_cannot_change_places_or_be_left_out(tmp_path):
    path = written(tmp_path)
    frames, rest = [], io.BytesIO(path.read_bytes())
    header = rest.readline()
    while length := rest.read(4):
        frames.append(length + rest.read(int.from_bytes(length)))
    for order in ([1, 0, 2, 3], [0, 2, 3], [0, 1, 3], [3]):
        path.write_bytes(header + b"".join(frames[at] for at in order))
        with pytest.raises(DamagedError, match="does not open"):
            list(read_frames(path, CIPHER))


def test_a_full_disk_is_an_error_of_the_file(tmp_path):
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(OSError, match="No space"),
    ):
        SealedWriter(full, CIPHER, "documents.sealed")
    assert not list(tmp_path.iterdir())
