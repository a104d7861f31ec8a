"""JSON as forms send it: an object, not too deep, and no answer lost to a repeated key. Pure."""

import json
from typing import Any

from applications.intake.adapter import UnreadableError

GZIP = b"\x1f\x8b"
MOST_COMMAS = 100_000
"""In answers and between them; files travel in Base64, which has none. To read millions of values
takes seconds in which nothing else of the process runs."""
MOST_LEVELS = 40
"""Levels of nesting. Forms need five; pages and the database must be able to walk all of it."""


def json_object(body: bytes | str, what: str = "The body") -> dict[str, Any]:
    """The object that a JSON text holds. A key that is there twice holds a list of both.

    Raises:
        UnreadableError: it is something else; the sentence begins with `what`.

    """
    found = json_value(body, what)
    if not isinstance(found, dict):
        raise UnreadableError(f"{what} is JSON, but not an object with answers.")
    return found


def json_value(body: bytes | str, what: str = "The body") -> Any:
    """Any JSON, otherwise the same."""
    if (body.count(b",") if isinstance(body, bytes) else body.count(",")) > MOST_COMMAS:
        raise UnreadableError(f"{what} has more values than any form has answers.")
    try:
        found = json.loads(body, object_pairs_hook=_every_answer)
    except UnicodeDecodeError as error:
        compressed = isinstance(body, bytes) and body.startswith(GZIP)
        why = "compressed: let the sender post it as it is" if compressed else "not in UTF-8"
        raise UnreadableError(f"{what} is {why}.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{what} is not JSON that can be read.") from error
    if _too_deep(found):
        raise UnreadableError(f"{what} is JSON, but nested deeper than any form's answers.")
    return found


def add(holder: dict[str, Any], key: str, value: Any) -> None:
    """Put a value under a key that may be there already: two questions can share a label."""
    if key not in holder:
        holder[key] = value
    elif isinstance(holder[key], Repeated):
        holder[key].append(value)
    else:
        holder[key] = Repeated((holder[key], value))


class Repeated(list[Any]):
    """The values of one key that was there several times."""


def _every_answer(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        add(found, key, value)
    return found


def _too_deep(found: Any) -> bool:
    """Level by level: recursion is what such a body is made to exhaust."""
    level = [found]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
