"""Operations are told of what the broker has lost, above all of a binding that nobody misses."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from nextstep_local.rabbitmq import Node

from .conftest import PASSWORDS, SCRIPT, definitions, in_a_vhost

COMPARE = SCRIPT.with_name("compare.py")
WANTED: dict[str, Any] = definitions.definitions(PASSWORDS)
KEY = "applications.PlaceAccepted.*"


def _differences(there: dict[str, Any]) -> list[str]:
    spec = importlib.util.spec_from_file_location("compare_definitions", COMPARE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.differences(WANTED, there)
    return found


def test_nothing_is_said_of_a_broker_that_has_everything_and_more():
    more = {**WANTED, "queues": [*WANTED["queues"], {"vhost": "/", "name": "old.queue"}]}
    assert _differences(more) == []


@pytest.mark.parametrize("kind", ["exchanges", "queues", "bindings", "policies", "permissions"])
def test_each_thing_that_is_missing_is_said_once(kind: str):
    for one in WANTED[kind]:
        (said,) = _differences({**WANTED, kind: [it for it in WANTED[kind] if it is not one]})
        name = one.get("name") or one.get("user") or one["destination"]
        assert said.startswith("missing: ")
        assert name in said


def test_a_permission_that_somebody_widened_is_said():
    first, *rest = WANTED["permissions"]
    (said,) = _differences({**WANTED, "permissions": [{**first, "configure": ".*"}, *rest]})
    assert said == (
        f"otherwise: permissions of {first['user']}: configure is '.*' and should be '^$'"
    )


@pytest.mark.stack
@pytest.mark.node
def test_one_of_three_bindings_that_is_lost_is_named_on_a_real_broker(
    broker_node: Node, tmp_path: Path
):
    broker = in_a_vhost(broker_node)
    broker.load()
    file = tmp_path / "definitions.json"
    file.write_text(json.dumps(definitions.definitions(PASSWORDS, broker.vhost)))
    whole = f"{broker_node.api_url}/definitions"

    def compared() -> tuple[int, str]:
        # the same document as `rabbitmqctl export_definitions -`
        there = httpx.get(whole, timeout=30).text
        done = subprocess.run(
            [sys.executable, str(COMPARE), str(file)], input=there, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    # the tests' delays are other than the usual ones, and so are the queues that wait for them
    assert [line for line in compared()[1].splitlines() if "PlaceAccepted" in line] == []
    at = f"{broker_node.api_url}/bindings/{broker.vhost}/e/nextstep.events/q/awards.PlaceAccepted"
    (bound,) = httpx.get(at, timeout=10).json()
    httpx.delete(f"{at}/{bound['properties_key']}", timeout=10).raise_for_status()
    code, said = compared()
    lost = f"the binding of awards.PlaceAccepted to nextstep.events by {KEY!r}"
    told = [line for line in said.splitlines() if "PlaceAccepted" in line]
    assert (code, told) == (1, [f"missing: {lost}: awards does not hear it"])
    broker.load()
    assert "PlaceAccepted" not in compared()[1]
