"""Names of the erased as keyed digests, so that a restore can take them out of what others wrote.

A backup from before an erasure has the person's name in notes about others, and after the erasure
nobody knows the name any more. What is kept of it is a keyed digest (BLAKE2, RFC 7693) of each name
and address that the erasure looked for, for as long as a backup may live: enough to find it again
in a text, not to read it.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from nextstep_messaging.database.schema import Collection, Index
from nextstep_messaging.database.unit_of_work import UnitOfWork

ERASED_WORDS: Final = "_erased_words"
KEY: Final = "key"
"""The row with the key; each other is a digest."""
KEPT: Final = timedelta(days=40)
"""Longer than backups are."""
WORDS_COLLECTION = Collection(ERASED_WORDS, (Index([("at", 1)], expires=KEPT),))
ERASED: Final = "(erased)"
_TOKEN: Final = re.compile(r"\w+")
_BYTES: Final = 16


def tokens_of(words: str) -> list[str]:
    """A name or an address as it is compared: letters and digits alone, without capitals."""
    return [one.casefold() for one in _TOKEN.findall(words)]


@dataclass(frozen=True)
class ErasedWords:
    """Digests of names and addresses, and what finds them in a text."""

    key: bytes
    whole: frozenset[str]
    """Digests of all tokens of each."""
    first: frozenset[str]
    """Digests of the first token of each: most words of a text are none of them."""
    lengths: tuple[int, ...]
    """How many tokens they have; the longest first."""
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "ErasedWords":
        """What stored rows say, of one service's database."""
        kept = list(rows)
        key = next((bytes.fromhex(one["key"]) for one in kept if one["_id"] == KEY), b"")
        words = [one for one in kept if one["_id"] != KEY]
        return cls(
            key,
            frozenset(one["_id"] for one in words),
            frozenset(one["first"] for one in words),
            tuple(sorted({one["tokens"] for one in words}, reverse=True)),
        )

    def digest(self, tokens: Sequence[str]) -> str:
        """The digest of some tokens."""
        data = " ".join(tokens).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self.key, digest_size=_BYTES).hexdigest()

    def rows_of(self, words: Iterable[str]) -> list[dict[str, Any]]:
        """What is kept of names and addresses."""
        found = {tuple(tokens_of(one)) for one in words} - {()}
        return [
            {"_id": self.digest(one), "first": self.digest(one[:1]), "tokens": len(one)}
            for one in sorted(found)
        ]

    def gone_from(self, text: str) -> str:
        """The text without them."""
        if not self.whole:
            return text
        kept, end = [], 0
        for start, stop in self._spans(text):
            kept += [text[end:start], ERASED]
            end = stop
        return "".join([*kept, text[end:]])

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        tokens = [(one[0].casefold(), *one.span()) for one in _TOKEN.finditer(text)]
        at = 0
        while at < len(tokens):
            step = 1
            if self._may_begin(tokens[at][0]):
                for length in self.lengths:
                    some = tokens[at : at + length]
                    if len(some) == length and self.digest([t for t, *_ in some]) in self.whole:
                        yield some[0][1], some[-1][2]
                        step = length
                        break
            at += step

    def _may_begin(self, token: str) -> bool:
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = self.digest([token]) in self.first
        return known

    def without(self, value: Any) -> Any:
        """A value of a document without them, at whatever depth."""
        if isinstance(value, str):
            return self.gone_from(value)
        if isinstance(value, list):
            return [self.without(one) for one in value]
        if isinstance(value, dict):
            return {key: self.without(one) for key, one in value.items()}
        return value

    @cached_property
    def any(self) -> bool:
        """Whether there are some."""
        return bool(self.whole)


def merged_words(
    some: Sequence[Mapping[str, Any]], later: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of both, if one key made both; else the later ones, or what there is."""
    keys = [{one["key"] for one in rows if one["_id"] == KEY} for rows in (some, later)]
    rows = [*some, *later] if keys[0] == keys[1] else later or some
    return [dict(one) for one in {one["_id"]: one for one in rows}.values()]


async def remember_words(uow: UnitOfWork, words: Iterable[str]) -> None:
    """Keep the digests of an erased person's names and addresses, from now on for `KEPT`."""
    kept = uow.collection(ERASED_WORDS)
    key = await kept.get(KEY)
    if key is None:
        key = {"_id": KEY, "key": secrets.token_hex(32)}
        await kept.insert(key)
    rows = ErasedWords.of_rows([key]).rows_of(words)
    there = await kept.find({"_id": {"$in": [one["_id"] for one in rows]}})
    known = {one["_id"] for one in there}
    if known:  # of a namesake who was erased before: backups of since then have the name too
        await kept.update({"_id": {"$in": sorted(known)}}, {"$set": {"at": uow.now}})
    await kept.insert_many([one | {"at": uow.now} for one in rows if one["_id"] not in known])
