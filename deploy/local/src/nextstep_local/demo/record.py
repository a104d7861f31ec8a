"""What was done during the simulated year, written down by those who did it.

The recounts at the end use only this and what pages, exports and mail files show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Mark = Literal["attended", "absent", "apologies"]


@dataclass(frozen=True)
class HeldSession:
    """One register as it was filled in, by person."""

    key: str
    kind: str
    on: date
    marks: Mapping[str, Mark]


@dataclass
class Record:
    """The demo's own memory. People are named by their person id."""

    held: list[HeldSession] = field(default_factory=list)
    waived: set[tuple[str, str]] = field(default_factory=set)
    """(person, session key) for each module the office excused."""
    left: set[str] = field(default_factory=set)
    """Fellows who withdrew."""
    sheets: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    """The points of each locked score sheet, by (project title, panellist)."""
    recused: set[tuple[str, str]] = field(default_factory=set)
    """(project title, panellist) pairs in which the panellist must not judge."""
    came_as_fellow: set[int] = field(default_factory=set)
    """Applicant numbers of those whose browser holds a Fellow's session."""
