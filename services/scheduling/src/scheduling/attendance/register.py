"""A session's register: what filling it in adds, who may be marked when, and disagreements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from nextstep_contracts import Refused
from nextstep_programme.writing import day
from scheduling.attendance.evidence import Evidence, latest
from scheduling.calendar.session import Session
from scheduling.fellows.fellow import Status
from scheduling.fellows.records import Aggregate, Record

STATUSES: tuple[Status, ...] = ("attended", "absent", "apologies")
STATUS_WORDS: dict[Status, str] = {
    "attended": "Attended",
    "absent": "Absent",
    "apologies": "Apologies",
}


class Register(Aggregate):
    """How often a session's register was saved, so that two people do not overwrite."""

    session_id: str
    savings: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""

    def saved(self, by: str, at: datetime) -> "Register":
        """The register after one more saving."""
        update = {"savings": self.savings + 1, "saved_at": at, "saved_by": by}
        return self.model_copy(update=update)

    def known(self, savings: Sequence[Evidence]) -> "Register":
        """The register as somebody knows it who sees these pieces of evidence alone.

        Their savings are counted anew, since a gap would tell of one that is not shown.
        """
        last = latest(savings)
        return self.model_copy(
            update={
                "savings": len({one.saving for one in savings}),
                "saved_at": last.at if last else None,
                "saved_by": last.by if last else "",
            }
        )


def seen_saving(savings: Iterable[Evidence], counted: int | None) -> int | None:
    """The saving that somebody looked at who counts these alone; see `Register.known`."""
    numbers = sorted({one.saving for one in savings})
    if counted is None or counted > len(numbers):
        return None
    return numbers[counted - 1] if counted else 0


class FilledIn(Record):
    """What somebody filled in on a register."""

    marks: Mapping[str, Status] = {}
    """By person; a person without a mark keeps what is recorded."""
    rest: Status | None = None
    """The mark for everybody who has none, to close the register."""
    reason: str = ""
    """Needed as soon as a mark corrects what is recorded."""
    seen: int | None = None
    """The number of the saving that the person looked at; None takes what is there now. A mark
    that contradicts evidence added since then is a disagreement and is not written."""


class Disagreement(Record):
    """Two people marked the same Fellow differently from the same register."""

    person_id: str
    wanted: Status
    recorded: Evidence


class Saving(Record):
    """What one saving of a register adds."""

    added: tuple[Evidence, ...]
    disagreements: tuple[Disagreement, ...] = ()


def fill_in(
    session: Session,
    listed: Iterable[str],
    evidence: Mapping[str, tuple[Evidence, ...]],
    filled: FilledIn,
    *,
    saving: int,
    by: str,
    at: datetime,
) -> Saving:
    """The evidence that a filled-in register adds.

    Args:
        session: whose register it is.
        listed: the person ids on the register.
        evidence: what is recorded so far, by person.
        filled: what was filled in.
        saving: the number of this saving.
        by: who saves it.
        at: the moment.

    Raises:
        Refused: the session takes no such mark now, somebody is not listed, or the reason lacks.

    """
    wanted = _wanted(list(listed), evidence, filled)
    _check_day(session, wanted.values(), at)
    added: list[Evidence] = []
    disagreements: list[Disagreement] = []
    for person_id, status in wanted.items():
        known = latest(evidence.get(person_id, ()))
        if known and known.status == status:
            continue
        if known and filled.seen is not None and known.saving > filled.seen:
            disagreements.append(Disagreement(person_id=person_id, wanted=status, recorded=known))
            continue
        added.append(
            Evidence(
                session_id=session.session_id,
                person_id=person_id,
                status=status,
                saving=saving,
                by=by,
                at=at,
                reason=_reason(filled) if known else None,
            )
        )
    return Saving(added=tuple(added), disagreements=tuple(disagreements))


def _wanted(
    people: list[str], evidence: Mapping[str, tuple[Evidence, ...]], filled: FilledIn
) -> dict[str, Status]:
    """The mark for each person who is to get one."""
    strangers = sorted(set(filled.marks) - set(people))
    if strangers:
        raise Refused(f"Not on this register: {', '.join(strangers)}.")
    wanted = {p: filled.marks[p] for p in people if p in filled.marks}
    if filled.rest is not None:
        wanted |= {p: filled.rest for p in people if p not in wanted and not evidence.get(p)}
    return wanted


def _reason(filled: FilledIn) -> str:
    if not filled.reason.strip():
        raise Refused.field("reason", "Give a reason for changing what was recorded.")
    return filled.reason.strip()


def _check_day(session: Session, statuses: Iterable[Status], at: datetime) -> None:
    """A register is filled from the session's day on; apologies can be noted before it."""
    if not session.live:
        raise Refused("This session was cancelled; it has no register.")
    if session.on is None:
        raise Refused("This session has no date yet; it has no register.")
    today = at.astimezone(ZoneInfo(session.zone)).date()
    if today < session.on and any(status != "apologies" for status in statuses):
        raise Refused(
            f"The session is on {day(session.on)}. Until then only apologies can be noted."
        )
