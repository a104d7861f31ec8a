"""Tell what happens: a live progress display on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn


class Narrator:
    """Says which stage of the year it is, how far it got, and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self.stage_seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, title: str, steps: int) -> "Iterator[Stage]":
        """One stage of the year, of so many steps."""
        started = time.monotonic()
        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        with progress:
            stage = Stage(progress, title, steps)
            yield stage
        seconds = time.monotonic() - started
        self.stage_seconds[title] = seconds
        told = f"  {stage.told}" if stage.told else ""
        self._console.print(
            f"[green]✓[/] {title:44} [dim]{seconds:5.1f} s[/]{told}", highlight=False
        )

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._started


class Stage:
    """A stage while it lasts."""

    def __init__(self, progress: Progress, title: str, steps: int) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=steps, note="")
        self.told = ""

    def step(self, now: datetime, note: str = "") -> None:
        """One step further; `now` is the simulated day."""
        shown = f"{now:%d %b %Y}  {note}"
        self._progress.update(self._task, advance=1, note=shown)

    def tell(self, text: str) -> None:
        """What the stage came to, shown at its end."""
        self.told = text
