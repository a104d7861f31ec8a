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
class DemoRecord:
    """The demo's own memory. Fellows are named by their person id unless said otherwise."""

    answered: set[str] = field(default_factory=set)
    """Message ids of the offers that their recipients have answered."""
    accepted: set[int] = field(default_factory=set)
    """Applicant numbers, as in the four sets that follow."""
    declined: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    withdrew: set[int] = field(default_factory=set)
    sent_documents: set[int] = field(default_factory=set)
    """Applicants whose form asked for no documents, and who sent them from their own page."""
    held: list[HeldSession] = field(default_factory=list)
    waived: set[tuple[str, str]] = field(default_factory=set)
    """(person, session key) for each module the office excused."""
    left: set[str] = field(default_factory=set)
    """Fellows who withdrew, by person id."""
    sheets: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    """The points of each locked score sheet, by (project title, panellist)."""
    recused: set[tuple[str, str]] = field(default_factory=set)
    """(project title, panellist) pairs in which the panellist must not judge."""
    came_by: dict[int, str] = field(default_factory=dict)
    """The link that opened the present session, by applicant number."""
