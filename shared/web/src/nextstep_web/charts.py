"""Charts drawn on the server: bars in a table, and lines over days with a table beside them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

FULL: Final = 100
"""Length of the longest bar, and of each side of a chart of lines, in the drawing's units."""
SUNDAY: Final = 6
CLOSE: Final = 0.08
"""Part of the height of a chart within which two labels would touch."""


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


@dataclass(frozen=True)
class Tick:
    """A value or a day on an axis: how far along it is, in hundredths, and how it is written."""

    at: float
    label: str

    @property
    def beyond_half(self) -> bool:
        """Whether its label fits better before it than after it."""
        return self.at > FULL / 2


@dataclass(frozen=True)
class Line:
    """One series: its points in a square of 100 by 100, and the value it has reached."""

    label: str
    points: str
    last: str


@dataclass(frozen=True)
class LineChart:
    """Series over days from a common zero, with a level to compare them with and a day marked."""

    title: str
    lines: tuple[Line, ...]
    values: tuple[Tick, ...]
    """From the top of the drawing downwards."""
    months: tuple[Tick, ...]
    level: Tick | None
    mark: Tick | None
    rows: tuple[tuple[date, tuple[str, ...]], ...]
    """The same as a table: a day and the value of each series, week by week."""


def line_chart(
    title: str,
    days: Sequence[date],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    level: tuple[str, float] | None = None,
    mark: tuple[str, date] | None = None,
) -> LineChart:
    """Lay out series of one value for each of `days`, which follow one another.

    A series that is shorter than `days` ends early: what is still to come is not drawn.

    Raises:
        ValueError: no days, or a value below zero.

    """
    if not days or any(value < 0 for _, values in series for value in values):
        raise ValueError("a line chart needs days, and values that begin at zero")
    reached = [value for _, values in series for value in values]
    highest = max([*reached, level[1] if level else 0, 1])
    step = _step(highest)
    top = step * (int(highest / step) + 1)
    if highest > top * (1 - CLOSE):
        top += step  # room for a label above it
    span = max(1, len(days) - 1)

    def along(day: date) -> float:
        return round(min(FULL, max(0, FULL * (day - days[0]).days / span)), 2)

    def down(value: float) -> float:
        return round(FULL * (1 - value / top), 2)

    def line(label: str, values: Sequence[float]) -> Line:
        points = [f"{along(d)},{down(v)}" for d, v in zip(days, values, strict=False)]
        return Line(label, " ".join(points), f"{values[-1]:,g}" if values else "0")

    return LineChart(
        title,
        tuple(line(label, values) for label, values in series),
        tuple(
            Tick(down(value), f"{value:,g}")
            for value in (n * step for n in range(1, round(top / step)))
            if not level or abs(value - level[1]) > top * CLOSE
        ),
        tuple(Tick(along(d), f"{d:%b}") for d in days[:-5] if d.day == 1 or d == days[0]),
        Tick(down(level[1]), level[0]) if level else None,
        Tick(along(mark[1]), mark[0]) if mark else None,
        _weekly(days, [values for _, values in series]),
    )


def _step(highest: float) -> float:
    """A round distance between at most five values."""
    size = 10 ** math.floor(math.log10(highest))
    return float(next(s * size / 5 for s in (1, 2.5, 5, 10) if s * size >= highest))


def _weekly(
    days: Sequence[date], series: Sequence[Sequence[float]]
) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """The last day of each week, and the last day there are values for."""
    known = max((len(values) for values in series), default=0)
    return tuple(
        (day, tuple(f"{values[n]:,g}" if n < len(values) else "" for values in series))
        for n, day in enumerate(days[:known])
        if day.weekday() == SUNDAY or n == known - 1
    )
