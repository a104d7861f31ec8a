"""`python -m applications eligibility-dry-run`: what would other rules change?"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from applications.admissions.rule_trial import STANDINGS, Changes, what_changes
from applications.office.store import all_applications
from nextstep_messaging import Command, CommandError, Messaging
from nextstep_programme import Cohort, CohortError, load_cohort, varied

SETTING = "eligibility.commencement=2024-10-08"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cohort", type=Path, help="a cohort file with the other rules")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=f"another value of a field, for example {SETTING}; may be given several times",
    )


async def dry_run(app: Any, messaging: Messaging, asked: argparse.Namespace) -> int:
    """Run the rules in force and the others over all applications; changes nothing."""
    now: Cohort = app.state.here.cohort
    then = other_rules(now, asked.cohort, asked.set)
    applications = await all_applications(messaging.db.read, now)
    changes = await asyncio.to_thread(what_changes, applications, now, then)
    sys.stdout.write(report(changes) + "\n")
    return 0


def other_rules(now: Cohort, file: Path | None, settings: list[str]) -> Cohort:
    """The cohort that the arguments name.

    Raises:
        CommandError: nothing is asked, or what is asked is no usable cohort.

    """
    if not file and not settings:
        raise CommandError(f"say what to change: --cohort FILE, or --set {SETTING}")
    if unclear := [setting for setting in settings if "=" not in setting]:
        raise CommandError(f"{unclear[0]!r} is not FIELD=VALUE, for example {SETTING}")
    changes = {name: value for name, _, value in (one.partition("=") for one in settings)}
    try:
        return varied(load_cohort(file).cohort if file else now, changes)
    except CohortError as wrong:
        raise CommandError(str(wrong)) from wrong


def report(changes: Changes) -> str:
    """The outcome as text for a terminal."""
    width = max(map(len, STANDINGS.values()))
    lines = [
        "A dry run: nothing is changed.",
        "",
        f"{'':{width}}    now   then",
        *(
            f"{text:{width}}  {changes.now[one]:5}  {changes.then[one]:5}"
            for one, text in STANDINGS.items()
        ),
        "",
        f"{len(changes.changed)} of {changes.now.total()} would be judged otherwise:",
    ]
    for one in changes.changed:
        who = f"{one.application.reference} {one.application.answers.name}"
        said = " ".join(finding.office for finding in one.findings)
        lines.append(f"  {who}: {one.now} -> {one.then}. {said}")
    return "\n".join(lines)


DRY_RUN = Command(
    "eligibility-dry-run",
    "run the rules over all applications with some of them changed; changes nothing",
    _arguments,
    dry_run,
)
