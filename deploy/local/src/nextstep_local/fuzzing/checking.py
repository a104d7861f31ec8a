"""Sending what was drawn, as everybody, and holding the answers against the description."""

import itertools
import os
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import httpx
import requests
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nextstep_local.authorization.asking import PUBLIC
from nextstep_local.authorization.strange import FUZZ
from nextstep_local.authorization.table import NOBODY, Asked, Table
from nextstep_local.authorization.world import Person, World
from nextstep_local.fuzzing.description import Description
from nextstep_local.fuzzing.drawing import covering, drawn

FEW: Final = 3
"""Requests of one route by each who may use it; by everybody else one."""
MANY: Final = 25
"""How much more is drawn where `NEXTSTEP_FUZZ` is set."""
ACCEPTED: Final = ("text/html", "application/json")
CHECKS: Final[list[CheckFunction]] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


async def check_drawn_requests(
    world: World, table: Table, asked: Asked, description: Description
) -> list[int]:
    """Fail where an answer is a failure of ours, or is not as the description says.

    Returns the statuses. What a request has changed is put back after it.
    """
    statuses = []
    async with world.asking() as (client, before):
        for number, (name, case) in enumerate(_asked_by(table, asked, description)):
            said = f"{asked} as {name}, sent {case!r:.2000},"
            try:
                case.headers["Accept"] = ACCEPTED[number % len(ACCEPTED)]
                answer = await _send(world, client, world.people[name], case)
            except Exception as error:
                error.add_note(f"{said} is answered by no answer")
                raise
            assert _deliberate(asked, answer.status_code), (
                f"{said} is answered {answer.status_code}"
            )
            case.validate_response(answer, checks=CHECKS)
            statuses.append(answer.status_code)
            world.restore(before)
    return statuses


def _asked_by(
    table: Table, asked: Asked, description: Description
) -> Iterator[tuple[str, Case[Any]]]:
    """Who sends what: all that is drawn once, and what a machine may get wrong."""
    described, every = description[asked.route], bool(os.environ.get(FUZZ))
    few = FEW * MANY if every else FEW
    people = PUBLIC if asked.public else tuple(table.people)
    allowed = [name for name in people if asked.may(name) for _ in range(few)]
    cases = drawn(described, len(allowed) or few, said=str(asked))
    # who is refused is refused whatever is sent: they send the same once more
    who = [*allowed, *(name for name in people if not asked.may(name))]
    yield from zip(who, itertools.cycle(cases), strict=False)
    if every or asked.for_machines:
        also = {NOBODY, *filter(asked.may, people)}
        for case in covering(described):
            yield from ((name, case) for name in people if name in also)


def _deliberate(asked: Asked, status: int) -> bool:
    """Whether it is no failure, or one that the row names: "not ready" is an answer."""
    said = asked.row.may.values()
    return status < HTTPStatus.INTERNAL_SERVER_ERROR or status in said


async def _send(
    world: World, client: httpx.AsyncClient, who: Person, case: Case[Any]
) -> httpx.Response:
    world.app.state.limiters.clear()
    prepared = requests.Request(**case.as_transport_kwargs(base_url=str(client.base_url))).prepare()
    body: Any = prepared.body or b""  # never one that is read piece by piece
    content: bytes = body.encode() if isinstance(body, str) else body
    headers: Mapping[str, str] = {
        **(who.vouch(content) if who.vouch else {}),
        **{str(name).lower(): str(value) for name, value in prepared.headers.items()},
        **who.headers,
        "cookie": who.cookie,
    }
    return await client.request(
        str(prepared.method), str(prepared.url), content=content, headers=headers
    )
