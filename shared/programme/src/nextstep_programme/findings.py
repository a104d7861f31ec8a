"""What checking a cohort file can find: problems that stop it, and points left open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FieldPath = tuple[str | int, ...]
"""Keys and list positions from the top of the file, for example `("sessions", 3, "ends")`."""


def spelled(path: FieldPath) -> str:
    """A path as people read it: `sessions[3].ends`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that makes the file unusable.

    `field` is the path of the field, for example `sessions[3].ends`; empty for the whole file.
    `line` counts from 1; None when no line can be named (a file that is missing).
    `allowed` says what would be right.
    """

    message: str
    field: str = ""
    line: int | None = None
    allowed: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line else ""
        what = f"{self.field}: " if self.field else ""
        return f"{where}{what}{self.message}" + (
            f" Allowed: {self.allowed}." if self.allowed else ""
        )


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something the source of the cohort leaves open or that somebody should look at.

    It never stops the software; the programme office sees it. `code` is stable and names the rule
    that found it (`note` for a remark written in the file); `line` counts from 1.
    """

    code: str
    message: str
    line: int | None
    field: str

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.field}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A value that contradicts another one, and what it may be instead."""

    path: FieldPath
    message: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """An open point before its line is known."""

    code: str
    path: FieldPath
    message: str


class CohortError(ValueError):
    """The cohort file cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source} is not a usable cohort file:\n{listed}")


def distinct(
    path: FieldPath, values: Sequence[str], below: str | None = None
) -> Iterator[Inconsistency]:
    """A list that must hold something, and nothing twice; `below` is the field that repeats."""
    if not values:
        yield Inconsistency(path, "the list is empty.", "at least one entry")
    for position, value in enumerate(values):
        if value in values[:position]:
            at = (*path, position) if below is None else (*path, position, below)
            yield Inconsistency(at, f"{value!r} is already in the list.", "each entry once")
