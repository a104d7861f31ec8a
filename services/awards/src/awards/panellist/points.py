"""The points on a score sheet as a form sends them."""

from collections.abc import Mapping, Sequence
from typing import Any

POINTS = "points-"
"""Before a criterion's key in the name of a form field."""
MOST_DIGITS = 3
"""No scale has more."""


def typed_points(typed: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """The points by criterion key; what is no number counts as off the scale."""
    last = {name: str(values[-1]).strip() for name, values in typed.items()}
    return {
        name.removeprefix(POINTS): _number(text)
        for name, text in last.items()
        if name.startswith(POINTS) and text
    }


def _number(text: str) -> int:
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else 0
