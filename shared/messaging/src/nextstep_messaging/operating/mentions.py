"""What others wrote about somebody, found by name and address, so that an erasure reaches it."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from html import escape
from typing import Any, Self
from uuid import uuid4

from nextstep_messaging.bus.router import Unit
from nextstep_messaging.database.documents import WriteCollection
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.timer import Timer
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.recording import erase_naming
from nextstep_messaging.operating.erased_words import (
    ERASED,
    ERASED_WORDS,
    KEY,
    ErasedWords,
    remember_words,
)
from nextstep_messaging.operating.erasing_again import LATER
from nextstep_messaging.operating.holdings import changed_at

SHORTEST = 5
"""Characters of a name or address that is looked for; less is in too many words."""
LONGEST_PATTERN = 8_000
"""Characters of one regular expression: MongoDB takes 32,764 bytes."""
BLANK_MENTIONS = "blank-mentions"
"""The kind of the timer that looks through the audit log."""
AT_ONCE = 500
"""Entries that it looks at in one transaction."""
BEFORE_IT_IS_HEARD = timedelta(days=1)
"""Between the erasure by an operator and the moment when the service hears of it by its event."""


@dataclass(frozen=True)
class Mentions:
    """The names and addresses of somebody, as they stand in what others wrote."""

    words: tuple[str, ...]
    """As they were written and as HTML has them; the longest first."""

    @classmethod
    def of(cls, called: Iterable[str]) -> Self:
        """What to look for, of these names and addresses."""
        plain = {" ".join(one.split()) for one in called}
        written = {one for one in plain if len(one) >= SHORTEST}
        return cls(tuple(sorted(written | {*map(escape, written)}, key=lambda w: (-len(w), w))))

    @property
    def pattern(self) -> str:
        """A regular expression that finds them, in whatever capitals, and within longer words."""
        return "|".join(map(re.escape, self.words))

    @property
    def patterns(self) -> tuple[str, ...]:
        """The same for a database, which takes no long one and no null character (MongoDB)."""
        found: list[str] = []
        for word in self.words:
            one = re.escape(word).replace("\0", ".")
            if found and len(found[-1]) + len(one) < LONGEST_PATTERN:
                found[-1] += f"|{one}"
            else:
                found.append(one)
        return tuple(found)

    def gone_from(self, text: str) -> str:
        """The text without them; what is part of a longer word is another name, and stays."""
        if not self.words:
            return text
        whole = rf"(?<!\w)(?:{self.pattern})(?!\w)"
        return re.sub(whole, ERASED, text, flags=re.IGNORECASE)


async def forget_mentions(
    uow: UnitOfWork, mentions: Mentions, texts: Iterable[tuple[str, Sequence[str]]]
) -> None:
    """Take somebody's names and addresses out of texts that are kept about others.

    The audit log is long, so a durable timer looks through it, from now on: the details of an
    entry that names them are blanked, whoever it is about.

    Args:
        uow: the transaction that erases the person elsewhere.
        mentions: what they are called. Leave out a name that somebody else has as well.
        texts: collections and their fields that hold text, at whatever depth (`a.b`); `a.*` is
            whatever a field holds under keys that are not known. What stands beside them stays.

    """
    if not mentions.words:
        return
    await remember_words(uow, mentions.words)
    await _look_at_entries(uow, f"{BLANK_MENTIONS}:{uuid4().hex}", mentions.words)
    sought = [{"$regex": pattern, "$options": "i"} for pattern in mentions.patterns]
    for collection, fields in texts:
        rows = uow.collection(collection)
        named = [field for field in fields if not field.endswith(".*")]
        where: list[dict[str, Any]] = [{field: one} for field in named for one in sought]
        where += [
            {field.removesuffix(".*"): {"$exists": True}} for field in fields if field not in named
        ]
        found = await rows.find({"$or": where})
        for row, change in _changed(found, fields, partial(_without, mentions)):
            await _set(rows, row, change)


async def forget_mentions_again(
    uow: UnitOfWork, second_look: Timer, texts: Mapping[str, Sequence[str]]
) -> None:
    """Take them out of what was being written beside an erasure, too; see `erasing_again`.

    Nobody knows the names any more: it goes by the digests that the erasure left of them.

    Args:
        uow: the transaction of the second look.
        second_look: its timer.
        texts: the fields that hold text, by their collections; see `forget_mentions`.

    """
    since = second_look.due - LATER - BEFORE_IT_IS_HEARD
    words = await _words_since(uow, since)
    if not words.any:
        return
    await _look_at_entries(uow, f"{BLANK_MENTIONS}:{uuid4().hex}", since=since)
    for collection, fields in texts.items():
        rows, changed = uow.collection(collection), []
        async for some in rows.stream({}, AT_ONCE):
            # a digest of each word takes its time: not on the loop that answers
            changed += await asyncio.to_thread(_changed, some, fields, words.without)
        for row, change in changed:
            await _set(rows, row, change)


async def _words_since(uow: UnitOfWork, since: datetime) -> ErasedWords:
    rows = await uow.collection(ERASED_WORDS).find({"$or": [{"_id": KEY}, {"at": {"$gte": since}}]})
    return ErasedWords.of_rows(rows)


def _changed(
    rows: Iterable[Document], fields: Sequence[str], without: Callable[[Any], Any]
) -> list[tuple[Document, Document]]:
    """Those of the rows whose fields change, each with what changes."""
    found = []
    for row in rows:
        after = row
        for field in fields:
            after = changed_at(after, field.split("."), without)
        if change := {name: value for name, value in after.items() if value != row[name]}:
            found.append((row, change))
    return found


async def _set(rows: WriteCollection, row: Document, change: Document) -> None:
    newer = {"$inc": {"version": 1}} if "version" in row else {}
    await rows.update({"_id": row["_id"]}, {"$set": change} | newer)


async def _look_at_entries(
    uow: UnitOfWork,
    key: str,
    words: Sequence[str] = (),
    *,
    since: datetime | None = None,
    after: str = "",
) -> None:
    """By the words themselves, or by the digests that were kept since a moment."""
    sought = {"words": list(words), "since": since, "after": after}
    await uow.schedule(key, BLANK_MENTIONS, uow.now, sought)


async def blank_mentions(timer: Timer, uow: Unit) -> None:
    """Look through the next entries of the audit log for somebody who was erased."""
    said, since = timer.data["words"], timer.data.get("since")
    known = await _words_since(uow, since) if since else None
    without = known.without if known else partial(_without, Mentions(tuple(said)))

    def names(details: Any) -> bool:
        return bool(without(details) != details)

    last = await erase_naming(uow, names, after=timer.data["after"], most=AT_ONCE)
    if last is not None:
        await _look_at_entries(uow, timer.key, said, since=since, after=last)


def _without(mentions: Mentions, value: Any) -> Any:
    if isinstance(value, str):
        return mentions.gone_from(value)
    if isinstance(value, list):
        return [_without(mentions, one) for one in value]
    if isinstance(value, dict):
        return {key: _without(mentions, one) for key, one in value.items()}
    return value
