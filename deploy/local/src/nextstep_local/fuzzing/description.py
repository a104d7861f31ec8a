"""An application's own description, and what its pages and its matrix know of requests beside."""

import copy
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import schemathesis
from schemathesis.schemas import APIOperation, BaseSchema

from nextstep_local.authorization.asking import ask, files_of, filled
from nextstep_local.authorization.routes import in_path, routes_of
from nextstep_local.authorization.table import Asked, Route, Table
from nextstep_local.authorization.world import Thing, World
from nextstep_local.fuzzing.shown import Shown, Value, merged, shown_on

URLENCODED: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
_KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "datetime-local": {"type": "string", "format": "date-time"},
    "number": {"type": "integer"},
    "email": {"type": "string", "format": "email"},
    "file": {"type": "string", "format": "binary"},
}
"""What a browser lets somebody type into each kind of field."""
_TEXT: Final = {"type": "string"}


@dataclass(frozen=True)
class Example:
    """A request that is answered in earnest: what is sent about a thing that there is."""

    path: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    """One route: how schemathesis draws it, and what is known of it beside."""

    operation: APIOperation[Any, Any, Any, Any]
    examples: list[Example]
    choices: Mapping[str, list[Value]]
    """By the names of form fields."""
    query: Mapping[str, list[str]]
    media_type: str | None

    @property
    def may_be_wrong(self) -> bool:
        """Whether anything could be sent that the description does not allow."""
        kinds = (one.definition["schema"].get("type") for one in self.operation.iter_parameters())
        return self.media_type == JSON or any(kind != "string" for kind in kinds)


Description = Mapping[Route, Described]
"""All routes of an application."""
Seen = dict[Route, list[tuple[Mapping[str, str], Shown]]]
"""What pages show of each route, with the parts of its path."""


async def describe(world: World, table: Table) -> Description:
    """Read the description of the application, and look at its pages for what it leaves out."""
    shown = await _look_around(world, table)
    document = copy.deepcopy(world.app.openapi())
    parts = {}
    for asked in table:
        seen = merged(one for _, one in shown.get(asked.route, []))
        for thing in world.cases(asked.row.thing).values():
            seen.ask(filled(asked.row.query, {**world.values, **thing.ids}).items())
        examples = _examples(world, asked, shown.get(asked.route, []))
        parts[asked.route] = (examples, seen, _complete(document, asked, examples, seen))
    schema: BaseSchema = schemathesis.openapi.from_dict(document)
    return {
        route: Described(
            schema[route.path][route.method], examples, seen.choices, seen.query, media_type
        )
        for route, (examples, seen, media_type) in parts.items()
    }


async def _look_around(world: World, table: Table) -> Seen:
    """Look at every page, about every thing, as everybody who may; nothing is changed by it."""
    found: Seen = {}
    served = [(route, in_path(route.path)) for route in routes_of(world.app)]
    pages = [one for one in table if one.route.method == "GET" and not one.public]
    async with world.asking() as (client, before):
        for asked, name in itertools.product(pages, table.people):
            for thing in world.cases(asked.row.thing).values() if asked.may(name) else ():
                answer = await ask(world, client, asked, world.people[name], thing)
                if "text/html" in answer.headers.get("content-type", ""):
                    _note(found, served, answer)
        world.restore(before)
    return found


def _note(found: Seen, served: list[tuple[Route, re.Pattern[str]]], answer: httpx.Response) -> None:
    """Note what a page shows, by the routes that it leads to."""
    for method, path, shown in shown_on(answer.request.url.path, answer.text):
        for route, pattern in served:
            if route.method == method and (match := pattern.fullmatch(path)):
                known = found.setdefault(route, [])
                if (match.groupdict(), shown) not in known:
                    known.append((match.groupdict(), shown))
                break


def _examples(
    world: World, asked: Asked, shown: list[tuple[Mapping[str, str], Shown]]
) -> list[Example]:
    """The request of the row about each thing, and each form as a page shows it."""
    found = [_example(world, asked, thing) for thing in world.cases(asked.row.thing).values()]
    found += [Example(path, form) for path, one in shown for form in one.forms]
    return found


def _example(world: World, asked: Asked, thing: Thing) -> Example:
    ids = {**world.values, **thing.ids}
    path = {name: ids.get(name, "x") for name in in_path(asked.route.path).groupindex}
    if asked.row.body:
        body = json.loads(world.values[asked.row.body])
        return Example(path, body if isinstance(body, dict) else {})
    files = files_of(asked.row.files, ids) or {}
    return Example(
        path, {**filled(asked.row.send, ids), **{name: data for name, (_, data) in files.items()}}
    )


def _complete(
    document: dict[str, Any], asked: Asked, examples: list[Example], seen: Shown
) -> str | None:
    """Add to the document what is known of a route; the type of its body, if it has one."""
    route, row = asked.route, asked.row
    operation = (
        document["paths"]
        .setdefault(route.path, {})
        .setdefault(
            route.method.lower(), {"responses": {"default": {"description": "Not described"}}}
        )
    )
    parameters = operation.setdefault("parameters", [])
    declared = {(one["in"], one["name"]) for one in parameters}
    further = [("path", name) for name in in_path(route.path).groupindex]
    further += [("query", name) for name in [*row.query, *seen.query]]
    parameters += [
        {"in": place, "name": name, "required": place == "path", "schema": _TEXT}
        for place, name in dict.fromkeys(further)
        if (place, name) not in declared
    ]
    if route.safe:
        return None
    names = dict.fromkeys(name for one in examples for name in one.body)
    names |= dict.fromkeys([*row.shows, *seen.kinds])
    properties = {name: _kind(name, examples, seen) for name in names}
    media_type = _media_type(asked, seen)
    operation["requestBody"] = {
        "content": {media_type: {"schema": {"type": "object", "properties": properties}}},
        "required": True,
    }
    return media_type


def _media_type(asked: Asked, seen: Shown) -> str:
    if asked.row.body:
        return JSON
    return MULTIPART if asked.row.files or "file" in seen.kinds.values() else URLENCODED


def _kind(name: str, examples: list[Example], seen: Shown) -> Mapping[str, Any]:
    """What may be sent under a name: by the values that are known, or the kind of its field."""
    values = [one.body[name] for one in examples if name in one.body]
    if any(isinstance(one, bytes) for one in values):
        return _KINDS["file"]
    if any(isinstance(one, list) for one in values):
        return {"type": "array", "items": _TEXT}
    if any(not isinstance(one, str) for one in values):
        return {}
    return _KINDS.get(seen.kinds.get(name, ""), _TEXT)
