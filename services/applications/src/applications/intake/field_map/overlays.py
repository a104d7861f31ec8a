"""What the office changed in a source's field map, laid over the sources file. Pure.

An overlay names only the answers and documents whose path was changed, so that a later change of
the file still counts for all others. Undoing is another version, not a deletion.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from applications.intake.sources import Source

AnswerPath = tuple[str, ...]
"""The keys and list positions that lead to an answer in what a form sends."""
MOST_PATHS = 300
"""Paths of one payload that are offered: a form has a few dozen, a hostile body millions."""
DEEPEST = 8
LONGEST_KEY = 200
NEEDED = ("name", "email")
"""Without these there is no application, so a map always says where they are."""


@dataclass(frozen=True)
class Overlay:
    """One version of the changes to a source's map. None: the form does not ask it."""

    number: int = 0
    """0: nothing was changed, the file's map is in force."""
    fields: Mapping[str, AnswerPath | None] = field(default_factory=dict)
    documents: Mapping[str, AnswerPath | None] = field(default_factory=dict)


def overlaid(source: Source, overlay: Overlay) -> Source:
    """The source with the office's changes to its map."""
    return source.model_copy(
        update={
            "fields": _merged(source.fields, overlay.fields),
            "documents": _merged(source.documents, overlay.documents),
        }
    )


def _merged(
    file: Mapping[str, AnswerPath], changes: Mapping[str, AnswerPath | None]
) -> dict[str, AnswerPath]:
    both = {**file, **changes}
    return {name: path for name, path in both.items() if path is not None}


def changes_from(
    file: Mapping[str, AnswerPath], wanted: Mapping[str, AnswerPath | None]
) -> dict[str, AnswerPath | None]:
    """What must be laid over the file's map so that it says what is wanted."""
    return {name: path for name, path in wanted.items() if file.get(name) != path}


def paths_in(payload: Any) -> list[tuple[AnswerPath, Any]]:
    """Every path of a payload that a map could name and what is there, in the payload's order."""
    found = []
    for path, value in _walk(payload, ()):
        found.append((path, value))
        if len(found) == MOST_PATHS:
            break
    return found


def _walk(value: Any, path: AnswerPath) -> Iterator[tuple[AnswerPath, Any]]:
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


def written(path: AnswerPath | None) -> str:
    """A path as the value of a choice: keys may hold dots."""
    return "" if path is None else json.dumps(path)


def shown(path: AnswerPath | None) -> str:
    """A path for a person."""
    return "" if path is None else " / ".join(path)
