"""One sample of each version as published, and one for each consumer with the least it may get."""

import json
from pathlib import Path

import pytest

from nextstep_contracts import EVENTS, decode
from nextstep_contracts.documents import consumers, publishers, schema_file

GOLDEN = Path(__file__).parents[1] / "golden"
BY_FOLDER = {schema_file(event).removesuffix(".json"): event for event in EVENTS}


def test_every_event_has_a_sample_as_published_and_one_for_each_consumer():
    found = {
        folder.name: {path.stem for path in folder.glob("*.json")} for folder in GOLDEN.iterdir()
    }
    assert found == {name: {"published", *consumers(event)} for name, event in BY_FOLDER.items()}


@pytest.mark.parametrize("folder", sorted(BY_FOLDER))
def test_the_published_sample_survives_a_round_trip_unchanged(folder):
    event = BY_FOLDER[folder]
    sample = json.loads((GOLDEN / folder / "published.json").read_text())
    for publisher in publishers(event):
        decoded = decode(event.type_for(publisher), sample)
        assert json.loads(decoded.model_dump_json()) == sample
        assert decoded.subject


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/*.json")), ids=lambda p: p.parent.name)
def test_samples_of_consumers_hold_nothing_that_is_not_published(path):
    published = json.loads((path.parent / "published.json").read_text())
    assert json.loads(path.read_text()).keys() <= published.keys()


def test_a_consumer_ignores_fields_it_does_not_know():
    sample = json.loads((GOLDEN / "scheduling.SessionMissed.v1" / "awards.json").read_text())
    with_more = sample | {"minutes_present": 12}
    kind = "scheduling.SessionMissed.v1"
    assert decode(kind, with_more) == decode(kind, sample)
