"""The tables as one page for people: `docs/authorization.md`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from nextstep_contracts.catalogue import SERVICES
from nextstep_local.authorization.table import (
    FIRST_REFUSAL,
    NOBODY,
    NOT_THERE,
    Asked,
    Table,
    table_of,
)
from nextstep_local.places import ROOT

PAGE: Final = ROOT / "docs" / "authorization.md"
INTRODUCTION: Final = """\
# Who may do what

Generated from the tables in the tests by `make docs`; the tests hold every line of it against the \
running applications ([how](testing.md#who-may-do-what)). A route that no table names fails the \
build, and so does a line without a route.

| in a cell | means |
|---|---|
| (empty) | refused: who is not signed in is led to sign-in, everybody else gets 403 |
| yes | answered, as far as the rules of the programme allow it at the time |
| as none | answered, word for word, as if there were no such thing |
| no | refused with the reason |

Three things hold everywhere and are not repeated: what is unknown, or of another cohort, is \
answered like what does not exist; a form without its token, or with that of another session, is \
refused to everybody; a method that is not named is answered 405. Pages under `/me` show what is \
the person's own, whatever they ask for.
"""
WORDS: Final = {401: "no", 403: "no", 404: "as none"}


def document() -> str:
    """The whole page."""
    tables = [table_of(service) for service in SERVICES]
    return "\n".join((INTRODUCTION, *_people(tables), *_shared(tables), *map(_service, tables)))


def _people(tables: Iterable[Table]) -> Iterator[str]:
    about = {name: kind.about for table in tables for name, kind in table.people.items()}
    lines = "\n".join(f"| {_name(name)} | {text} |" for name, text in about.items())
    yield f"## Who asks\n\n| name | who that is |\n|---|---|\n{lines}\n"


def _shared(tables: list[Table]) -> Iterator[str]:
    """The shared rows, each from a service that does not restate it."""
    found = {
        str(asked).replace(f"/{table.service}/", "/{service}/"): asked
        for table in tables
        for asked in table
        if asked.route not in table.own
    }
    people = [name for name in tables[0].people if all(name in one.people for one in tables)]
    yield f"## In every service\n\n{_rows(found, people)}"


def _service(table: Table) -> str:
    rows = {str(asked): asked for asked in table if asked.route in table.own}
    hidden = "".join(
        f"What is *{case}* is as none, in every line, to: {', '.join(map(_name, who))}.\n\n"
        for case, who in table.hidden_from.items()
    )
    return f"## {table.service.capitalize()}\n\n{hidden}{_rows(rows, table.people)}"


def _rows(rows: Mapping[str, Asked], people: Iterable[str]) -> str:
    names = list(people)
    head = "| | what for | " + " | ".join(map(_name, names)) + " |"
    line = "|" + "---|" * (len(names) + 2)
    body = [
        f"| `{route}` | {_about(asked)} | {' | '.join(_cell(asked, name) for name in names)} |"
        for route, asked in rows.items()
    ]
    return "\n".join((head, line, *body, ""))


def _about(asked: Asked) -> str:
    return f"{asked.row.about}. {asked.row.effect}" if asked.row.effect else asked.row.about


def _cell(asked: Asked, name: str) -> str:
    """What somebody is answered: in one word where that is so for all things of the row."""
    said = asked.said(name)
    if said is None:
        return ""
    if isinstance(said, int):
        return _word(said)
    unknown = said.get("unknown", 404)
    words = {
        case: WORDS[404] if status == unknown >= FIRST_REFUSAL else _word(status)
        for case, status in said.items()
        if case not in NOT_THERE
    }
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "<br>".join(f"{case}: {word}" for case, word in words.items())


def _word(status: int) -> str:
    return WORDS.get(status, "yes")


def _name(name: str) -> str:
    return "nobody" if name == NOBODY else name.replace("_", " ")
