"""Score sheets: written, locked, and opened again only by the office with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from applications.review.method import Method
from nextstep_contracts import AlreadySo, Refused

SheetState = Literal["missing", "draft", "locked"]
COMMENT_LENGTH = 4000
STATE_NAMES: dict[SheetState, str] = {
    "missing": "Not started",
    "draft": "Draft",
    "locked": "Locked",
}


class Unlock(BaseModel):
    """A locked sheet that the office opened again: what it said, why and who did it."""

    model_config = ConfigDict(frozen=True)

    revision: int
    scores: dict[str, int]
    comment: str
    reason: str
    by: str
    at: datetime


class Sheet(BaseModel):
    """What one reviewer gives one application. That it exists means: the reviewer was asked."""

    model_config = ConfigDict(frozen=True)

    reviewer: str
    """The reviewer's email address, folded."""
    scores: dict[str, int] = Field(default_factory=dict)
    comment: str = ""
    locked_at: datetime | None = None
    revision: int = 0
    """Counts the locks."""
    method: str | None = None
    """The fingerprint of the score sheet that was locked."""
    content: str | None = None
    """Of the application that was read when it was locked; see `case.content_of`."""
    unlocks: tuple[Unlock, ...] = ()

    @property
    def state(self) -> SheetState:
        """How far it is."""
        if self.locked_at:
            return "locked"
        return "draft" if self.scores or self.comment else "missing"


def written(sheet: Sheet, method: Method, scores: Mapping[str, int], comment: str) -> Sheet:
    """A draft with these points; an unfinished draft is fine.

    Raises:
        Refused: the sheet is locked, or some points are off the scale.

    """
    _must_be_open(sheet)
    wrong = {key: text for key, text in method.problems(scores).items() if key in scores}
    if len(comment) > COMMENT_LENGTH:
        wrong["comment"] = f"The comment must be {COMMENT_LENGTH} characters or fewer"
    if wrong:
        raise Refused("Some entries need another look.", wrong)
    return sheet.model_copy(update={"scores": dict(scores), "comment": comment.strip()})


def locked(sheet: Sheet, method: Method, content: str, now: datetime) -> Sheet:
    """The sheet, final.

    Raises:
        Refused: it is locked already, or a criterion has no points.

    """
    _must_be_open(sheet)
    problems = method.problems(sheet.scores)
    if problems:
        raise Refused("The sheet is not complete.", problems)
    changes = {"locked_at": now, "revision": sheet.revision + 1}
    return sheet.model_copy(update=changes | {"method": method.fingerprint, "content": content})


def repeats(sheet: Sheet, scores: Mapping[str, int], comment: str) -> bool:
    """Whether these entries are what the locked sheet says: a form that was sent twice."""
    same = sheet.scores == dict(scores) and sheet.comment == comment.strip()
    return sheet.locked_at is not None and same


def unlocked(sheet: Sheet, reason: str, by: str, now: datetime) -> Sheet:
    """A locked sheet opened again; what it said is kept.

    Raises:
        Refused: it is not locked, or no reason is given.

    """
    if sheet.locked_at is None and sheet.unlocks:
        raise AlreadySo("This sheet is open already.")
    if sheet.locked_at is None:
        raise Refused("This sheet is open: only a locked sheet can be unlocked.")
    if not reason.strip():
        raise Refused("Say why the sheet is opened again.")
    said = Unlock(
        revision=sheet.revision,
        scores=sheet.scores,
        comment=sheet.comment,
        reason=reason.strip(),
        by=by,
        at=now,
    )
    return sheet.model_copy(update={"locked_at": None, "unlocks": (*sheet.unlocks, said)})


def _must_be_open(sheet: Sheet) -> None:
    if sheet.locked_at:
        raise Refused(
            "This sheet is locked. Ask the programme office to unlock it if it must be corrected."
        )
