"""The routes that an application serves, read from the application itself."""

import re
from collections.abc import Iterator, Sequence

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from nextstep_local.authorization.table import Route

IMPLIED = frozenset({"HEAD", "OPTIONS"})
"""Methods that follow from others."""


def routes_of(app: FastAPI) -> list[Route]:
    """Every method on every path, in the order in which they are tried.

    Raises:
        TypeError: a kind of route that this does not know how to read, and so would overlook.

    """
    return list(_below("", app.routes))


def _below(prefix: str, routes: Sequence[BaseRoute]) -> Iterator[Route]:
    for one in iter_route_contexts(routes):
        mounted = one.original_route
        if isinstance(mounted, Mount) and mounted.routes:
            yield from _below(prefix + mounted.path, mounted.routes)
        elif isinstance(mounted, Mount):
            yield Route("GET", f"{prefix}{mounted.path}/{{path}}")
        elif one.methods and (path := one.path_format or one.path):
            yield from (Route(m, prefix + path) for m in sorted(one.methods - IMPLIED))
        else:
            raise TypeError(f"The authorisation matrix cannot read {mounted!r}: teach it how.")


def in_path(path: str) -> re.Pattern[str]:
    """What matches the addresses of a route; its groups are the parts that vary, by their names."""
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.sub(r"[.+]", r"\\\g<0>", path)))
