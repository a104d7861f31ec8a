from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging.operating.audit import Actor, chained, first_break

OFFICE = Actor("staff", "office@example.ac.uk", where="127.0.0.1")
AT = datetime(2024, 9, 5, 14, 30, tzinfo=UTC).isoformat()

chains = st.lists(st.tuples(st.text(min_size=1), st.text(), st.text()), min_size=1, max_size=8)


def chain(actions):
    entries = []
    for action, about, reason in actions:
        previous = entries[-1] if entries else None
        entries.append(chained(previous, AT, OFFICE, action, about, reason=reason))
    return entries


@given(chains)
def test_an_untouched_chain_is_whole(actions):
    assert first_break(chain(actions)) is None


@given(chains, st.data())
def test_a_changed_entry_is_found(actions, data):
    entries = chain(actions)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["who", "where", "action", "about", "at", "previous"]))
    entries[place][field] += "!"
    assert first_break(entries) == place + 1


@given(chains, st.data())
def test_changed_details_are_found(actions, data):
    entries = chain(actions)
    place = data.draw(st.integers(0, len(entries) - 1))
    entries[place]["details"] = {"reason": "another " + actions[place][2]}
    assert first_break(entries) == place + 1


@given(chains.filter(lambda actions: len(actions) > 1), st.data())
def test_a_removed_entry_is_found_unless_it_was_the_last(actions, data):
    entries = chain(actions)
    place = data.draw(st.integers(0, len(entries) - 2))
    del entries[place]
    assert first_break(entries) == place + 1


@given(chains, st.data())
def test_erasing_details_leaves_the_chain_whole(actions, data):
    entries = chain(actions)
    for place in data.draw(st.sets(st.integers(0, len(entries) - 1))):
        entries[place] |= {"details": None, "where": None, "salt": None}
    assert first_break(entries) is None


def test_the_same_details_have_another_digest_each_time():
    first, second = chain([("rejected", "app-1", "x"), ("rejected", "app-1", "x")])
    assert first["digest"] != second["digest"]
