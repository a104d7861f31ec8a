"""What a benchmark measured, and its table on the terminal and in docs/performance.md."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import singledispatch


@dataclass(frozen=True)
class Round:
    """One uninterrupted run: how long it took, and how long each piece of work took (seconds)."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


@dataclass
class Measured:
    """All rounds of one contender."""

    name: str
    rounds: list[Round] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(one.latencies) for one in self.rounds)

    @property
    def rate(self) -> float:
        """Per second, over all rounds."""
        return self.count / sum(one.seconds for one in self.rounds)

    def percentile(self, percent: int) -> float:
        """A latency in milliseconds: the smallest that `percent` of 100 do not exceed."""
        ordered = sorted(latency for one in self.rounds for latency in one.latencies)
        position = -(-percent * len(ordered) // 100) - 1
        return ordered[max(0, position)] * 1000


@dataclass
class Comparison:
    """One question, answered beside its floor: the least that any solution would have to do."""

    title: str
    unit: str
    """What the rate counts, for example `submissions`."""
    ours: Measured
    floor: Measured
    target: float | None
    """The ratio of rates aimed at by a later issue; None where there is none."""
    about: str
    """What each side does and what the numbers leave out, in Markdown."""
    remarks: list[str] = field(default_factory=list)
    """Facts of this run that belong to the numbers."""

    @property
    def ratio(self) -> float:
        """Our rate over the floor's: 1 would mean that what we add costs nothing."""
        return self.ours.rate / self.floor.rate

    @property
    def ratios(self) -> list[float]:
        """The ratio of each pair of neighbouring rounds; their spread says how sure it is."""
        pairs = zip(self.ours.rounds, self.floor.rounds, strict=True)
        return sorted(ours.rate / floor.rate for ours, floor in pairs)


HEADER = ("", "per second", "p50 ms", "p99 ms", "measured")


def rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """The table's rows: ours, then the floor."""
    return [
        (
            one.name,
            f"{one.rate:,.0f}",
            f"{one.percentile(50):.1f}",
            f"{one.percentile(99):.1f}",
            f"{one.count:,} in {len(one.rounds)} rounds",
        )
        for one in (comparison.ours, comparison.floor)
    ]


def verdict(comparison: Comparison) -> str:
    """The ratio with its spread over rounds and, if there is one, the target."""
    low, *_, high = comparison.ratios if len(comparison.ratios) > 1 else comparison.ratios * 2
    middle = statistics.median(comparison.ratios)
    target = f"; target {comparison.target:.1f}" if comparison.target else ""
    return (
        f"ratio {comparison.ratio:.2f} (by round: median {middle:.2f}, "
        f"{low:.2f} to {high:.2f}){target}"
    )


@singledispatch
def plain(comparison: Comparison) -> str:
    """For the terminal."""
    table = [HEADER, *rows(comparison)]
    widths = [max(len(row[n]) for row in table) for n in range(len(HEADER))]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in table
    ]
    notes = [f"  {remark}" for remark in comparison.remarks]
    return "\n".join([comparison.title, *lines, verdict(comparison), *notes, ""])


@singledispatch
def markdown(comparison: Comparison) -> str:
    """For docs/performance.md."""
    names = (comparison.unit, *HEADER[1:])
    table = [names, ("---", *("---:",) * (len(names) - 1)), *rows(comparison)]
    lines = ["| " + " | ".join(row) + " |" for row in table]
    notes = [f"- {remark}" for remark in comparison.remarks]
    parts = [f"## {comparison.title}", "\n".join(lines), f"**{verdict(comparison)}**"]
    parts += [comparison.about.strip(), *(["\n".join(notes)] if notes else [])]
    return "\n\n".join(parts) + "\n"
