"""Standing: where a Fellow is towards completing the programme, and what is said about it.

A session that took place before the Fellow joined is no longer possible. By default it counts as
missed, so that a requirement is never lowered silently; a module then needs a waiver.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nextstep_contracts import Event, RequirementsMet, StandingChanged
from nextstep_contracts.scheduling import Standing
from scheduling import ledger
from scheduling.attendance import Status
from scheduling.fellows import Announced, Fellow
from scheduling.ledger import Held, Line, Outcome, Policy
from scheduling.sessions import Session

WORST_FIRST: tuple[Standing, ...] = ("impossible", "no_slack", "on_track", "met")


@dataclass(frozen=True)
class Result:
    """The standing and the ledger it follows from."""

    standing: Standing
    masterclasses: Line
    modules: Line
    learning_sets: Line
    held: tuple[Held, ...]
    """Every session that concerns the Fellow, counted or not, in calendar order."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The ledger, rule by rule."""
        return (self.masterclasses, self.modules, self.learning_sets)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences fit for the Fellow."""
        return tuple(line.why for line in self.lines if line.state != "not_required")

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
) -> Result:
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
        Held(session, _outcome(session, verdicts, waived, joined, policy))
        for session in sorted(calendar, key=lambda session: session.order)
        if session.invites(person_id)
    )

    def of(wanted: Callable[[Session], bool]) -> tuple[Held, ...]:
        return tuple(one for one in held if wanted(one.session))

    lines = (
        ledger.masterclasses(of(lambda s: s.kind == "masterclass"), policy),
        ledger.modules(of(lambda s: s.kind == "module" and s.mandatory), policy),
        ledger.learning_sets(of(lambda s: s.kind == "learning_set"), policy),
    )
    states = {line.state for line in lines}
    return Result(next(state for state in WORST_FIRST if state in states), *lines, held)


def of_fellow(fellow: Fellow, calendar: Iterable[Session], policy: Policy) -> Result:
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


def announce(fellow: Fellow, result: Result, cohort: str) -> tuple[Fellow, tuple[Event, ...]]:
    """Remember the result and say what changed: the standing or counts, and whether met."""
    before, now_met = fellow.announced, result.standing == "met"
    after, events = before.model_dump(), list[Event]()
    if (before.standing, before.counts) != (result.standing, result.counts):
        after |= {"standing": result.standing, "counts": result.counts}
        after["revision"] = before.revision + 1
        events.append(_changed(fellow.person_id, result, cohort, after["revision"]))
    if before.met != now_met:
        after |= {"met": now_met, "met_revision": before.met_revision + 1}
        events.append(
            RequirementsMet(
                cohort=cohort,
                revision=after["met_revision"],
                person_id=fellow.person_id,
                met=now_met,
            )
        )
    announced = fellow.model_copy(update={"announced": Announced(**after)})
    return announced, tuple(events)


def _changed(person_id: str, result: Result, cohort: str, revision: int) -> StandingChanged:
    attended, required, modules_attended, waived, modules_required = result.counts
    return StandingChanged(
        cohort=cohort,
        revision=revision,
        person_id=person_id,
        standing=result.standing,
        reasons=result.reasons,
        masterclasses_attended=attended,
        masterclasses_required=required,
        modules_attended=modules_attended,
        modules_waived=waived,
        modules_required=modules_required,
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
