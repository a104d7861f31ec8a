"""Who is missing what: one line for each Fellow and programme date. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from applications.admissions.application import Application, Evidence, LeaveEntry
from applications.study_leave.declaration import dates_ahead
from applications.study_leave.missing_leave import NEEDS, Need, local_day, missing_of
from applications.study_leave.rotations import trust_on
from nextstep_programme import Cohort, Session
from nextstep_programme.employers import NONE_KNOWN, Employers
from nextstep_programme.searching import finds, searchable, sought_words


@dataclass(frozen=True)
class LeaveLine:
    """How one Fellow's leave stands for one date."""

    application: Application
    session: Session
    entry: LeaveEntry | None
    need: Need | None
    trust: str | None
    """Where the Fellow works on that date, by the office's list."""
    evidence: tuple[tuple[int, Evidence], ...]
    """The Fellow's files about this date, each after its number, counted from 1."""
    told: str | None = None
    """The employer that was told that leave is not possible, by the office's list."""


@dataclass(frozen=True)
class LeaveFilter:
    """Which lines somebody wants to see; empty means all."""

    show: str = ""
    """`missing`, one of `NEEDS`, or empty."""
    session: str = ""
    words: str = ""
    """Each must be part of name, reference or employer."""


def lines(
    fellows: Iterable[Application],
    cohort: Cohort,
    now: datetime,
    employers: Employers = NONE_KNOWN,
) -> list[LeaveLine]:
    """Every Fellow's dates ahead, in the order of the dates and then of the references."""
    ahead = dates_ahead(cohort, local_day(now, cohort))
    found: list[LeaveLine] = []
    for fellow in fellows:
        needs = {need.session_key: need.need for need in missing_of(fellow, cohort, now)}
        entries: dict[tuple[str, date | None], LeaveEntry] = {
            (entry.session_key, entry.on): entry for entry in fellow.study_leave
        }
        found += [
            _line(fellow, s, entries.get((s.key, s.on)), needs.get(s.key), employers) for s in ahead
        ]
    return sorted(found, key=lambda line: (line.session.on, line.application.reference))


def _line(
    fellow: Application,
    session: Session,
    entry: LeaveEntry | None,
    need: Need | None,
    employers: Employers,
) -> LeaveLine:
    about = tuple(
        (number, file)
        for number, file in enumerate(fellow.leave_evidence, start=1)
        if file.session_key in {session.key, None}
    )
    trust = fellow.answers.trust
    if session.on is not None:
        trust = trust_on(session.on, trust, fellow.rotations)
    told = employers.called(entry.trust_notified) if entry else None
    return LeaveLine(fellow, session, entry, need, employers.called(trust), about, told)


def chosen(found: Sequence[LeaveLine], wanted: LeaveFilter) -> list[LeaveLine]:
    """The lines that somebody wants to see."""
    words = sought_words(wanted.words)
    return [
        line
        for line in found
        if (not wanted.session or line.session.key == wanted.session)
        and _shown(line, wanted.show)
        and finds(words, _text(line))
    ]


def counts(found: Iterable[LeaveLine]) -> Counter[Need]:
    """How many dates miss what."""
    return Counter(line.need for line in found if line.need)


def _shown(line: LeaveLine, show: str) -> bool:
    if show in NEEDS:
        return line.need == show
    return line.need is not None if show == "missing" else True


def _text(line: LeaveLine) -> str:
    answers = line.application.answers
    told = line.entry.trust_notified if line.entry else ""
    return searchable(line.application.reference, answers.name, line.trust, line.told, told)
