"""What a reviewer may see: their own applications, and the others' sheets once theirs is locked.

Nothing that these functions return for a reviewer whose sheet is open depends on what anybody
else wrote: not a score, an average, an order, nor a count of them. Nothing that they return for
somebody with a conflict depends on the application that it hides.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from applications.review.case import Case, Selection
from applications.review.conflicts import same_person
from applications.review.method import Method
from applications.review.ranking import Result, result_of
from applications.review.sheets import Sheet

UNLOCKED = (
    "You are a reviewer yourself and have not locked all your sheets. Comparisons, decisions and "
    "the audit trail open for you once they are locked: see “My reviews”."
)
CONFLICTED = (
    "You have a conflict of interest with an application of this cohort, or applied yourself. Who "
    "reviews, how applications compare, who gets a place and the audit trail are about all of "
    "them: ask a colleague without one."
)


@dataclass(frozen=True)
class Sight:
    """One application as its reviewer sees it."""

    case_id: str
    mine: Sheet
    others: tuple[Sheet, ...] = ()
    """Locked sheets of the others; none before mine is locked."""
    result: Result | None = None
    """Of all locked sheets; None before mine is locked."""


def sight(case: Case, reviewer: str, method: Method) -> Sight | None:
    """What the reviewer sees of a case; None: not asked, or hidden, which look the same."""
    mine = case.review.sheet_of(reviewer)
    if mine is None or reviewer in case.hidden_from:
        return None
    if mine.state != "locked":
        return Sight(case.id, mine) if case.under_review else None
    counting = case.counting(method)
    others = tuple(sheet for sheet in counting if sheet.reviewer != reviewer)
    return Sight(case.id, mine, others, result_of(method, counting))


def mine(cases: Iterable[Case], reviewer: str, method: Method) -> tuple[tuple[Case, Sight], ...]:
    """The reviewer's applications: those still to do first, then by reference."""
    seen = [(case, sight(case, reviewer, method)) for case in cases]
    found = [(case, view) for case, view in seen if view is not None]
    order = ("draft", "missing", "locked")
    found.sort(key=lambda one: (order.index(one[1].mine.state), one[0].application.reference))
    return tuple(found)


def open_sheets(cases: Iterable[Case], person: str, method: Method) -> tuple[Case, ...]:
    """The applications that this person, if a reviewer, has still to score.

    As long as there are any, comparisons of scores stay closed to the person, whatever role.
    """
    views = mine(cases, person, method)
    return tuple(case for case, view in views if view.mine.state != "locked")


def closed(selection: Selection, person: str, hidden: Collection[str]) -> str | None:
    """Why this person takes no part in comparing and deciding, as a sentence; None: they do.

    A rank, an average among others, a place or a turn is about all applications together: who
    may not know one of them sees and decides nothing of the kind, whatever roles they hold.

    Args:
        selection: the review, or the part of it in which this person was asked.
        person: the address signed in with.
        hidden: what a conflict hides from this person, in whatever state it is.

    """
    if hidden:
        return CONFLICTED
    for email in same_person(selection.active, person):
        if open_sheets(selection.cases, email, selection.method):
            return UNLOCKED
    return None
