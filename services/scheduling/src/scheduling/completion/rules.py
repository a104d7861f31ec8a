"""The rules of completion, each judged for one Fellow by best-still-possible arithmetic.

Nothing here looks at a clock. A session counts as still possible until there is a verdict on it,
so a register that was never filled delays a judgement and never makes one up.

The masterclasses give a Fellow slack (4 of 6 in 2024-25), the modules give none: every one of
them is needed, so "no slack" speaks of the masterclasses only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nextstep_programme import Completion
from scheduling.calendar.session import Session
from scheduling.fellows.act import LateJoiners, Scheduling

Outcome = Literal["attended", "waived", "missed", "apologies", "before_joining", "open"]
State = Literal["met", "on_track", "no_slack", "impossible", "not_required"]
STATE_WORDS: dict[str, str] = {
    "met": "Met",
    "on_track": "On track",
    "no_slack": "No slack",
    "impossible": "Cannot be met",
    "not_required": "Expected, not required",
}
OUTCOME_WORDS: dict[str, str] = {
    "attended": "Attended",
    "waived": "Excused by the office",
    "missed": "Absent",
    "apologies": "Apologies",
    "before_joining": "Before joining",
    "open": "Not recorded yet",
}


@dataclass(frozen=True)
class Policy:
    """What completion asks for."""

    masterclasses_required: int
    modules_waivable: bool = True
    learning_sets_required: bool = False
    late_joiners: LateJoiners = "count"

    @classmethod
    def of(cls, rules: Completion, late_joiners: LateJoiners) -> "Policy":
        """The policy of a cohort file, with this service's reading for late joiners."""
        return cls(
            rules.masterclasses_required,
            rules.modules_waivable,
            rules.learning_sets_required,
            late_joiners,
        )


def policy_of(here: Scheduling) -> Policy:
    """What completion asks for in the cohort in hand."""
    return Policy.of(here.cohort.completion, here.late_joiners)


@dataclass(frozen=True)
class FellowSession:
    """One session of the calendar and what became of it for one Fellow."""

    session: Session
    outcome: Outcome


@dataclass(frozen=True)
class Requirement:
    """One rule judged for one Fellow: whether it is met, why, and which sessions would mend it."""

    rule: str
    title: str
    state: State
    why: str
    """A sentence fit for the Fellow."""
    attended: int
    required: int
    possible: int
    """The most that can still be reached, excused sessions included."""
    waived: int = 0
    mend: tuple[str, ...] = ()
    """Titles of the sessions that would complete it or, when lost, mend it."""
    sessions: tuple[FellowSession, ...] = ()


def masterclasses(held: tuple[FellowSession, ...], policy: Policy) -> Requirement:
    """At least so many of the masterclasses."""
    attended, to_come = count(held, "attended"), count(held, "open")
    required, possible = policy.masterclasses_required, attended + to_come
    mend = titles(held, "open")
    have = f"{attended} of the {required} masterclasses needed {_were(attended)} attended"
    state: State
    if attended >= required:
        state, mend = "met", ()
        why = f"{attended} masterclasses were attended; {required} are needed."
    elif possible < required:
        state, mend = "impossible", titles(held, "missed", "apologies", "before_joining")
        why = f"{have}, and only {to_come} can still be attended."
    elif possible == required:
        state, why = "no_slack", f"{have}; all of the {to_come} still to come are needed."
    else:
        state, why = "on_track", f"{have}; {to_come} are still to come."
    title = f"At least {required} masterclasses"
    return Requirement(
        "masterclasses", title, state, why, attended, required, possible, mend=mend, sessions=held
    )


def modules(held: tuple[FellowSession, ...], policy: Policy) -> Requirement:
    """Every face-to-face module, unless the office excused it."""
    attended, waived, to_come = (count(held, o) for o in ("attended", "waived", "open"))
    required, possible = len(held), attended + waived + to_come
    lost = titles(held, "missed", "apologies", "before_joining")
    excused = f" and {waived} excused" if waived else ""
    why = f"{attended} of the {required} modules {_were(attended)} attended{excused}"
    state: State
    if lost:
        ask = " Ask the programme office about exceptional circumstances."
        state, mend = "impossible", lost
        why = f"Not attended: {'; '.join(lost)}. Every module is needed."
        why += ask if policy.modules_waivable else ""
    elif to_come:
        state, mend = "on_track", titles(held, "open")
        why = f"{why}; {to_come} still to come, and every one is needed."
    else:
        state, mend, why = "met", (), f"{why}."
    title = "Every module, except in exceptional circumstances"
    return Requirement(
        "modules", title, state, why, attended, required, possible, waived, mend, sessions=held
    )


def learning_sets(held: tuple[FellowSession, ...], policy: Policy) -> Requirement:
    """The meetings of the Fellow's action learning set; a bar only if the cohort says so."""
    attended, to_come = count(held, "attended"), count(held, "open")
    lost = titles(held, "missed", "apologies", "before_joining")
    state: State = "not_required"
    if policy.learning_sets_required:
        state = "impossible" if lost else "on_track" if to_come or not held else "met"
    why = (
        f"{attended} of {len(held)} meetings of the action learning set {_were(attended)} attended."
    )
    return Requirement(
        "learning_sets",
        "Action learning set",
        state,
        why,
        attended,
        len(held),
        attended + to_come,
        mend=lost or titles(held, "open"),
        sessions=held,
    )


def count(held: Sequence[FellowSession], outcome: Outcome) -> int:
    """How many sessions came out so."""
    return sum(one.outcome == outcome for one in held)


def titles(held: Sequence[FellowSession], *outcomes: Outcome) -> tuple[str, ...]:
    """The titles of the sessions that came out so, in calendar order."""
    return tuple(one.session.title for one in held if one.outcome in outcomes)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
