"""Everything about one application that the review knows, and what follows from it."""

import hashlib
import json
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from applications.admissions.application import Application
from applications.admissions.states import State
from applications.admissions.traits import Traits
from applications.review.conflicts import Conflict, Reviewer, Suggestion, hides, inherited, likely
from applications.review.method import Method
from applications.review.sheets import Sheet

UNDER_REVIEW: frozenset[State] = frozenset({"eligible"})
"""Where sheets can be written and locked."""
COMPARED: frozenset[State] = frozenset(
    {"eligible", "waitlisted", "offered", "accepted", "declined", "lapsed", "rejected"}
)
"""Where an application with enough locked sheets stays in the ranking."""

Choice = Literal["offer", "waitlist", "reject"]


class Draft(BaseModel):
    """A decision that is prepared but not made; and what it was prepared on, to notice changes."""

    model_config = ConfigDict(frozen=True)

    choice: Choice
    position: int | None = None
    """Among the drafts for the waiting list, from 1."""
    reason: str = ""
    """Of a rejection: what the applicant is sent."""
    exception: str = ""
    """Why it is decided although too few sheets are locked."""
    by: str
    at: datetime
    state: State
    content: str
    sheets: str


class Review(BaseModel):
    """The review of one application: who was asked, what they say, conflicts, the draft.

    One aggregate, so that a sheet that is locked while a decision is applied cannot be missed.
    """

    model_config = ConfigDict(frozen=True)

    application_id: str
    cohort: str
    person_id: str
    sheets: tuple[Sheet, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    draft: Draft | None = None
    version: int = 0

    def sheet_of(self, reviewer: str) -> Sheet | None:
        """The reviewer's sheet, if the reviewer was asked."""
        return next((sheet for sheet in self.sheets if sheet.reviewer == reviewer), None)

    def with_sheet(self, changed: Sheet) -> "Review":
        """The review with this sheet in place of its reviewer's former one."""
        others = (sheet for sheet in self.sheets if sheet.reviewer != changed.reviewer)
        kept = sorted((*others, changed), key=lambda sheet: sheet.reviewer)
        return self.model_copy(update={"sheets": tuple(kept)})


@dataclass(frozen=True)
class Case:
    """An application, its review, and from whom it is hidden."""

    application: Application
    review: Review
    content: str
    hidden_from: frozenset[str] = frozenset()
    """Reviewers with a conflict that is decided, certain, or suggested and not yet answered."""
    suggested: Mapping[str, Suggestion] = field(default_factory=dict)
    """What waits for an answer, by reviewer."""

    @property
    def id(self) -> str:
        """The application's id."""
        return self.application.id

    @property
    def under_review(self) -> bool:
        """Whether sheets can be written now."""
        return self.application.state in UNDER_REVIEW and not self.application.erased

    def visible_sheets(self) -> tuple[Sheet, ...]:
        """Sheets of those from whom it is not hidden."""
        return tuple(s for s in self.review.sheets if s.reviewer not in self.hidden_from)

    def counting(self, method: Method) -> tuple[Sheet, ...]:
        """The sheets that decide: locked, on this score sheet, by people without a conflict."""
        return tuple(
            s for s in self.visible_sheets() if s.locked_at and s.method == method.fingerprint
        )


@dataclass(frozen=True)
class Selection:
    """The review of a cohort, or of a part of it, at one moment."""

    method: Method
    cases: tuple[Case, ...]
    reviewers: Mapping[str, Reviewer]

    @property
    def active(self) -> tuple[str, ...]:
        """Those who can be asked, in the order of their addresses."""
        return tuple(sorted(key for key, one in self.reviewers.items() if not one.left))

    def seen_by(self, person: str, hidden: Some[str] = ()) -> "Selection":
        """The selection as if what a conflict hides from this person did not exist.

        `hidden` is more of it, by id: their own application, of who is no reviewer.

        Whatever is listed, counted or dealt out on a page is taken from it, so that nothing there
        can depend on what is hidden.
        """
        email = person.casefold()
        seen = (c for c in self.cases if email not in c.hidden_from and c.id not in hidden)
        return replace(self, cases=tuple(seen))

    def case(self, application_id: str) -> Case | None:
        """The case of an application."""
        return next((case for case in self.cases if case.id == application_id), None)

    @property
    def unanswered(self) -> tuple[tuple[Case, str, Suggestion], ...]:
        """Suggested conflicts that keep somebody from reviewing now."""
        return tuple(
            (case, reviewer, found)
            for case in self.cases
            if case.under_review
            for reviewer, found in sorted(case.suggested.items())
            if reviewer in self.active
        )

    def name(self, reviewer: str) -> str:
        """What a reviewer is called."""
        known = self.reviewers.get(reviewer)
        return known.name if known else reviewer


def case_of(
    application: Application,
    review: Review | None,
    reviewers: Iterable[Reviewer],
    owners: Mapping[str, str],
) -> Case:
    """Put an application and its review together; `owners` as in `conflicts.likely`."""
    review = review or Review(
        application_id=application.id,
        cohort=application.cohort,
        person_id=application.person_id,
    )
    answered = {conflict.reviewer for conflict in review.conflicts}
    applicant = Traits.of_applicant(application.answers)
    hidden: set[str] = set()
    suggested: dict[str, Suggestion] = {}
    for reviewer in reviewers:
        found = likely(reviewer, applicant, application.person_id, owners)
        if hides(found, review.conflicts, reviewer.email):
            hidden.add(reviewer.email)
        if found and not found.certain and reviewer.email not in answered:
            suggested[reviewer.email] = found
    return Case(application, review, content_of(application), frozenset(hidden), suggested)


def carried(duplicate: Case, surviving: Case, by: str, at: datetime) -> tuple[Conflict, ...]:
    """The conflicts that the surviving application takes over when two are merged.

    A suggestion that nobody answered hid the duplicate, and hides the other too until the office
    lifts it; unless it is the other's own suggestion, or somebody decided there already.
    """
    answered = {conflict.reviewer for conflict in surviving.review.conflicts}
    unanswered = tuple(
        Conflict(
            reviewer=reviewer,
            kind=found.kind,
            reason=f"Suggested and not answered. {found.why}",
            effective=True,
            by=by,
            at=at,
        )
        for reviewer, found in sorted(duplicate.suggested.items())
        if reviewer not in answered and surviving.suggested.get(reviewer) != found
    )
    found = (*duplicate.review.conflicts, *unanswered)
    return inherited(surviving.review.conflicts, found, duplicate.application.reference)


def content_of(application: Application) -> str:
    """A digest of what reviewers read: another answer or file makes another one."""
    read = {
        "answers": application.answers.model_dump(mode="json"),
        "documents": {key: held.file_id for key, held in application.documents.items()},
    }
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:16]
