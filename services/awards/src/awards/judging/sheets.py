"""Score sheets: written, locked, and corrected only by the office with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from awards.fellows.records import Part, Record
from awards.fellows.typed_text import required
from awards.judging.method import Method
from awards.panel.conflicts import Pair, pair_id
from nextstep_contracts import AlreadySo, Refused

SheetState = Literal["missing", "draft", "locked", "excluded"]
COMMENT_LENGTH = 2000

STATE_NAMES: dict[SheetState, str] = {
    "missing": "Not started",
    "draft": "Draft",
    "locked": "Locked",
    "excluded": "Excluded",
}


class Correction(Part):
    """A locked sheet that the office opened again: what it said, why and who did it."""

    revision: int
    scores: dict[str, int]
    comment: str
    reason: str
    by: str
    at: datetime


class Exclusion(Part):
    """Why a missing sheet is not waited for."""

    reason: str
    by: str
    at: datetime


class Sheet(Record):
    """What one panellist gives one project."""

    collection: ClassVar[str] = "sheets"
    cohort: str
    project_id: str
    panellist_id: str
    scores: dict[str, int] = Field(default_factory=dict)
    comment: str = ""
    locked_at: datetime | None = None
    revision: int = 0
    """Counts the locks; the first published score has revision 1."""
    excluded: Exclusion | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def pair(self) -> Pair:
        """The project and the panellist."""
        return self.project_id, self.panellist_id

    @property
    def state(self) -> SheetState:
        """Where the sheet is."""
        if self.locked_at:
            return "locked"
        if self.excluded:
            return "excluded"
        return "draft" if self.scores or self.comment else "missing"

    @property
    def readable(self) -> bool:
        """Whether its points can be read: it is locked, and not sealed from whoever looks."""
        return self.locked_at is not None and bool(self.scores)

    @property
    def sealed(self) -> "Sheet":
        """As somebody sees it who may know that it is there and not what it says or said."""
        if self.locked_at is None:
            return self.but(corrections=())  # what a draft says is shown to its panellist alone
        return self.but(scores={}, comment="", corrections=())

    def without_texts(self, instead: str) -> "Sheet":
        """The same points without comments, and with `instead` for every reason."""
        corrections = tuple(one.but(comment="", reason=instead) for one in self.corrections)
        excluded = self.excluded and self.excluded.but(reason=instead)
        return self.but(comment="", corrections=corrections, excluded=excluded)

    @property
    def waited_for(self) -> bool:
        """Whether, if it is expected, the decision waits for it."""
        return self.state in ("missing", "draft")


@dataclass(frozen=True)
class Ballot:
    """One locked sheet that counts."""

    project_id: str
    panellist_id: str
    scores: dict[str, int]


def blank(cohort: str, pair: Pair) -> Sheet:
    """A sheet that nobody has written on."""
    project_id, panellist_id = pair
    return Sheet(id=pair_id(pair), cohort=cohort, project_id=project_id, panellist_id=panellist_id)


def write(sheet: Sheet, method: Method, scores: Mapping[str, int], comment: str) -> Sheet:
    """A draft with these points; an unfinished draft is fine.

    Raises:
        Refused: the sheet is locked or excluded, or some points are off the scale.

    """
    _must_be_open(sheet)
    wrong = {key: text for key, text in method.problems(scores).items() if key in scores}
    if len(comment) > COMMENT_LENGTH:
        wrong["comment"] = f"The comment must be {COMMENT_LENGTH} characters or fewer"
    if wrong:
        raise Refused("Some entries need another look", fields=wrong)
    return sheet.but(scores=dict(scores), comment=comment.strip())


def lock(sheet: Sheet, method: Method, now: datetime) -> Sheet:
    """The sheet, final, with the next revision.

    Raises:
        Refused: it is locked or excluded already, or a criterion has no points.

    """
    _must_be_open(sheet)
    problems = method.problems(sheet.scores)
    if problems:
        raise Refused("The sheet is not complete", fields=problems)
    return sheet.but(locked_at=now, revision=sheet.revision + 1)


def repeats(sheet: Sheet, scores: Mapping[str, int], comment: str) -> bool:
    """Whether these entries are what the locked sheet says: a form that was sent twice."""
    same = sheet.scores == dict(scores) and sheet.comment == comment.strip()
    return sheet.state == "locked" and same


def unlock(sheet: Sheet, reason: str, by: str, now: datetime) -> Sheet:
    """A locked sheet opened for correction; what it said is kept.

    Raises:
        Refused: it is not locked, or no reason is given.

    """
    if sheet.locked_at is None and sheet.corrections:
        raise AlreadySo("The sheet is open for correction already.")
    if sheet.locked_at is None:
        raise Refused("Only a locked sheet can be opened for correction.")
    said = Correction(
        revision=sheet.revision,
        scores=sheet.scores,
        comment=sheet.comment,
        reason=required(reason, "Say why the sheet is opened again"),
        by=by,
        at=now,
    )
    return sheet.but(locked_at=None, corrections=(*sheet.corrections, said))


def exclude(sheet: Sheet, reason: str, by: str, now: datetime) -> Sheet:
    """A sheet that the decision does not wait for.

    Raises:
        Refused: it is locked (and so counts), excluded already, or no reason is given.

    """
    if sheet.state == "locked":
        raise Refused("A locked sheet counts and cannot be excluded.")
    if sheet.excluded:
        raise AlreadySo("The sheet is excluded already.")
    text = required(reason, "Say why the sheet is not waited for")
    return sheet.but(excluded=Exclusion(reason=text, by=by, at=now))


def include(sheet: Sheet) -> Sheet:
    """An excluded sheet that is waited for again."""
    if sheet.excluded is None:
        raise AlreadySo("The sheet is not excluded.")
    return sheet.but(excluded=None)


def _must_be_open(sheet: Sheet) -> None:
    if sheet.state == "locked":
        raise Refused("This sheet is locked. Ask the programme office to open it for correction.")
    if sheet.excluded:
        raise Refused("This sheet was excluded by the programme office, which can include it.")
