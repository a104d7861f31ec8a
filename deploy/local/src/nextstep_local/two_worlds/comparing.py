"""Two answers to the same request: whether they are equal once chance is taken out."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final

import httpx

from nextstep_local.two_worlds.worlds import World

CORRELATION: Final = "x-correlation-id"
_BY_CHANCE: Final = frozenset({CORRELATION, "date", "set-cookie"})
_FORM_TOKEN: Final = re.compile(r'(name="csrf_token" value="|name="csrf-token" content=")[^"]*(")')
_LINES: Final = 12
"""Of a difference that are shown: enough to see what leaks."""


@dataclass(frozen=True)
class Difference:
    """A request that is answered differently in the two worlds, or fails in both."""

    request: str
    what: str

    def __str__(self) -> str:
        """As a failed test prints it."""
        return f"{self.request}\n{self.what}"


@dataclass(frozen=True)
class _Plain:
    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: str


def difference(
    request: str,
    worlds: tuple[World, World],
    answers: Sequence[httpx.Response],
    passing: Sequence[str] = (),
) -> Difference | None:
    """What tells the two answers apart; None when nothing does."""
    one, other = (
        _plain(world, answer, passing) for world, answer in zip(worlds, answers, strict=True)
    )
    if one.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Difference(request, f"fails: {one.status}")
    if one == other:
        return None
    return Difference(request, "\n".join(_told(one, other)))


def _plain(world: World, answer: httpx.Response, passing: Sequence[str]) -> _Plain:
    correlation = answer.headers.get(CORRELATION, CORRELATION)

    def plain(text: str) -> str:
        text = _FORM_TOKEN.sub(r"\1\2", world.neutral(text.replace(correlation, "")))
        for pattern in passing:
            text = re.sub(pattern, "", text)
        return text

    headers = [
        (name, plain(value))
        for name, value in answer.headers.multi_items()
        if name not in _BY_CHANCE and not (name == "content-length" and passing)
    ]
    cookies = [
        name for line in answer.headers.get_list("set-cookie") for name in SimpleCookie(line)
    ]
    # one character a byte: a file is compared as it is, a page's neutral names are all ASCII
    return _Plain(
        answer.status_code,
        tuple(sorted(headers)),
        tuple(sorted(cookies)),
        plain(answer.content.decode("latin-1")),
    )


def _told(one: _Plain, other: _Plain) -> list[str]:
    told = []
    if one.status != other.status:
        told.append(f"  status {one.status} | {other.status}")
    for name, mine, theirs in (
        ("headers", one.headers, other.headers),
        ("cookies set", one.cookies, other.cookies),
    ):
        if mine != theirs:
            told.append(f"  {name} {_only(mine, theirs)} | {_only(theirs, mine)}")
    lines = difflib.unified_diff(
        one.body.splitlines(), other.body.splitlines(), "one", "other", lineterm="", n=1
    )
    return told + [f"  {line[:200]}" for line in list(lines)[:_LINES]]


def _only(mine: Sequence[object], theirs: Sequence[object]) -> list[object]:
    return [each for each in mine if each not in theirs]
