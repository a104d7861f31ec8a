"""What the year came to: counts by stage, the invariants, where the time went."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from nextstep_local.demo.checks import CHECKS, Finding
from nextstep_local.demo.world import World


async def sum_up(world: World) -> dict[str, Any]:
    """Count and check everything; fit for JSON."""
    with world.narrator.stage("Everything is counted again", len(CHECKS)) as stage:
        findings = []
        for check in CHECKS:
            findings.append(await check(world))
            stage.step(world.year.now, findings[-1].name)
        counts = await count(world)
        stage.tell(f"{sum(f.held for f in findings)} of {len(findings)} invariants held")
    return {
        "cohort": world.cohort.id,
        "seed": world.seed,
        "held": all(finding.held for finding in findings),
        "seconds": round(world.narrator.seconds, 1),
        "counts": counts,
        "invariants": [_plain(finding) for finding in findings],
        "stage_seconds": {k: round(v, 1) for k, v in world.narrator.stage_seconds.items()},
        "cpu_seconds": world.site.cpu_seconds() | {"demo": round(time.process_time(), 1)},
        "seconds_waiting_for_rest": round(world.quiet.seconds, 1),
    }


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "invariant": finding.name,
        "held": finding.held,
        "counted": finding.counted,
        "faults": list(finding.faults),
    }


async def count(world: World) -> dict[str, dict[str, int]]:
    """How many at each stage, from the site's own exports and from the record."""
    applications = await world.office.sheet(world.url("applications", "/list"), format="csv")
    movements = await world.office.sheet(world.url("applications", "/ledger"), format="csv")
    fellows = await world.office.sheet(world.url("scheduling", "/fellows"), format="csv")
    marks = Counter(mark for held in world.record.held for mark in held.marks.values())
    quirks = Counter(person.quirk for person in world.people)
    graduation = await world.office.sheet(world.url("awards", "/graduation"), format="csv")
    return {
        "applicants": dict(sorted(quirks.items())),
        "submissions by form": _by(p.source for p in world.posted if p.receipt is not None),
        "webhook answers": _by(str(posted.status) for posted in world.posted),
        "applications": _by(row["state"] for row in applications),
        "place movements": _by(row["kind"] for row in movements),
        "standing": _by(row["standing"] for row in fellows),
        "registers": {"sessions": len(world.record.held), **dict(sorted(marks.items()))},
        "judging": {
            "score sheets": len(world.record.sheets),
            "recusals": len(world.record.recused),
        },
        "graduation": _by(row["outcome"] for row in graduation),
        "mails": {"sent": len(world.mail.all)},
    }


def _by(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def write(summary: dict[str, Any], file: Path) -> None:
    """Write the summary as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def show(summary: dict[str, Any], console: Console) -> None:
    """Print the summary."""
    console.print()
    counts = Table(title=f"The {summary['cohort']} cohort", show_header=False, title_justify="left")
    for stage, found in summary["counts"].items():
        counts.add_row(stage, ", ".join(f"{n} {what}" for what, n in found.items()))
    console.print(counts)
    invariants = Table(title="Invariants", title_justify="left")
    invariants.add_column("")
    invariants.add_column("invariant")
    invariants.add_column("counted")
    for one in summary["invariants"]:
        mark = "[green]held[/]" if one["held"] else "[red]BROKEN[/]"
        invariants.add_row(mark, one["invariant"], one["counted"])
    console.print(invariants)
    for one in summary["invariants"]:
        for fault in one["faults"]:
            console.print(f"[red]{one['invariant']}:[/] {fault}", highlight=False)
