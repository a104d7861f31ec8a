import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from nextstep_contracts import EVENTS
from nextstep_contracts.compatibility import breaking_changes
from nextstep_contracts.documents import asyncapi, json_schema

ROOT = Path(__file__).parents[3]


class Inner(BaseModel):
    name: str


class InnerWithOptional(BaseModel):
    name: str
    nick: str | None = None


class Released(BaseModel):
    kept: str
    number: int = Field(ge=1)
    inner: Inner
    many: tuple[Inner, ...] = ()
    maybe: str | None = None


def schema(**changes):
    """The schema of `Released` with fields replaced, added, or (with None) removed."""
    fields = {n: (f.annotation, f) for n, f in Released.model_fields.items()} | changes
    given_fields = {n: f for n, f in fields.items() if f is not None}
    return type(
        "Changed",
        (BaseModel,),
        {
            "__annotations__": {n: f[0] for n, f in given_fields.items()},
            **{n: f[1] for n, f in given_fields.items() if f[1] is not ...},
            "__module__": __name__,
        },
    ).model_json_schema()


RELEASED = Released.model_json_schema()


def test_the_same_fields_break_nothing():
    assert breaking_changes(RELEASED, schema()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"new": (str | None, None)},
        {"new": (int, 3)},
        {"many": (tuple[InnerWithOptional, ...], ())},
    ],
)
def test_optional_growth_is_allowed(change):
    assert breaking_changes(RELEASED, schema(**change)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kept": None}, "$.kept"),
        ({"maybe": None}, "$.maybe"),
        ({"kept": (int, ...)}, "$.kept"),
        ({"kept": (str, "x")}, "$.kept"),
        ({"new": (str, ...)}, "$.new"),
        ({"maybe": (str, ...)}, "$.maybe"),
        ({"number": (int, Field(ge=0))}, "$.number"),
        ({"inner": (str, ...)}, "$.inner"),
        ({"many": (tuple[str, ...], ())}, "$.many[]"),
        ({"maybe": (int | None, None)}, "$.maybe"),
    ],
)
def test_anything_else_breaks_and_is_named(change, place):
    found = breaking_changes(RELEASED, schema(**change))
    assert found
    assert all(line.startswith(place) for line in found), found


@given(st.sampled_from(EVENTS), st.data())
def test_removing_any_field_of_any_event_is_noticed(event, data):
    released = json_schema(event)
    name = data.draw(st.sampled_from(sorted(released["properties"])))
    current = json.loads(json.dumps(released))
    del current["properties"][name]
    current["required"] = [n for n in current["required"] if n != name]
    assert breaking_changes(released, current) == [f"$.{name} was removed"]


@given(st.sampled_from(EVENTS), st.sampled_from(EVENTS))
def test_only_an_event_with_the_same_meaning_fits_its_schema(one, other):
    broken = breaking_changes(json_schema(one), json_schema(other))
    fields = (set(e.model_fields) for e in (one, other))
    if one is not other and next(fields) - next(fields):
        assert broken
    if one is other:
        assert broken == []


def test_every_reference_in_the_asyncapi_document_leads_somewhere():
    document = asyncapi()

    def references(node):
        if isinstance(node, dict):
            yield from ([node["$ref"]] if "$ref" in node else [])
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(document))
    for reference in found:
        if reference.startswith("#/"):
            target = document
            for part in reference.removeprefix("#/").split("/"):
                target = target[part]
        else:
            assert (ROOT / "docs" / reference).resolve().is_file()
    assert len(found) > len(EVENTS)


def test_the_command_refuses_to_release_a_breaking_change(tmp_path):
    schemas = tmp_path / "shared/contracts/schemas"
    run = [sys.executable, "-m", "nextstep_contracts"]
    subprocess.run([*run, "export", "--root", tmp_path], check=True)
    subprocess.run([*run, "check", "--root", tmp_path], check=True)
    path = schemas / "applications.PlaceOffered.v1.json"
    released = json.loads(path.read_text())
    released["properties"]["venue"] = {"type": "string"}
    path.write_text(json.dumps(released))
    for action in ("check", "export"):
        refused = subprocess.run(
            [*run, action, "--root", tmp_path], check=False, capture_output=True, text=True
        )
        assert refused.returncode == 1
        assert "applications.PlaceOffered.v1: $.venue was removed" in refused.stderr
    assert json.loads(path.read_text()) == released


def test_the_command_says_what_is_not_current(tmp_path):
    stale = subprocess.run(
        [sys.executable, "-m", "nextstep_contracts", "check", "--root", tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert stale.returncode == 1
    assert "docs/events.md" in stale.stderr
