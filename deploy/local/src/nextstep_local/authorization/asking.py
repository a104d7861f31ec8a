"""Asking one route as everybody, about every thing, and holding the answers against its row."""

import html
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote

import httpx

from nextstep_local.authorization.routes import in_path
from nextstep_local.authorization.table import FIRST_REFUSAL, NOBODY, NOT_THERE, Asked, Table
from nextstep_local.authorization.world import (
    RANDOM,
    Person,
    Stored,
    Thing,
    World,
    changed,
    same_but_random,
)

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"})
MOST_QUOTED = 3
"""How often an id is quoted where an address is a parameter of another."""
PUBLIC: Final = (NOBODY, "office", "fellow")
"""Who asks for what everybody may see: it is the same to all, and they are many."""
INTRUDING = "intruded"


async def ask(
    world: World,
    client: httpx.AsyncClient,
    asked: Asked,
    who: Person,
    thing: Thing,
    *,
    extra: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Send the request of a row as somebody, about a thing; `extra` are further form fields."""
    ids = {**world.values, **thing.ids}
    row = asked.row
    world.app.state.limiters.clear()  # how often somebody asks is not asked here
    headers = {"accept": "application/json" if asked.for_machines else "text/html", **who.headers}
    content: dict[str, Any] = {}
    if row.body:
        body = world.values[row.body].encode()
        content = {"content": body}
        headers |= {"content-type": "application/json"} | dict(who.vouch(body) if who.vouch else {})
    elif not asked.route.safe:
        content = {
            "data": {**filled(row.send, ids), **(extra or {})},
            "files": files_of(row.files, ids),
        }
    return await client.request(
        asked.route.method,
        _path(asked.route.path, ids),
        params=filled(row.query, ids) or None,
        headers={**headers, "cookie": who.cookie},
        **content,
    )


def _path(path: str, ids: Mapping[str, str]) -> str:
    return path.format(**{name: quote(one, safe="/") for name, one in ids.items()})


def filled(form: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """A form with the ids and values that it names."""
    return {
        name.format(**ids): one.format(**ids)
        if isinstance(one, str)
        else [each.format(**ids) for each in one]
        for name, one in form.items()
    }


def files_of(files: Mapping[str, tuple[str, str]], ids: Mapping[str, str]) -> dict[str, Any] | None:
    """The files of a form by field, each with its name; None if there are none."""
    found = {field: (name, data.format(**ids).encode()) for field, (name, data) in files.items()}
    return found or None


async def check_answers(world: World, table: Table, asked: Asked) -> None:
    """Fail where anybody is answered otherwise than the row says, or shown what they must not see.

    Refusals change nothing and show nothing of the thing; what one may not know of is answered
    like what does not exist; after each act that was allowed, the world is put back.
    """
    who = PUBLIC if asked.public and asked.route.safe else table.people
    async with world.asking() as (client, before):
        for name in who:
            if not asked.may(name):
                await _answers_to(world, client, asked, name)
        _unchanged(world, before, f"A refusal by {asked}")
        for name in filter(asked.may, who):
            await _answers_to(world, client, asked, name, before)
    if not asked.row.effect:
        _unchanged(world, before, f"Looking at {asked}")


async def _answers_to(
    world: World, client: httpx.AsyncClient, asked: Asked, name: str, before: Stored | None = None
) -> None:
    """Ask as one person about every thing; with `before`, what that changes is put back."""
    told: dict[str, str] = {}
    for case, thing in world.cases(asked.row.thing).items():
        answer = await ask(world, client, asked, world.people[name], thing)
        expected = asked.status(name, case)
        said = f"{asked} as {name} about {case or 'nothing in particular'}"
        assert answer.status_code == expected, (
            f"{said} is answered {answer.status_code}; the table says {expected}. {_words(answer)}"
        )
        refused = before is None or expected >= FIRST_REFUSAL
        _shows_nothing_hidden(said, answer, world.people[name], thing, refused=refused)
        if refused:
            told[case] = _without(answer, thing.ids.values())
        if before is not None and not asked.route.safe:
            if refused:
                _unchanged(world, before, f"{said}, answered {expected},")
            world.restore(before)
    _hidden_reads_like_unknown(asked, name, told)


def _shows_nothing_hidden(
    said: str, answer: httpx.Response, who: Person, thing: Thing, *, refused: bool
) -> None:
    """Nothing of a thing in a refusal, and nothing in any answer that they must never see."""
    text = html.unescape(f"{answer.headers} {answer.text}")
    shown = [one for one in (*who.never, *(thing.texts if refused else ())) if one in text]
    assert not shown, f"{said} is answered {answer.status_code} and shows {', '.join(shown)}."


def _unchanged(world: World, before: Stored, what: str) -> None:
    found = changed(before, world.stored())
    assert not found, f"{what} changes {found}."


def _hidden_reads_like_unknown(asked: Asked, name: str, told: Mapping[str, str]) -> None:
    """What somebody may not know of is answered, word for word, like what does not exist."""
    unknown = told.get("unknown", "")
    for case, text in told.items():
        if unknown and (case in NOT_THERE or asked.hides(name, case)):
            assert text == unknown, (
                f"{asked} tells {name} {case} from unknown:\n{text}\nis not\n{unknown}"
            )


def _without(answer: httpx.Response, ids: Iterable[str]) -> str:
    """An answer without the ids that were asked about and what differs between any two requests."""
    text = f"{answer.status_code} {answer.headers.get('location', '')} {answer.text}"
    for _ in range(MOST_QUOTED):
        text = unquote(text)
    for one in sorted(ids, key=len, reverse=True):
        text = re.sub(_word_for_word(one), "#", text)
    return RANDOM.sub("#", text)


def _word_for_word(text: str) -> str:
    """A pattern that finds a text, and not where it is a part of something longer."""
    return rf"(?<![\w-]){re.escape(text)}(?![\w-])"


def _words(answer: httpx.Response) -> str:
    """What an answer says to its reader."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    text = re.sub(r"<[^>]+>|\s+", " ", main[0] if main else answer.text)
    return f"It says: {' '.join(text.split())[:400]} {answer.headers.get('location', '')}"


async def check_token(world: World, table: Table, asked: Asked) -> None:
    """Fail where a form is accepted without its token, or with that of another session.

    Sent by everybody who may, and by the first of the others.
    """
    thing = next(iter(world.cases(asked.row.thing).values()))
    people = [name for name in table.people if world.people[name].vouch is None]
    allowed = [name for name in people if asked.may(name)]
    others = [name for name in people if not asked.may(name)]
    async with world.asking() as (client, before):
        for name in (*allowed, *others[:1]):
            who = world.people[name]
            stranger = world.people[people[people.index(name) - 1]]
            for one in (who.without_token, Person(who.cookies, stranger.headers)):
                answer = await ask(world, client, asked, one, thing)
                said = f"{asked} as {name} without the form's token is answered"
                assert answer.status_code == HTTPStatus.FORBIDDEN, (
                    f"{said} {answer.status_code}. {_words(answer)}"
                )
        _unchanged(world, before, f"{asked} without the form's token")


async def check_pressed_twice(world: World, table: Table, asked: Asked) -> None:
    """Fail where the same form sent again is refused, or tells anybody or records anything again.

    Sent by the first who may do it at all, about each thing that allows it. Where twice is two
    things, the row says why under `again`.
    """
    async with world.asking() as (client, before):
        for name in filter(asked.may, table.people):
            cases = world.cases(asked.row.thing).items()
            things = [t for c, t in cases if asked.status(name, c) < FIRST_REFUSAL]
            for thing in things:
                first = await ask(world, client, asked, world.people[name], thing)
                once = world.stored()
                second = await ask(world, client, asked, world.people[name], thing)
                effect = {k: v for k, v in changed(once, world.stored()).items() if k in RECORDS}
                world.restore(before)
                said = f"{asked} as {name}, pressed twice (first {first.status_code}),"
                assert second.status_code < FIRST_REFUSAL, (
                    f"{said} is answered {second.status_code}. {_words(second)}"
                )
                assert asked.row.again or not effect, f"{said} does it again: {effect}"
            if things:
                return


RECORDS: Final = ("_outbox", "history", "movements", "emails")
"""Where an act leaves what people are told, or what it counts."""


async def check_methods(world: World, table: Table, path: str) -> None:
    """Fail where a method that a path does not offer is answered otherwise than 405 with Allow."""
    row = next(asked.row for asked in table if asked.route.path == path)
    thing = next(iter(world.cases(row.thing).values()))
    address = _path(path, {**world.values, **thing.ids})
    head = {"HEAD"} if table.head_as_get and "GET" in table.offered[path] else set()
    office = world.people["office"]
    async with world.asking() as (client, _):
        for method in sorted(METHODS - _answered_at(table, address)):
            headers = {**office.headers, "cookie": office.cookie}
            answer = await client.request(method, address, headers=headers)
            said = f"{method} {path}"
            assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED, (
                f"{said} is answered {answer.status_code}"
            )
            told = set(answer.headers.get("allow", "").split(", "))
            assert told - ({"HEAD"} - head) == table.offered[path] | head, (
                f"{said} allows {', '.join(told)}"
            )


def _answered_at(table: Table, path: str) -> set[str]:
    """The methods at an address: `/bulk/confirm` is an address of `/bulk/{key}` too."""
    return {
        method
        for pattern, methods in table.offered.items()
        if in_path(pattern).fullmatch(path)
        for method in methods
    }


async def check_head(world: World, table: Table, asked: Asked) -> None:
    """Fail where HEAD is answered otherwise than GET, has a body, or changes anything.

    Asked by nobody, and by the first who may: who else may is known from GET.
    """
    allowed = next(filter(asked.may, (name for name in table.people if name != NOBODY)))
    async with world.asking() as (client, before):
        for name in (NOBODY, allowed):
            for thing in world.cases(asked.row.thing).values():
                who = world.people[name]
                got = await ask(world, client, asked, who, thing)
                path, headers = got.request.url, dict(got.request.headers)
                head = await client.head(path, headers=headers)
                assert (head.status_code, head.content) == (got.status_code, b""), (
                    f"HEAD {asked.route.path} as {name} is answered {head.status_code}, "
                    f"GET {got.status_code}"
                )
    if not asked.row.effect:
        assert not changed(before, world.stored())


async def check_extra_fields(world: World, table: Table, asked: Asked) -> int:
    """Fail where fields that a form does not show change what it does; how many were tried.

    The names are those of everything that the act stores, so that none has to be guessed.
    """
    tried = 0
    async with world.asking() as (client, before):
        for name in filter(asked.may, table.people):
            for case, thing in world.cases(asked.row.thing).items():
                if asked.status(name, case) >= FIRST_REFUSAL:
                    continue
                who = world.people[name]
                plain = await ask(world, client, asked, who, thing)
                assert plain.status_code == asked.status(name, case), _words(plain)
                effect = changed(before, world.stored())
                world.restore(before)
                shown = {*asked.row.send, *asked.row.files, *asked.row.shows}
                names = {one for one in _names(effect) if one not in shown} | INTRUDERS
                value = world.values.get(INTRUDING, INTRUDING)
                extra = dict.fromkeys(sorted(names - shown), value)
                laden = await ask(world, client, asked, who, thing, extra=extra)
                again = changed(before, world.stored())
                world.restore(before)
                said = f"{asked} as {name} about {case}, with fields it does not show,"
                assert laden.status_code == plain.status_code, f"{said} {_words(laden)}"
                assert same_but_random(again) == same_but_random(effect), f"{said} changes {again}"
                before_it, after_it = (
                    len(re.findall(_word_for_word(value), str(one))) for one in (effect, again)
                )
                assert after_it <= before_it, f"{said} keeps what it does not show: {again}"
                tried += len(extra)
    return tried


INTRUDERS = frozenset(
    {"role", "roles", "person_id", "state", "score", "cohort", "by", "who", "_id"}
    | {"self", "request", "act", "asked", "form"}
)
"""Names that are tried with every form; some are also those of arguments of functions."""


def _names(found: Any) -> set[str]:
    """The names of everything in documents, however deep."""
    if isinstance(found, Mapping):
        return {str(key) for key in found if str(key).isidentifier()} | {
            name for one in found.values() for name in _names(one)
        }
    if isinstance(found, list | tuple):
        return {name for one in found for name in _names(one)}
    return set()
