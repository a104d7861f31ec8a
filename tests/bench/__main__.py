"""`python -m tests.bench [intake|bus|deployed|race|list]`: measure on a stack of its own.

Writes docs/performance.md when all parts ran. All of it runs on loopback, is bounded in count and
time, and leaves nothing behind.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tests.bench import as_deployed, bus, intake, office_list, race
from tests.bench.latencies import Latencies
from tests.bench.machine import described
from tests.bench.results import Comparison, markdown, plain

from nextstep_local.places import ROOT
from nextstep_local.stack import Stack

Found = Comparison | Latencies
PARTS: dict[str, Callable[[Stack], Sequence[Found]]] = {
    "intake": intake.measure,
    "bus": bus.measure,
    "deployed": as_deployed.measure,
    "race": race.measure,
    "list": office_list.measure,
}
PAGE = ROOT / "docs" / "performance.md"

READING = """\
Each table sets this software beside a **floor**: the least that any solution would have to do for
the same promise, measured in the same run, on the same broker and database, in turns. The ratio is
our rate divided by the floor's; it travels between machines better than either number. `by round`
shows how far the ratio swung between neighbouring rounds: a change smaller than that says nothing.
Latencies are of single pieces of work while the others run; p99 is the slowest of a hundred.

Run it on a quiet machine with `make bench`; this page is written anew each time."""


def main() -> int:
    """Run the parts asked for; the page is only written when all of them ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("part", nargs="*", help=f"of: {', '.join(PARTS)} (default: all)")
    chosen = parser.parse_args().part or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    machine, began = described(), time.monotonic()
    found: list[Found] = []
    with Stack("bench", discard=True, mail=False) as stack:
        for name in chosen:
            for comparison in PARTS[name](stack):
                found.append(comparison)
                print(plain(comparison), flush=True)
    if set(chosen) == set(PARTS):
        PAGE.write_text(_page(machine, found, time.monotonic() - began))
        print(f"Written to {PAGE.relative_to(ROOT)}.")
    return 0


def _page(machine: list[tuple[str, str]], found: list[Found], seconds: float) -> str:
    today = datetime.now(UTC)
    facts = "\n".join(f"| {name} | {value} |" for name, value in machine)
    intro = f"Measured on {today.day} {today:%B %Y} by `make bench`, in {seconds:.0f} s."
    parts = ["# Performance", intro, READING, "## The machine", f"| | |\n|---|---|\n{facts}"]
    return "\n\n".join([*parts, *(markdown(one).strip() for one in found)]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
