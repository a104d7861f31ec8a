"""The ranking: exact, deterministic and independent of the order in which sheets arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from awards.judging.method import Method
from awards.judging.sheets import Ballot

BY_AVERAGE = "average"
"""A project is separated from the one above it by the average itself."""


@dataclass(frozen=True)
class RankingRow:
    """One project in the ranking. Projects that are equal on everything share a rank."""

    rank: int
    project_id: str
    average: Fraction
    criteria: dict[str, Fraction]
    """The average points by criterion."""
    totals: tuple[int, ...]
    """The judges' weighted totals, ascending."""
    separated_by: str | None
    """What put it below the row above: `average`, a criterion key, or None when nothing did."""

    @property
    def judges(self) -> int:
        """How many sheets count."""
        return len(self.totals)

    @property
    def deviation(self) -> Decimal:
        """The standard deviation of the judges' totals (over all judges, not a sample)."""
        squares = sum((total - self.average) ** 2 for total in self.totals)
        variance = Fraction(squares) / self.judges
        with localcontext(prec=28):
            return (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()


def rank(method: Method, ballots: Iterable[Ballot]) -> tuple[RankingRow, ...]:
    """Rank the projects that have at least one ballot, best first.

    By the average of the judges' weighted totals; equal averages by the criterion averages in
    the registered order; what is still equal shares a rank and is listed by project id.
    """
    grouped: dict[str, list[Ballot]] = {}
    for ballot in ballots:
        grouped.setdefault(ballot.project_id, []).append(ballot)
    results = [_result(method, project, sheets) for project, sheets in grouped.items()]
    results.sort(key=lambda one: ([-value for value in _key(method, one)], one.project_id))
    return _numbered(method, results)


def _result(method: Method, project_id: str, sheets: Sequence[Ballot]) -> RankingRow:
    count = len(sheets)
    totals = sorted(method.total(sheet.scores) for sheet in sheets)
    return RankingRow(
        rank=0,
        project_id=project_id,
        average=Fraction(sum(totals), count),
        criteria={key: Fraction(sum(s.scores[key] for s in sheets), count) for key in method.keys},
        totals=tuple(totals),
        separated_by=None,
    )


def _key(method: Method, row: RankingRow) -> list[Fraction]:
    return [row.average, *(row.criteria[key] for key in method.tie_breaks)]


def _numbered(method: Method, results: Sequence[RankingRow]) -> tuple[RankingRow, ...]:
    rows: list[RankingRow] = []
    for position, result in enumerate(results, start=1):
        separated = _separated(method, rows[-1], result) if rows else BY_AVERAGE
        rows.append(
            RankingRow(
                rank=position if separated else rows[-1].rank,
                project_id=result.project_id,
                average=result.average,
                criteria=result.criteria,
                totals=result.totals,
                separated_by=separated,
            )
        )
    return tuple(rows)


def _separated(method: Method, above: RankingRow, below: RankingRow) -> str | None:
    names = (BY_AVERAGE, *method.tie_breaks)
    for name, high, low in zip(names, _key(method, above), _key(method, below), strict=True):
        if high != low:
            return name
    return None


def contested(rows: Sequence[RankingRow], bursaries: int) -> tuple[str, ...]:
    """The projects that share a rank across the last bursary, or none."""
    if len(rows) <= bursaries:
        return ()
    last_in, first_out = rows[bursaries - 1], rows[bursaries]
    if last_in.rank != first_out.rank:
        return ()
    return tuple(row.project_id for row in rows if row.rank == last_in.rank)


def awarded(
    rows: Sequence[RankingRow], bursaries: int, resolved: Sequence[str] = ()
) -> tuple[RankingRow, ...]:
    """The rows that receive a bursary, best first.

    `resolved` is the panel's order of the contested projects; it counts only if it names
    exactly those. While a contest is open, only the rows above it are returned.
    """
    tied = contested(rows, bursaries)
    if not tied:
        return tuple(rows[:bursaries])
    clear = tuple(row for row in rows[:bursaries] if row.project_id not in tied)
    if sorted(resolved) != sorted(tied):
        return clear
    found = {row.project_id: row for row in rows}
    return clear + tuple(found[key] for key in resolved[: bursaries - len(clear)])


def presented(value: Fraction | Decimal, places: int = 2) -> str:
    """A number of at least 0 for display: fixed decimals, half up, with no float in between."""
    scaled = Fraction(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def exact(value: Fraction) -> str:
    """A number as `numerator/denominator`, for an independent recount."""
    return f"{value.numerator}/{value.denominator}"


def from_exact(text: str) -> Fraction:
    """The number that `exact` wrote."""
    return Fraction(text)
