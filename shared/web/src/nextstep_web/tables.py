"""The columns of a table, as `ns.table` takes them, and the choices of a select or of radios."""

from collections.abc import Iterable
from typing import Any


def column(key: str, label: str, *, sort: bool = False, numeric: bool = False) -> dict[str, Any]:
    """A column: `key` finds its cells in a row; `sort`, whether its heading sorts the list."""
    return {"key": key, "label": label, "sort": sort, "numeric": numeric}


def options(pairs: Iterable[tuple[str, str]], prompt: str = "") -> list[dict[str, str]]:
    """The choices of a field, from what each sends and what it is called, after a prompt if any."""
    first = [{"value": "", "text": prompt}] if prompt else []
    return first + [{"value": value, "text": text} for value, text in pairs]
