"""Entries: what their leaves cover, what may be blanked, and what an examination finds."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from nextstep_messaging.operating.audit.chain import FIRST, entry_hash, erasable_digest
from nextstep_messaging.operating.audit.entry import (
    BLANKED,
    LEGACY_PARTS,
    PARTS,
    commitment,
    leaf_data,
    leaf_of,
    new_entry,
    plain,
)
from nextstep_messaging.operating.audit.examining import Copy, Statement, examine
from nextstep_messaging.operating.audit.log import Log
from nextstep_messaging.operating.audit.sealing import TELL_SECONDS, sealed, time_to_tell
from nextstep_messaging.operating.audit.tree import Frontier, root_of

AT = datetime(2024, 9, 5, 14, 30, tzinfo=UTC).isoformat()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
acts = st.lists(st.tuples(st.text(min_size=1), st.text(), st.text()), min_size=1, max_size=8)


def written(actions):
    """Entries that wait to be sealed."""
    return [
        new_entry(
            f"{number:020d}-x",
            AT,
            {"who": "office@x.org", "where": "::1", "about": about, "details": {"reason": why}},
            action,
        )
        for number, (action, about, why) in enumerate(actions, start=1)
    ]


def chained(actions):
    """Entries as the release wrote them that chained hashes."""
    entries, previous = [], FIRST
    for number, (action, about, why) in enumerate(actions, start=1):
        entry = {
            "_id": f"{number:012d}",
            "number": number,
            "at": AT,
            "who": "office@x.org",
            "where": "::1",
            "action": action,
            "about": about,
            "details": {"reason": why},
            "salt": "5a17",
            "digest": erasable_digest("5a17", "::1", {"reason": why}),
            "previous": previous,
        }
        entries.append(entry | {"hash": entry_hash(entry)})
        previous = entries[-1]["hash"]
    return entries


def log_of(entries):
    tree, done = Frontier(), []
    for entry in entries:
        tree, one = sealed(tree, entry)
        done.append(one)
    return done, Log(tree)


def blank(entry):
    """As erasing does."""
    if "previous" in entry:
        entry |= dict.fromkeys(LEGACY_PARTS)
    else:
        entry |= dict.fromkeys(BLANKED)
        entry["salts"] |= dict.fromkeys(BLANKED)


def erasure_of(entries):
    about = {"who": "applications", "where": "", "about": "p", "details": {}}
    entry = new_entry(f"{len(entries) + 1:020d}-e", AT, about, "erased the details of")
    return entry | {"erases": [one["_id"] for one in entries]}


@pytest.mark.parametrize("made", [written, chained])
@settings(max_examples=30)
@given(actions=acts)
def test_an_untouched_log_is_whole(made, actions):
    last = len(actions) if made is chained else 0
    assert examine([], made(actions), Log(), chained=last).finding is None
    done, log = log_of(made(actions))
    seen = examine(done, [], log, chained=last)
    assert (seen.finding, seen.size, seen.root) == (None, len(done), log.tree.root.hex())


@pytest.mark.parametrize("made", [written, chained])
@pytest.mark.parametrize("field", ["who", "where", "action", "about", "at", "details"])
@settings(max_examples=30)
@given(actions=acts, data=st.data())
def test_a_changed_entry_is_named(made, field, actions, data):
    done, log = log_of(made(actions))
    place = data.draw(st.integers(0, len(done) - 1))
    done[place][field] = {"reason": "another"} if field == "details" else done[place][field] + "!"
    finding = examine(done, [], log).finding
    if field == "details" and actions[place][2] == "another":
        assert finding is None
    else:
        assert finding is not None
        assert (finding.number, "was changed" in finding.what) == (place + 1, True)


@pytest.mark.parametrize("made", [written, chained])
@settings(max_examples=30)
@given(actions=acts, data=st.data())
def test_a_removed_entry_is_named_also_the_last(made, actions, data):
    done, log = log_of(made(actions))
    place = data.draw(st.integers(0, len(done) - 1))
    del done[place]
    finding = examine(done, [], log).finding
    assert finding is not None
    assert finding.number == place + 1


@pytest.mark.parametrize("made", [written, chained])
@settings(max_examples=30)
@given(actions=acts, data=st.data())
def test_blanking_is_found_unless_an_erasure_is_on_record(made, actions, data):
    entries = made(actions)
    place = data.draw(st.integers(0, len(entries) - 1))
    without, log = log_of(entries)
    before = leaf_of(without[place])
    blank(without[place])
    assert leaf_of(without[place]) == before
    finding = examine(without, [], log).finding
    assert finding is not None
    assert (finding.number, "no erasure" in finding.what) == (place + 1, True)
    without[place] |= {"blanked": True}
    assert examine(without, [], log).finding is not None
    never_sealed = erasure_of([without[place]]) | {"sealed": True}
    assert examine(without, [never_sealed], log).finding is not None
    told, log = log_of([*entries, erasure_of([entries[place]])])
    blank(told[place])
    assert examine(told, [], log).finding is None


@pytest.mark.parametrize("part", [one for one in PARTS if one not in BLANKED])
def test_an_erasure_on_record_covers_nobody_who_blanks_more_than_it_did(part):
    entries = written([("reject", "app-1", "why")])
    told, log = log_of([*entries, erasure_of(entries)])
    blank(told[0])
    assert examine(told, [], log).finding is None
    told[0] |= {part: None, "salts": told[0]["salts"] | {part: None}}
    finding = examine(told, [], log).finding
    assert finding is not None
    assert (finding.number, "was changed" in finding.what) == (1, True)


@settings(max_examples=30)
@given(acts, st.data())
def test_what_an_earlier_release_blanked_is_taken_as_it_is(actions, data):
    entries = chained(actions)
    place = data.draw(st.integers(0, len(entries) - 1))
    blank(entries[place])
    assert examine([], entries, Log(), chained=len(entries)).finding is None
    done, log = log_of(entries)
    assert examine(done, [], log).finding is None


@settings(max_examples=30)
@given(acts)
def test_a_chain_that_was_cut_before_it_was_sealed_is_found(actions):
    entries = chained(actions)
    last = len(entries)
    finding = examine([], entries[:-1], Log(), chained=last).finding
    assert finding is not None
    assert finding.number == last


def test_a_rewritten_log_that_adds_up_is_found_by_what_others_hold():
    honest, log = log_of(written([("reject", str(n), "why") for n in range(8)]))
    statements = [Statement("a checkpoint", n, root_of(map(leaf_of, honest[:n]))) for n in (3, 8)]
    forged = written([("reject", str(n), "why") for n in range(8)])
    for n in (0, 1, 2, 3, 5, 6, 7):
        forged[n] |= {part: honest[n][part] for part in ("salts", "commitments")}
    forged[4]["who"] = "eve@x.org"
    forged[4]["commitments"]["who"] = commitment("who", forged[4]["salts"]["who"], "eve@x.org")
    done, rewritten = log_of(forged)
    assert examine(done, [], rewritten).finding is None  # nothing within says so
    finding = examine(done, [], rewritten, statements=statements).finding
    assert finding is not None
    assert (finding.number, finding.what) == (
        4,
        "An entry from 4 to 8 was rewritten: a checkpoint says otherwise.",
    )
    copy = Copy("scheduling", [leaf_of(one) for one in honest])
    finding = examine(done, [], rewritten, copies=[copy]).finding
    assert finding is not None
    assert (finding.number, "scheduling holds" in finding.what) == (5, True)
    cut, shorter = log_of(deepcopy(honest[:6]))
    finding = examine(cut, [], shorter, statements=statements[1:]).finding
    assert finding is not None
    assert (finding.number, "cut off" in finding.what) == (7, True)
    assert examine(honest, [], log, statements=statements, copies=[copy]).finding is None


@pytest.mark.parametrize(
    ("told", "seconds", "due"),
    [
        (1, -1, False),
        (1, -TELL_SECONDS, True),
        (2, -TELL_SECONDS, False),
        (2, -86_400, True),
        (2, 365 * 86_400, True),
    ],
)
def test_a_log_is_told_in_time_also_after_a_clock_that_was_ahead(told, seconds, due):
    tree = Frontier().with_leaves([bytes(32)] * 2)
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    assert time_to_tell(Log(tree, told=told, told_at=at.isoformat())) is due


@pytest.mark.parametrize("told_at", ["", "soon", "2026-11-30T10:00:00", 5, None])
def test_a_log_is_told_where_nothing_says_when_it_was(told_at):
    tree = Frontier().with_leaves([bytes(32)])
    assert time_to_tell(Log(tree, told=1, told_at=told_at)) is True


def test_entries_of_both_kinds_make_one_log():
    done, log = log_of([*chained([("a", "1", "x"), ("b", "2", "y")]), *written([("c", "3", "z")])])
    assert [one["number"] for one in done] == [1, 2, 3]
    assert examine(done, [], log, chained=2).finding is None
    done[1]["previous"] = FIRST
    finding = examine(done, [], log, chained=2).finding
    assert finding is not None
    assert finding.number == 2


def test_a_leaf_is_canonical_json_without_what_may_name_a_person():
    [entry] = written([("reject", "app-1", "Left the region.")])
    data = leaf_data(entry)
    assert json.loads(data) == {
        "v": 1,
        "id": entry["_id"],
        "at": AT,
        "action": "reject",
        "parts": entry["commitments"],
    }
    assert data == rfc8785.dumps(json.loads(data))


def test_the_same_details_have_another_hash_each_time():
    first, second = written([("rejected", "app-1", "x"), ("rejected", "app-1", "x")])
    for part in PARTS:
        assert first["commitments"][part] != second["commitments"][part]


@settings(max_examples=30)
@given(json_values)
def test_any_details_are_kept_as_json_that_is_the_same_when_read_again(value):
    kept = plain({"given": value})
    assert plain(kept) == kept
    assert json.loads(rfc8785.dumps(kept)) == kept
