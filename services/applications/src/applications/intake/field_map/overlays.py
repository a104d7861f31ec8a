"""What the office changed in a source's field map, as versions laid over the sources file. Pure.

An overlay names only the answers and documents whose place was changed, so that a later change of
the file still counts for all others. Undoing is another version, not a deletion.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from applications.admissions import store
from applications.intake.sources import Source
from nextstep_messaging import Database

Where = tuple[str, ...]
MOST_PATHS = 300
"""Places of one payload that are offered: a form has a few dozen, a hostile body millions."""
DEEPEST = 8
LONGEST_KEY = 200
NEEDED = ("name", "email")
"""Without these there is no application, so a map always says where they are."""


@dataclass(frozen=True)
class Overlay:
    """One version of the changes to a source's map. None: the form does not ask it."""

    number: int = 0
    """0: nothing was changed, the file's map is in force."""
    fields: Mapping[str, Where | None] = field(default_factory=dict)
    documents: Mapping[str, Where | None] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any] | None) -> "Overlay":
        """The overlay of a stored version."""
        if row is None:
            return cls()
        return cls(row["number"], _places(row["fields"]), _places(row["documents"]))


def _places(stored: Mapping[str, list[str] | None]) -> dict[str, Where | None]:
    return {name: None if path is None else tuple(path) for name, path in stored.items()}


async def newest(db: Database, source: str) -> Overlay:
    """The version in force; read for each receipt, so that every process uses it at once."""
    rows = await db.read(store.MAPS).find({"source": source}, sort=[("number", -1)], limit=1)
    return Overlay.of(rows[0] if rows else None)


def overlaid(source: Source, overlay: Overlay) -> Source:
    """The source with the office's changes to its map."""
    return source.model_copy(
        update={
            "fields": _merged(source.fields, overlay.fields),
            "documents": _merged(source.documents, overlay.documents),
        }
    )


def _merged(file: Mapping[str, Where], changes: Mapping[str, Where | None]) -> dict[str, Where]:
    both = {**file, **changes}
    return {name: path for name, path in both.items() if path is not None}


def changes_from(
    file: Mapping[str, Where], wanted: Mapping[str, Where | None]
) -> dict[str, Where | None]:
    """What must be laid over the file's map so that it says what is wanted."""
    return {name: path for name, path in wanted.items() if file.get(name) != path}


def places_in(payload: Any) -> list[tuple[Where, Any]]:
    """Every place of a payload that a map could name, in the order of the payload."""
    found = []
    for place in _walk(payload, ()):
        found.append(place)
        if len(found) == MOST_PATHS:
            break
    return found


def _walk(value: Any, path: Where) -> Iterator[tuple[Where, Any]]:
    if path:
        yield path, value
    if len(path) == DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str) and key and len(key) <= LONGEST_KEY and _storable(key):
                yield from _walk(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, (*path, str(position)))


def _storable(key: str) -> bool:
    """Half a character, which JSON can spell, cannot be kept."""
    return key.encode("utf-8", "replace").decode() == key


def written(path: Where | None) -> str:
    """A place as the value of a choice: keys may hold dots."""
    return "" if path is None else json.dumps(path)


def shown(path: Where | None) -> str:
    """A place for a person."""
    return "" if path is None else " / ".join(path)
