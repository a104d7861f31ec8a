"""How long pages take to answer, one request at a time, beside the limit they have to keep."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.results import Measured, markdown, plain

HEADER = ("", "p50 ms", "p95 ms", "requests")


@dataclass
class Latencies:
    """Several questions of one kind, and the limit that each one's p95 should keep."""

    title: str
    limit_ms: float
    measured: Sequence[Measured]
    about: str
    remarks: list[str] = field(default_factory=list)

    @property
    def worst(self) -> Measured:
        return max(self.measured, key=lambda one: one.percentile(95))


def _rows(found: Latencies) -> list[tuple[str, ...]]:
    return [
        (one.name, f"{one.percentile(50):.0f}", f"{one.percentile(95):.0f}", str(one.count))
        for one in found.measured
    ]


def _verdict(found: Latencies) -> str:
    worst = found.worst
    kept = "kept" if worst.percentile(95) <= found.limit_ms else "NOT kept"
    return (
        f"limit {found.limit_ms:.0f} ms for p95: {kept}; "
        f"the slowest is “{worst.name}” with {worst.percentile(95):.0f} ms"
    )


@plain.register
def _(found: Latencies) -> str:
    rows = [HEADER, *_rows(found)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADER))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:],
        strict=True))]) for row in rows
    ]  # fmt: skip
    notes = [f"  {remark}" for remark in found.remarks]
    return "\n".join([found.title, *lines, _verdict(found), *notes, ""])


@markdown.register
def _(found: Latencies) -> str:
    table = [HEADER, ("---", *("---:",) * (len(HEADER) - 1)), *_rows(found)]
    lines = ["| " + " | ".join(row) + " |" for row in table]
    parts = [f"## {found.title}", "\n".join(lines), f"**{_verdict(found)}**", found.about.strip()]
    parts += ["\n".join(f"- {remark}" for remark in found.remarks)] if found.remarks else []
    return "\n\n".join(parts) + "\n"
