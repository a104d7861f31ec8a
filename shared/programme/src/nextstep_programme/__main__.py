"""`python -m nextstep_programme check FILE`: is this a usable cohort file?"""

import argparse
import sys

from nextstep_programme.findings import CohortError, OpenPoint, Problem
from nextstep_programme.loading import load


def main(arguments: list[str] | None = None) -> int:
    """Check a file and print what was found; 0 when it can be used, warnings or not."""
    parser = argparse.ArgumentParser(prog="python -m nextstep_programme")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check a cohort file and list its open points")
    check.add_argument("file", help="a cohort file, or the id of a packaged one such as 2024-25")
    return _check(parser.parse_args(arguments).file)


def _check(file: str) -> int:
    try:
        loaded = load(file)
    except CohortError as error:
        print(f"{error.source}: not usable, {_counted(len(error.problems), 'error')}\n")
        for problem in error.problems:
            print(_block("error", problem))
        return 1
    cohort = loaded.cohort
    print(f"{file}: usable, {_counted(len(loaded.warnings), 'open point')}\n")
    for point in loaded.warnings:
        print(_block("open", point))
    dated = sum(session.on is not None for session in cohort.sessions)
    print(
        f"{cohort.title}: {cohort.places} places, deadline {cohort.deadline_on} "
        f"{cohort.deadline_at:%H:%M} {cohort.zone}, {dated} dated and "
        f"{len(cohort.sessions) - dated} undated sessions, "
        f"{_counted(len(cohort.learning_sets.topics), 'learning-set topic')}."
    )
    return 0


def _block(label: str, found: Problem | OpenPoint) -> str:
    where = f"line {found.line}" if found.line else "file"
    code = f" [{found.code}]" if isinstance(found, OpenPoint) else ""
    lines = [f"{label:5} {where:>8}  {found.field}{code}", f"                {found.message}"]
    if isinstance(found, Problem) and found.allowed:
        lines.append(f"                Allowed: {found.allowed}.")
    return "\n".join(lines)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


if __name__ == "__main__":
    sys.exit(main())
