"""The ranking and the spread: exact, deterministic, independent of any order of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from applications.review.case import COMPARED, Case
from applications.review.method import Method
from applications.review.sheets import Sheet
from nextstep_programme import SUBMITTED

BY_AVERAGE = "average"
"""A row is separated from the one above it by the average itself."""


@dataclass(frozen=True)
class Result:
    """What the sheets of one application give together; averages in points of the scale."""

    averages: tuple[Fraction, ...]
    """Of each reviewer, ascending."""
    criteria: dict[str, Fraction]
    flag_above: Fraction

    @property
    def average(self) -> Fraction:
        """The average over the reviewers."""
        return Fraction(sum(self.averages), len(self.averages))

    @property
    def variance(self) -> Fraction:
        """Over all reviewers: they are not a sample of others."""
        mean = self.average
        return Fraction(sum((one - mean) ** 2 for one in self.averages), len(self.averages))

    @property
    def deviation(self) -> Decimal:
        """The standard deviation between the reviewers."""
        with localcontext(prec=28):
            return (Decimal(self.variance.numerator) / Decimal(self.variance.denominator)).sqrt()

    @property
    def wide(self) -> bool:
        """Whether the reviewers differ more than the cohort lets pass; compared exactly."""
        return self.variance > self.flag_above**2


@dataclass(frozen=True)
class Row:
    """One application in the ranking. What is equal on everything shares a rank."""

    rank: int
    case: Case
    result: Result
    separated_by: str | None = None
    """What put it below the row above: `average`, a tie-break, or None when nothing did."""
    tied: bool = False
    """Whether it shares its rank."""


def result_of(method: Method, sheets: Sequence[Sheet]) -> Result | None:
    """What these sheets give together; None of none."""
    if not sheets:
        return None
    count = len(sheets)
    return Result(
        averages=tuple(sorted(method.average(sheet.scores) for sheet in sheets)),
        criteria={key: Fraction(sum(s.scores[key] for s in sheets), count) for key in method.keys},
        flag_above=method.spread_flag,
    )


def ranked(method: Method, cases: Iterable[Case]) -> tuple[Row, ...]:
    """Rank the applications that have a locked sheet, best first.

    By the average; equal averages by the registered tie-breaks in their order; what is still
    equal shares a rank and is listed by reference, which means nothing.
    """
    rows = []
    for case in cases:
        result = result_of(method, case.counting(method))
        if result and case.application.state in COMPARED and not case.application.erased:
            rows.append(Row(0, case, result))
    rows.sort(key=lambda row: (*(-v for v in _key(method, row)), row.case.application.reference))
    return _numbered(method, rows)


def _key(method: Method, row: Row) -> list[Fraction]:
    """What is compared: higher is better."""
    submitted = Fraction(-row.case.application.first_submitted_at.timestamp())
    criteria = row.result.criteria
    breaks = (submitted if key == SUBMITTED else criteria[key] for key in method.tie_breaks)
    return [row.result.average, *breaks]


def _numbered(method: Method, rows: Sequence[Row]) -> tuple[Row, ...]:
    numbered: list[Row] = []
    for position, row in enumerate(rows, start=1):
        separated = _separated(method, numbered[-1], row) if numbered else BY_AVERAGE
        if separated is None:
            numbered[-1] = replace(numbered[-1], tied=True)
        rank = position if separated else numbered[-1].rank
        numbered.append(replace(row, rank=rank, separated_by=separated, tied=separated is None))
    return tuple(numbered)


def _separated(method: Method, above: Row, below: Row) -> str | None:
    names = (BY_AVERAGE, *method.tie_breaks)
    for name, high, low in zip(names, _key(method, above), _key(method, below), strict=True):
        if high != low:
            return name
    return None


def presented(value: Fraction | Decimal, places: int = 2) -> str:
    """A number of at least 0 for display: fixed decimals, half up, with no float in between."""
    scaled = Fraction(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
