"""What others wrote about somebody, found by name and address, so that an erasure reaches it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Self
from uuid import uuid4

from nextstep_messaging.bus.router import Unit
from nextstep_messaging.database.timer import Timer
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.recording import erase_naming
from nextstep_messaging.operating.erased_words import ERASED, remember_words
from nextstep_messaging.operating.holdings import changed_at

SHORTEST = 5
"""Characters of a name or address that is looked for; less is in too many words."""
LONGEST_PATTERN = 8_000
"""Characters of one regular expression: MongoDB takes 32,764 bytes."""
BLANK_MENTIONS = "blank-mentions"
"""The kind of the timer that looks through the audit log."""
AT_ONCE = 500
"""Entries that it looks at in one transaction."""


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
    await _look_at_entries(uow, f"{BLANK_MENTIONS}:{uuid4().hex}", mentions, after="")
    sought = [{"$regex": pattern, "$options": "i"} for pattern in mentions.patterns]
    for collection, fields in texts:
        rows = uow.collection(collection)
        named = [field for field in fields if not field.endswith(".*")]
        where: list[dict[str, Any]] = [{field: one} for field in named for one in sought]
        where += [
            {field.removesuffix(".*"): {"$exists": True}} for field in fields if field not in named
        ]
        for row in await rows.find({"$or": where}):
            after = row
            for field in fields:
                after = changed_at(after, field.split("."), partial(_without, mentions))
            change = {name: value for name, value in after.items() if value != row[name]}
            if change:
                newer = {"$inc": {"version": 1}} if "version" in row else {}
                await rows.update({"_id": row["_id"]}, {"$set": change} | newer)


async def _look_at_entries(uow: UnitOfWork, key: str, mentions: Mentions, *, after: str) -> None:
    sought = {"words": list(mentions.words), "after": after}
    await uow.schedule(key, BLANK_MENTIONS, uow.now, sought)


async def blank_mentions(timer: Timer, uow: Unit) -> None:
    """Look through the next entries of the audit log for somebody who was erased."""
    mentions = Mentions(tuple(timer.data["words"]))

    def names(details: Any) -> bool:
        return bool(_without(mentions, details) != details)

    last = await erase_naming(uow, names, after=timer.data["after"], most=AT_ONCE)
    if last is not None:
        await _look_at_entries(uow, timer.key, mentions, after=last)


def _without(mentions: Mentions, value: Any) -> Any:
    if isinstance(value, str):
        return mentions.gone_from(value)
    if isinstance(value, list):
        return [_without(mentions, one) for one in value]
    if isinstance(value, dict):
        return {key: _without(mentions, one) for key, one in value.items()}
    return value
