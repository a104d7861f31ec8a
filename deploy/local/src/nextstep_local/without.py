"""`--without PART`: a run of the tests that need no broker, browser or virus scanner.

For machines that lack one and may not install it. What a run left out stands at its end.
"""

import os

import pytest

from nextstep_local import containers

NEEDS = {"rabbitmq": "stack", "chromium": "browser", "clamd": "scanner"}
"""What may be left out, and the marker of the tests that need it."""
FIXTURES = {"backing": "stack", "browser": "browser", "clamd": "scanner"}
"""Who asks for one of these, through whatever other fixture, needs what its marker says."""


def add_option(parser: pytest.Parser) -> None:
    """Take `--without`, once for each part."""
    parser.addoption(
        "--without",
        action="append",
        choices=NEEDS,
        default=[],
        help="leave out the tests that need this; may be given again",
    )


def mark(item: pytest.Item) -> None:
    """Mark a test by the fixtures that it asks for."""
    for fixture in FIXTURES.keys() & set(getattr(item, "fixturenames", ())):
        item.add_marker(FIXTURES[fixture])


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Take the tests out of `items` that cannot run; what was left out and why, in sentences."""
    said = []
    for part in config.getoption("without"):
        marker = _marker(part)
        left = [item for item in items if item.get_closest_marker(marker)]
        if left:
            items[:] = [item for item in items if not item.get_closest_marker(marker)]
            config.hook.pytest_deselected(items=left)
            said.append(f"left out what needs {part} (--without={part}): {len(left)} of the tests")
    return said


def given(what: str) -> str | None:
    """The address of a server that runs elsewhere: of `AMQP`, `MONGO` or `RABBITMQ_API`."""
    return os.environ.get(f"NEXTSTEP_{what}_URL") or None


def _marker(part: str) -> str:
    """Where a broker comes from elsewhere, only tests that start one of their own cannot run."""
    elsewhere = part == "rabbitmq" and (given("AMQP") or containers.engine_answers())
    return "node" if elsewhere else NEEDS[part]
