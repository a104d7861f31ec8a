"""What can be asked of an application: its routes, read from it, with their parameters filled."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from nextstep_local.two_worlds.worlds import FurtherValues

UNKNOWN: Final = "nobody-knows-this-id"
_PARAMETER: Final = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True)
class Route:
    """A route that answers GET."""

    path: str
    """Its pattern, for example "/awards/project/{key}"."""
    matches: re.Pattern[str]
    declared: frozenset[str]
    """The query parameters that it declares."""

    @property
    def parameters(self) -> list[str]:
        """The names in its path, in their order."""
        return _PARAMETER.findall(self.path)


def get_routes(app: Any) -> list[Route]:
    """The routes of `app` that answer GET, in the order in which they are tried.

    Mounted folders (style sheets, scripts) are the same files for everybody and are not among
    them.
    """
    found = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.route, Mount) or "GET" not in (context.methods or ()):
            continue
        declared = frozenset(_query_names(getattr(context, "dependant", None)))
        found.append(Route(str(context.path), context.path_regex, declared))
    return found


def _query_names(dependant: Any) -> Iterator[str]:
    if dependant is not None:
        yield from (parameter.alias for parameter in dependant.query_params)
        for one in dependant.dependencies:
            yield from _query_names(one)


def route_at(routes: Sequence[Route], address: str) -> Route | None:
    """The route that answers an address."""
    path = address.partition("?")[0]
    return next((route for route in routes if route.matches.match(path)), None)


def addresses(route: Route, asked: FurtherValues) -> Iterator[str]:
    """The addresses of a route: each id known, one unknown, and each query string listed."""
    choices = [
        [*asked.values.get(f"{route.path} {name}", asked.values.get(name, ())), UNKNOWN]
        for name in route.parameters
    ]
    for values in itertools.product(*choices):
        path = _PARAMETER.sub("{}", route.path).format(*values)
        yield path
        yield from (f"{path}?{query}" for query in asked.queries.get(route.path, ()))
