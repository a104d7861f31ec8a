"""Asking one route with values that no page sends: whatever they are, nothing breaks."""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

import httpx
from fastapi.routing import APIRoute, iter_route_contexts

from nextstep_local.authorization.routes import in_path
from nextstep_local.authorization.table import NOBODY, Asked, Table
from nextstep_local.authorization.world import Person, World

FUZZ: Final = "NEXTSTEP_FUZZ"
"""Set, every name is tried with every value as everybody (minutes); else with a few of them."""
STRANGE: Final = (
    "\N{SUPERSCRIPT TWO}",
    "\N{FULLWIDTH DIGIT NINE}",
    "5" * 5000,
    "9" * 19,
    "-1",
    "0",
    "1e400",
    "NaN",
    "",
    " ",
    "\x00",
    "\t\n",
    "\N{TOOTH}" * 500,
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "x" * 5000,
    "[]",
    '{"$gt": ""}',
    "$where",
    "a.b",
    "__proto__",
    "../../etc/passwd",
    "//example.org",
    "'\"><script>",
    "%s%n{0}",
    "2024-02-30",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59+14:00",
    "24:61",
    "None",
)
USUAL_QUERY: Final = (
    "q",
    "page",
    "per_page",
    "sort",
    "format",
    "state",
    "since",
    "next",
    "session",
)
USUAL_FIELDS: Final = ("seen", "version", "reason", "next")
BROKEN: Final = (500, 501, 502)
FEW: Final = 2
"""Requests for one name where not everything is tried."""


async def check_strange_values(world: World, table: Table, asked: Asked) -> None:
    """Fail where anything that is sent is answered with a failure of ours."""
    every = bool(os.environ.get(FUZZ))
    chance = random.Random(str(asked))  # noqa: S311 - the same each time
    people = [name for name in table.people if asked.may(name)] or [NOBODY]
    async with world.asking() as (client, before):
        for name, place in _names(world, asked):
            values = STRANGE if every else chance.sample(STRANGE, FEW)
            for value in values:
                for who in people if every else chance.sample(people, 1):
                    world.app.state.limiters.clear()
                    answer = await _ask(world, client, asked, world.people[who], {name: value})
                    assert answer.status_code not in BROKEN, (
                        f"{asked} as {who} with {place} {name}={value[:40]!r} is answered "
                        f"{answer.status_code}"
                    )
        if not asked.route.safe:
            world.restore(before)


def _names(world: World, asked: Asked) -> Iterator[tuple[str, str]]:
    """Everything that a request of this route can give, and where."""
    for name in in_path(asked.route.path).groupindex:
        yield name, "the path's"
    for name in {**asked.row.query, **dict.fromkeys((*USUAL_QUERY, *_declared(world, asked)))}:
        yield name, "the query's"
    if not asked.route.safe:
        for name in {**asked.row.send, **dict.fromkeys((*asked.row.shows, *USUAL_FIELDS))}:
            yield name, "the form's"


def _in_path(asked: Asked) -> list[str]:
    return [part.split("}")[0] for part in asked.route.path.split("{")[1:]]


def _declared(world: World, asked: Asked) -> list[str]:
    """The query parameters that the route declares."""
    return [
        field.alias
        for one in iter_route_contexts(world.app.routes)
        if isinstance(route := one.original_route, APIRoute)
        and (one.path_format or one.path) == asked.route.path
        for field in route.dependant.query_params
    ]


async def _ask(
    world: World, client: httpx.AsyncClient, asked: Asked, who: Person, strange: Mapping[str, str]
) -> httpx.Response:
    """The request of a row about its first thing, with some of what it gives replaced."""
    thing = next(iter(world.cases(asked.row.thing).values()))
    ids = {**world.values, **thing.ids}
    inside = {name: ids.get(name, "x") for name in in_path(asked.route.path).groupindex}
    path = asked.route.path.format(
        **{name: quote(strange.get(name, one), safe="") for name, one in inside.items()}
    )
    given = {name: one for name, one in strange.items() if name not in inside}
    form = {
        name: one.format(**ids) if isinstance(one, str) else [each.format(**ids) for each in one]
        for name, one in asked.row.send.items()
    }
    headers = {"accept": "text/html", **who.headers, "cookie": who.cookie}
    if asked.row.body:
        body = "".join(given.values()).encode() or world.values[asked.row.body].encode()
        headers |= {"content-type": "application/json"} | dict(who.vouch(body) if who.vouch else {})
        return await client.request(asked.route.method, path, content=body, headers=headers)
    if asked.route.safe:
        return await client.request(asked.route.method, path, params=given, headers=headers)
    return await client.request(
        asked.route.method, path, params=given, data={**form, **given}, headers=headers
    )
