"""Decisions staged before they are made: checked one by one, looked at as a whole, then planned."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from applications.admissions.states import STATES, State
from applications.review.case import UNDER_REVIEW, Case, Choice, Draft
from applications.review.method import Method
from applications.review.ranking import Row
from nextstep_contracts import Refused
from nextstep_programme.writing import listed

CHOICE_NAMES: dict[Choice, str] = {
    "offer": "Offer a place",
    "waitlist": "Waiting list",
    "reject": "Reject",
}
LONGEST_REASON = 1000
MOST_POSITIONS = 9999


@dataclass(frozen=True)
class ToStage:
    """What the office wants to stage for one application."""

    choice: Choice
    position: int | None = None
    reason: str = ""
    exception: str = ""


def checked_choice(choice: str) -> Choice:
    """The choice of a draft.

    Raises:
        Refused: there is no such choice.

    """
    for known in get_args(Choice):
        if known == choice:
            return known  # type: ignore[no-any-return] # get_args loses the literal type
    raise Refused("Choose what to stage.", {"choice": "Choose what to stage"})


def staged(case: Case, method: Method, wanted: ToStage, by: str, now: datetime) -> Draft:
    """A draft on the case as it now stands.

    Raises:
        Refused: the application, its review or the draft itself does not allow it.

    """
    if why := _unfit(case, wanted.choice):
        raise Refused(why)
    position = _position(wanted) if wanted.choice == "waitlist" else None
    reason = _reason(wanted) if wanted.choice == "reject" else ""
    counting = len(case.counting(method))
    exception = wanted.exception.strip() if counting < method.required else ""
    if counting < method.required and not exception:
        raise Refused(
            f"{case.application.reference} has {counting} of {method.required} locked sheets. "
            "Wait for the others, or say why it is decided without them.",
            {"exception": f"Only {counting} of {method.required} sheets are locked: say why"},
        )
    return Draft(
        choice=wanted.choice,
        position=position,
        reason=reason,
        exception=exception,
        by=by,
        at=now,
        state=case.application.state,
        content=case.content,
        sheets=_sheets(case, method),
    )


def _unfit(case: Case, choice: Choice) -> str | None:
    state = case.application.state
    fit: frozenset[State] = UNDER_REVIEW if choice == "waitlist" else UNDER_REVIEW | {"waitlisted"}
    if state in fit and not case.application.erased:
        return None
    return (
        f"{case.application.reference} is “{STATES[state].office}” and cannot be staged like that."
    )


def _position(wanted: ToStage) -> int:
    if wanted.position is None or not 1 <= wanted.position <= MOST_POSITIONS:
        message = "Give the position on the waiting list, from 1."
        raise Refused(message, {"position": message})
    return wanted.position


def _reason(wanted: ToStage) -> str:
    reason = wanted.reason.strip()
    if not 3 <= len(reason) <= LONGEST_REASON:  # noqa: PLR2004 -- a shorter one tells nothing
        message = "Give the reason that the applicant is sent, up to 1,000 characters."
        raise Refused(message, {"reason": message})
    return reason


def _sheets(case: Case, method: Method) -> str:
    """Which sheets count, and in which revision."""
    counting = (f"{s.reviewer}/{s.revision}" for s in case.counting(method))
    return hashlib.sha256("\n".join(sorted(counting)).encode()).hexdigest()[:16]


def stale(case: Case, method: Method) -> str | None:
    """Why the draft no longer fits the application, as a sentence; None while it does."""
    draft = case.review.draft
    if draft is None:
        return None
    state = case.application.state
    if case.application.erased or state != draft.state:
        return f"The application is now “{STATES[state].office}”."
    if case.content != draft.content:
        return "The applicant changed answers or documents after this was staged."
    if _sheets(case, method) != draft.sheets:
        return "The sheets that count changed after this was staged."
    return None


@dataclass(frozen=True)
class Plan:
    """What applying would do, in order."""

    offers: tuple[Case, ...]
    waiting: tuple[Case, ...]
    rejections: tuple[Case, ...]
    refused: tuple[tuple[Case, str], ...]
    """Stale drafts, each with the reason; they stay staged until somebody looks."""
    faults: tuple[str, ...]
    """Why nothing can be applied, as sentences that say what to do."""
    digest: str
    """Of all drafts: whoever applies must have looked at these."""

    @property
    def decided(self) -> tuple[Case, ...]:
        """Those about which a decision would be made, in the order in which it would be."""
        return (*self.offers, *self.waiting, *self.rejections)

    @property
    def count(self) -> int:
        """How many decisions would be made."""
        return len(self.decided)


def planned(cases: Iterable[Case], method: Method, ranks: Mapping[str, int], free: int) -> Plan:
    """Put the drafts in the order in which they are applied: offers, waiting list, rejections."""
    drafted = [case for case in cases if case.review.draft]
    drafted.sort(key=lambda case: (ranks.get(case.id, len(ranks) + 1), case.application.reference))
    refused = [(case, why) for case in drafted if (why := stale(case, method))]
    gone = {case.id for case, _ in refused}
    of: dict[Choice, list[Case]] = {"offer": [], "waitlist": [], "reject": []}
    for case in drafted:
        if case.review.draft and case.id not in gone:
            of[case.review.draft.choice].append(case)
    of["waitlist"].sort(key=_turn)
    return Plan(
        offers=tuple(of["offer"]),
        waiting=tuple(of["waitlist"]),
        rejections=tuple(of["reject"]),
        refused=tuple(refused),
        faults=(*_too_many(len(of["offer"]), free), *_same_turn(of["waitlist"])),
        digest=_digest(drafted),
    )


def _turn(case: Case) -> int:
    return (case.review.draft.position or 0) if case.review.draft else 0


def _too_many(count: int, free: int) -> tuple[str, ...]:
    if count <= free:
        return ()
    back = f"take {count - free} back."
    return (f"More offers are staged ({count}) than places are free ({free}): {back}",)


def _same_turn(waiting: Sequence[Case]) -> tuple[str, ...]:
    times = Counter(_turn(case) for case in waiting)
    return tuple(
        f"Position {turn} is given to "
        f"{listed(tuple(c.application.reference for c in waiting if _turn(c) == turn))}. "
        "Decide between them and give each a position of its own."
        for turn in sorted(times)
        if times[turn] > 1
    )


def _digest(drafted: Sequence[Case]) -> str:
    drafts = {c.id: c.review.draft.model_dump(mode="json") for c in drafted if c.review.draft}
    return hashlib.sha256(json.dumps(drafts, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class StagedByRank:
    """Drafts for many by rank, and who stays undecided because of a tie."""

    wanted: tuple[tuple[Case, ToStage], ...]
    tied: tuple[Case, ...]


def by_rank(rows: Sequence[Row], offers: int, waiting: int, method: Method) -> StagedByRank:
    """The first of the undecided are offered a place, the next join the waiting list.

    Applications without enough locked sheets are passed over. A tie across either line leaves
    all who are equal undecided. Equals within the waiting list get the same position, which
    somebody has to settle before it can be applied: nothing is drawn by lot.
    """
    open_rows = [
        row
        for row in rows
        if row.case.under_review and len(row.case.counting(method)) >= method.required
    ]
    wanted: list[tuple[Case, ToStage]] = []
    tied: list[Case] = []
    for first, group in _groups(open_rows):
        last = first + len(group)
        cases = [row.case for row in group]
        if last <= offers:
            wanted += [(case, ToStage("offer")) for case in cases]
        elif first >= offers and last <= offers + waiting:
            turn = first - offers + 1
            wanted += [(case, ToStage("waitlist", position=turn)) for case in cases]
        elif first < offers + waiting:
            tied += cases
    return StagedByRank(tuple(wanted), tuple(tied))


def _groups(rows: Sequence[Row]) -> list[tuple[int, list[Row]]]:
    """Rows of one rank together, with how many come before them."""
    groups: list[tuple[int, list[Row]]] = []
    for position, row in enumerate(rows):
        if groups and groups[-1][1][0].rank == row.rank:
            groups[-1][1].append(row)
        else:
            groups.append((position, [row]))
    return groups
