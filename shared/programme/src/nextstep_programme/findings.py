"""What checking a cohort file can find: problems that stop it, and points left open."""

from dataclasses import dataclass


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
        return f"{where}{what}{self.message}" + (f" Allowed: {self.allowed}." if self.allowed else "")


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


class CohortError(ValueError):
    """The cohort file cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source} is not a usable cohort file:\n{listed}")
