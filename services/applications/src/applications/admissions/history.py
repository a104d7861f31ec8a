"""The history of an application: a line for each thing that happened, of a kind that is known.

What is shown is in `what`, `who` and `why`; pages and rules go by the kind, never by the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Kind = Literal[
    "submitted",
    "amended",
    "held",
    "doubted",
    "typed",
    "entered_by_hand",
    "documents_sent",
    "awaits_documents",
    "documents_requested",
    "fetched",
    "fetch_failed",
    "fetch_again",
    "infected",
    "referred",
    "found_eligible",
    "accepted_late",
    "eligible",
    "waitlisted",
    "reordered",
    "offered",
    "offer_extended",
    "accepted",
    "declined",
    "lapsed",
    "rejected",
    "withdrawn",
    "rules_run",
    "seen",
    "version_applied",
    "version_set_aside",
    "separated",
    "duplicate",
    "has_duplicate",
    "study_leave",
    "leave_evidence",
    "leave_reminder",
    "review_asked",
    "review_taken_back",
    "review_locked",
    "review_unlocked",
    "conflict",
    "no_conflict",
    "other",
]


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to an application. Never changed, but for an erasure of `why`."""

    application_id: str
    kind: Kind
    what: str
    """In a few words for the office."""
    who: str
    """The name of a person, or of what acts by itself."""
    why: str
    at: datetime
    step: int = 0
    """Its place among the lines of the same moment: later by the clock on the wall is higher.

    Acts can share a moment; up to 64e27b8 each counted its own lines from 0."""


COMPARING: Mapping[Kind, str] = {
    "waitlisted": "Waiting list",
    "reordered": "Moved on the waiting list",
    "offered": "Place offered",
    "referred": "Referred",
}
"""Lines that say how an application stands among the others, or who else it may be, and what is
left of them for somebody who must not know all of these: no turn, no rank, no other's number."""


def without_comparison(line: HistoryLine) -> HistoryLine:
    """The line as somebody reads it who takes no part in comparing."""
    if line.kind not in COMPARING:
        return line
    return replace(line, what=COMPARING[line.kind], why="")


_ENDINGS: tuple[tuple[str, Kind], ...] = (
    (": fetched from the form", "fetched"),
    (": could not be fetched", "fetch_failed"),
    (": fetch again", "fetch_again"),
    (": a virus was found", "infected"),
    (" is a duplicate of this", "has_duplicate"),
    (" set aside", "version_set_aside"),
)
_BEGINNINGS: tuple[tuple[str, Kind], ...] = (
    ("Submitted", "submitted"),
    ("Amended", "amended"),
    ("A submission came", "held"),
    ("A submission ", "doubted"),
    ("Typed by the office", "typed"),
    ("Documents sent", "documents_sent"),
    ("Waiting for documents", "awaits_documents"),
    ("Documents asked for again", "documents_requested"),
    ("Referred", "referred"),
    ("Decided: eligible", "found_eligible"),
    ("Late application accepted", "accepted_late"),
    ("Eligible", "eligible"),
    ("Waiting list", "waitlisted"),
    ("Moved from ", "reordered"),
    ("Place offered", "offered"),
    ("Offer extended", "offer_extended"),
    ("Place accepted", "accepted"),
    ("Place declined", "declined"),
    ("Offer lapsed", "lapsed"),
    ("Rejected", "rejected"),
    ("Withdrawn", "withdrawn"),
    ("Rules run again", "rules_run"),
    ("Looked at by the office", "seen"),
    ("Version of ", "version_applied"),
    ("Duplicate of ", "duplicate"),
    ("Study leave declared", "study_leave"),
    ("Evidence of leave sent", "leave_evidence"),
    ("Reminded of study leave", "leave_reminder"),
    ("Review asked of ", "review_asked"),
    ("Review no longer asked of ", "review_taken_back"),
    ("Review locked", "review_locked"),
    ("Review of ", "review_unlocked"),
    ("Conflict of interest", "conflict"),
    ("No conflict of interest", "no_conflict"),
)


def kind_of(what: str) -> Kind:
    """The kind of a line that was written when lines had none, by its words.

    Here alone; releases up to 64e27b8 wrote such lines, and their words do not change any more.
    """
    ending = next((kind for end, kind in _ENDINGS if what.endswith(end)), None)
    if ending is not None:
        return ending
    return next((kind for start, kind in _BEGINNINGS if what.startswith(start)), "other")
