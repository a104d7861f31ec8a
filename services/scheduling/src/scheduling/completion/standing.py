"""Standing: where a Fellow is towards completing the programme.

A session that took place before the Fellow joined is no longer possible. By default it counts as
missed, so that a requirement is never lowered silently; a module then needs a waiver.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nextstep_contracts.scheduling import Standing
from scheduling.calendar.session import Session
from scheduling.completion import rules
from scheduling.completion.rules import FellowSession, Outcome, Policy, Requirement
from scheduling.fellows.fellow import Fellow, Status

WORST_FIRST: tuple[Standing, ...] = ("impossible", "no_slack", "on_track", "met")


@dataclass(frozen=True)
class Judgement:
    """The standing and the requirements it follows from."""

    standing: Standing
    masterclasses: Requirement
    modules: Requirement
    learning_sets: Requirement
    held: tuple[FellowSession, ...]
    """Every session that concerns the Fellow, counted or not, in calendar order."""

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Rule by rule."""
        return (self.masterclasses, self.modules, self.learning_sets)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences fit for the Fellow."""
        return tuple(one.why for one in self.requirements if one.state != "not_required")

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """Masterclasses attended and required; modules attended, waived and required."""
        first, second = self.masterclasses, self.modules
        return (first.attended, first.required, second.attended, second.waived, second.required)


def judge(
    verdicts: Mapping[str, Status],
    waived: Collection[str],
    calendar: Iterable[Session],
    policy: Policy,
    *,
    person_id: str,
    joined: date | None = None,
) -> Judgement:
    """Judge one Fellow.

    Args:
        verdicts: status by session id.
        waived: ids of the modules the office excused.
        calendar: all sessions of the cohort, in any order.
        policy: what completion asks for.
        person_id: whose; learning-set sessions name their members.
        joined: the local day on which the Fellow joined; None if before everything.

    """
    held = tuple(
        FellowSession(session, _outcome(session, verdicts, waived, joined, policy))
        for session in sorted(calendar, key=lambda session: session.order)
        if session.invites(person_id)
    )

    def of(wanted: Callable[[Session], bool]) -> tuple[FellowSession, ...]:
        return tuple(one for one in held if wanted(one.session))

    requirements = (
        rules.masterclasses(of(lambda s: s.kind == "masterclass"), policy),
        rules.modules(of(lambda s: s.kind == "module" and s.mandatory), policy),
        rules.learning_sets(of(lambda s: s.kind == "learning_set"), policy),
    )
    states = {one.state for one in requirements}
    worst = next(state for state in WORST_FIRST if state in states)
    return Judgement(worst, *requirements, held)


def judge_fellow(fellow: Fellow, calendar: Iterable[Session], policy: Policy) -> Judgement:
    """Judge a Fellow from their own record."""
    sessions = tuple(calendar)
    zone = sessions[0].zone if sessions else "UTC"
    return judge(
        {session_id: verdict.status for session_id, verdict in fellow.verdicts.items()},
        fellow.waivers,
        sessions,
        policy,
        person_id=fellow.person_id,
        joined=fellow.joined_on(zone),
    )


def _outcome(
    session: Session,
    verdicts: Mapping[str, Status],
    waived: Collection[str],
    joined: date | None,
    policy: Policy,
) -> Outcome:
    verdict = verdicts.get(session.session_id)
    if verdict == "attended":
        return "attended"
    if session.session_id in waived:
        return "waived"
    if verdict is not None:
        return "apologies" if verdict == "apologies" else "missed"
    if joined is not None and session.on is not None and session.on < joined:
        excused = policy.late_joiners == "excuse_modules" and session.kind == "module"
        return "waived" if excused else "before_joining"
    return "open"
