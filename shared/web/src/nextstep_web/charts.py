"""Bar charts drawn on the server: the arithmetic of their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
"""Width of the drawing in its own units; it scales to the page."""
BAR: Final = 22
GAP: Final = 10
LABEL: Final = 190
"""Room for the labels at the left."""
VALUE: Final = 50
"""Room for the figure after the longest bar."""


@dataclass(frozen=True)
class Bar:
    """One bar and where its parts are drawn."""

    label: str
    value: float
    written: str
    y: int
    length: float
    value_x: float


@dataclass(frozen=True)
class BarChart:
    """A horizontal bar chart, from a common zero."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    label_width: int = LABEL
    bar_height: int = BAR


def bar_chart(title: str, data: Sequence[tuple[str, float]], unit: str = "number") -> BarChart:
    """Lay out a chart of (label, value) pairs; values are counts or measures of at least 0."""
    if any(value < 0 for _, value in data):
        raise ValueError("bars start at zero: no value can be below it")
    longest = max((value for _, value in data), default=0)
    room = WIDTH - LABEL - VALUE
    bars = []
    for row, (label, value) in enumerate(data):
        length = round(room * value / longest, 1) if longest else 0.0
        y = row * (BAR + GAP)
        bars.append(Bar(label, value, f"{value:g}", y, length, LABEL + length + 6))
    return BarChart(title, unit, tuple(bars), max(len(bars) * (BAR + GAP) - GAP, 0))
