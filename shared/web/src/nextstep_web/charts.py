"""Bar charts drawn on the server: a table whose middle column is a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FULL: Final = 100
"""Length of the longest bar in the drawing's units."""


@dataclass(frozen=True)
class Bar:
    """One row: what, how much, and how long its bar is, from 0 to FULL."""

    label: str
    written: str
    length: float


@dataclass(frozen=True)
class BarChart:
    """A horizontal bar chart from a common zero; `unit` heads the column of figures."""

    title: str
    unit: str
    bars: tuple[Bar, ...]


def bar_chart(title: str, data: Sequence[tuple[str, float]], unit: str = "number") -> BarChart:
    """Lay out a chart of (label, value) pairs, in their order.

    Raises:
        ValueError: a value below zero, which a bar from zero cannot show.
    """
    if any(value < 0 for _, value in data):
        raise ValueError("bars start at zero: no value can be below it")
    longest = max((value for _, value in data), default=0)
    return BarChart(
        title,
        unit,
        tuple(
            Bar(label, f"{value:,g}", round(FULL * value / longest, 1) if longest else 0.0)
            for label, value in data
        ),
    )
