"""The table: for each route, who may use it and about which things."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from nextstep_local.places import ROOT
from nextstep_web.csrf import SAFE_METHODS

SHARED: Final = ROOT / "shared/web/tests/authorization.yaml"
"""What is the same in every service."""
NOBODY: Final = "nobody"
EVERYBODY: Final = "everybody"
FIRST_REFUSAL: Final = 400
NOT_FOR_THEM: Final = (401, 403)
"""What is refused to somebody whatever they ask about, so that it tells nothing."""
NOT_THERE: Final = ("unknown", "other cohort")
"""Things that are answered like none at all, to whoever may look for them."""


class TableError(Exception):
    """The table does not say what it must. The message names the file and the row."""


class Row(BaseModel):
    """What one route answers. A status stands for all things of the row that there are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    """What it is for, in words."""
    may: Mapping[str, int | Mapping[str, int]] = {}
    """The status by who asks, or by that and by which thing it is about."""
    thing: str = ""
    """The kind of thing that its address or its form names."""
    seen_by: Sequence[str] = ()
    """Who may see the thing elsewhere, but not do this: to them, too, a hidden one is not there."""
    refused: int | Mapping[str, int] | None = None
    """The status for everybody else; where it is not given, sign-in for nobody, and 403."""
    query: Mapping[str, str] = {}
    send: Mapping[str, str | Sequence[str]] = {}
    """The form. `{name}` is filled in from the thing's ids and the world's values."""
    files: Mapping[str, tuple[str, str]] = {}
    """Files of the form: name and content."""
    body: str = ""
    """What is sent to a machine, which takes no form; a name of the world's values."""
    shows: tuple[str, ...] = ()
    """Further fields of the form, which are left empty here."""
    head_apart: str = ""
    """Why HEAD is not answered like GET."""
    again: str = ""
    """Why a second press does something, too: two notes are two."""
    effect: str = ""
    """What looking at it changes all the same, and why that is right."""


class Kind(BaseModel):
    """One kind of person who asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    like: str = ""
    """Whose answers they get where a row does not name them."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: Mapping[str, Kind] = {}
    hidden_from: Mapping[str, Sequence[str]] = {}
    head: str = ""
    routes: Mapping[str, Row] = Field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A method on a path, as the application declares it."""

    method: str
    path: str

    @property
    def safe(self) -> bool:
        """Whether it must change nothing."""
        return self.method in SAFE_METHODS

    def __str__(self) -> str:
        """As the table writes it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Asked:
    """A row with its route."""

    route: Route
    row: Row
    people: Mapping[str, Kind]
    hidden_from: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        """The route: it names the test."""
        return str(self.route)

    @property
    def for_machines(self) -> bool:
        """Whether it takes no form, and so no form's token."""
        return bool(self.row.body)

    @property
    def public(self) -> bool:
        """Whether everybody is answered alike."""
        return set(self.row.may) == {EVERYBODY}

    def said(self, who: str) -> int | Mapping[str, int] | None:
        """What the row says about them, about those whom they are like, or about everybody."""
        names = (who, self.people[who].like, EVERYBODY)
        return next((self.row.may[name] for name in names if name in self.row.may), None)

    def may(self, who: str) -> bool:
        """Whether the row names them."""
        return self.said(who) is not None

    def hides(self, who: str, case: str) -> bool:
        """Whether they must not know that there is such a thing."""
        return not {who, self.people[who].like}.isdisjoint(self.hidden_from.get(case, ()))

    def status(self, who: str, case: str) -> int:
        """What `who` is answered about this thing."""
        said = self.said(who)
        if self.hides(who, case):
            case = "unknown"
        absent = case in NOT_THERE
        if said is None:
            said = self.row.refused
        if said is None:
            return self._refusal(who, absent=absent)
        if isinstance(said, int):
            return 404 if absent and said not in NOT_FOR_THEM else said
        if case in said:
            return said[case]
        if absent:
            return 404
        raise TableError(f"{self}: say what {who} is answered about {self.row.thing}: {case}.")

    def _refusal(self, who: str, *, absent: bool) -> int:
        like = self.people[who].like
        if NOBODY in (who, like):
            return 303
        return 404 if absent and {who, like} & {*self.row.seen_by} else 403


@dataclass(frozen=True)
class Table:
    """All rows of a service, its own and the shared ones."""

    service: str
    people: Mapping[str, Kind]
    rows: Mapping[Route, Row]
    own: frozenset[Route]
    """Those that its own file names."""
    head_as_get: bool
    """Whether HEAD is answered as GET is; else it is offered nowhere."""
    hidden_from: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Things that exist, and who must not know it, by the name of the case."""

    def __iter__(self) -> Iterator[Asked]:
        """The rows in the order of the files."""
        return (
            Asked(route, row, self.people, self.hidden_from) for route, row in self.rows.items()
        )

    @cached_property
    def offered(self) -> dict[str, frozenset[str]]:
        """The methods of each path."""
        found: dict[str, set[str]] = {}
        for route in self.rows:
            found.setdefault(route.path, set()).add(route.method)
        return {path: frozenset(methods) for path, methods in found.items()}


def table_path(service: str) -> Path:
    """Where a service's own table is."""
    return ROOT / "services" / service / "tests" / "authorization.yaml"


def table_of(service: str) -> Table:
    """The table of a service: its own rows, and the shared ones that it does not restate.

    Raises:
        TableError: a file cannot be read as a table.

    """
    shared, own = _read(SHARED, service), _read(table_path(service), service)
    ours = {_route(name): row for name, row in own.routes.items()}
    theirs = {_route(name): row for name, row in shared.routes.items()}
    people = {**shared.people, **own.people}
    rows = {**ours, **{route: row for route, row in theirs.items() if route not in ours}}
    for route, row in rows.items():
        if strangers := set(row.may) - set(people) - {EVERYBODY}:
            raise TableError(f"{route}: {', '.join(strangers)} is not among the people.")
    return Table(service, people, rows, frozenset(ours), shared.head == "as GET", own.hidden_from)


def _read(path: Path, service: str) -> _File:
    text = path.read_text("utf-8").replace("{service}", service)
    try:
        return _File.model_validate(YAML(typ="safe").load(text))
    except (YAMLError, ValidationError) as error:
        raise TableError(f"{path.relative_to(ROOT)}: {error}") from error


def _route(name: str) -> Route:
    method, _, path = name.partition(" ")
    return Route(method, path)


def where(table: Table, route: Route) -> str:
    """The file in which a row is or belongs."""
    path = table_path(table.service) if route in table.own else SHARED
    return str(path.relative_to(ROOT))


def forgotten(table: Table, served: Sequence[Route]) -> list[str]:
    """What to do about routes without a row, rows without a route, and routes that hide others."""
    home = table_path(table.service).relative_to(ROOT)
    add = [
        f"{route} is served, and no row says who may use it. Add to {home}:\n"
        f"  {route}:\n    about: …\n    may: {{office: {200 if route.safe else 303}}}"
        for route in served
        if route not in table.rows
    ]
    gone = [
        f"{route} is in {where(table, route)}, and the application does not serve it. "
        "Take the row out, or write its path as the route does."
        for route in table.rows
        if route not in served
    ]
    twice = [
        f"{route} is served by two routes, of which the second is never reached. Rename one."
        for route, number in Counter(served).items()
        if number > 1
    ]
    return add + gone + twice
