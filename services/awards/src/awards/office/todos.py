"""What the state of things asks of the office next."""

from collections.abc import Iterator
from dataclasses import dataclass

from awards.graduation.who_graduates import DryRun
from awards.judging.judging import Judging
from awards.panel.panel import Panel
from awards.projects.authors import without_project
from awards.result.result import Result
from nextstep_web.display import plural


@dataclass(frozen=True)
class ToDo:
    """Something that waits for the office."""

    text: str
    href: str


def todos(result: Result, run: DryRun | None, bounced: int, dead: int) -> Iterator[ToDo]:
    """What waits, derived from state alone.

    `run` is None for who must not know of somebody. `bounced` counts invitations to panellists,
    `dead` dead letters.
    """
    judging = result.judging
    yield from _posters(judging.panel)
    if not judging.scoring.open:
        yield from _projects(judging.panel)
    yield from _panel(judging.panel, bounced)
    yield from _scoring(judging)
    yield from _result(result)
    if result.announced and run is not None:
        yield from _graduation(run)
    if dead:
        text = f"Look at {plural(dead, 'dead letter', 'dead letters')}"
        yield ToDo(text, "/awards/dead-letters")


def _posters(panel: Panel) -> Iterator[ToDo]:
    for one in panel.projects.values():
        if one.refused_poster is not None and not (one.refused_poster.settled or one.removed):
            text = f"A virus was found in the poster of “{one.title}”: it was removed"
            yield ToDo(text, f"/awards/projects/{one.id}")


def _projects(panel: Panel) -> Iterator[ToDo]:
    without = without_project(panel.fellows.values(), panel.projects.values())
    if without:
        who = plural(len(without), "Fellow has", "Fellows have")
        yield ToDo(f"{who} not registered a project", "/awards/projects/missing")
    waiting = [one for one in panel.projects.values() if one.state == "registered"]
    if waiting:
        what = plural(len(waiting), "project is", "projects are")
        yield ToDo(f"{what} registered but not submitted", "/awards/projects?state=registered")


def _panel(panel: Panel, bounced: int) -> Iterator[ToDo]:
    present = {one.organisation for one in panel.judges}
    absent = [one for one in panel.organisations if one not in present]
    if absent:
        yield ToDo(f"Add panellists from {', '.join(absent)}", "/awards/panellists")
    if panel.suggestions:
        what = plural(len(panel.suggestions), "suggested conflict", "suggested conflicts")
        yield ToDo(f"Confirm or dismiss {what} of interest", "/awards/conflicts")
    if bounced:
        what = plural(bounced, "invitation", "invitations")
        yield ToDo(f"{what} to panellists could not be delivered", "/awards/panellists")


def _scoring(judging: Judging) -> Iterator[ToDo]:
    if judging.scoring.method is None:
        yield ToDo("Register the method", "/awards/scoring")
    elif not judging.scoring.open and judging.panel.left_out:
        yield ToDo("Ask a colleague to open scoring", "/awards/scoring")
    elif not judging.scoring.open:
        ready = not judging.opening_problems
        text = "Open scoring" if ready else "See what keeps scoring from opening"
        yield ToDo(text, "/awards/scoring")
    else:
        for one in judging.progress:
            if one.waiting:
                text = f"{one.panellist.name}: {plural(one.waiting, 'sheet', 'sheets')} to lock"
                yield ToDo(text, f"/awards/panellists/{one.panellist.id}")


def _result(result: Result) -> Iterator[ToDo]:
    if result.deciding_problems or not result.judging.whole:
        return
    if result.staged:
        yield ToDo("Look at the staged decision and apply it", "/awards/result")
    elif not result.tie_settled:
        yield ToDo("Settle the tie across the last bursary", "/awards/result")
    elif result.announced is None:
        yield ToDo("The result is complete: stage the decision", "/awards/result")
    elif result.stale:
        yield ToDo("The result has changed since it was announced", "/awards/result")


def _graduation(run: DryRun) -> Iterator[ToDo]:
    acting = sum(1 for line in run.lines if line.acts)
    if acting:
        who = plural(acting, "Fellow is", "Fellows are")
        yield ToDo(f"{who} ready to graduate", "/awards/graduation")
    differing = sum(1 for line in run.lines if line.outcome == "discrepancy")
    if differing:
        who = plural(differing, "graduate no longer meets", "graduates no longer meet")
        yield ToDo(f"{who} the requirements", "/awards/graduation?outcome=discrepancy")
