"""A Fellow's study leave as they read it: every date, and what is still missing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from applications.admissions.application import Application
from applications.study_leave.declaration import STATUSES, dates_ahead
from applications.study_leave.missing_leave import Missing, Need, local_day
from nextstep_programme import Cohort
from nextstep_programme.writing import listed, short_day

ASKED: dict[Need, str] = {
    "tell_trust": "Leave is not possible: tell the employer, then us which one you told and when",
    "chase": "Has your leave been granted? The date is near",
    "apply": "Apply for leave now: the date is near",
    "again": "The day changed: tell us how leave stands for the new day",
    "declare": "Tell us how study leave stands",
}
"""What is missing, in words for the Fellow, the most pressing first."""


@dataclass(frozen=True)
class OwnLeave:
    """How leave stands for one day."""

    title: str
    on: date
    said: str | None
    """What the Fellow declared, in words."""
    trust_told: str | None
    note: str = ""
    """What became of the session since."""


def own_leave(application: Application, cohort: Cohort, now: datetime) -> list[OwnLeave]:
    """Every date ahead, and every day about which something was declared, in their order."""
    ahead = {(s.key, s.on): s for s in dates_ahead(cohort, local_day(now, cohort))}
    titles = {session.key: session.title for session in cohort.sessions}
    days = {session.key: session.on for session in cohort.sessions}
    declared = {(entry.session_key, entry.on): entry for entry in application.study_leave}
    found = [
        OwnLeave(session.title, session.on, None, None)
        for at, session in ahead.items()
        if at not in declared and session.on is not None
    ]
    found += [
        OwnLeave(
            titles.get(key, key),
            on,
            STATUSES[entry.status],
            entry.trust_notified,
            _note(on, days.get(key)),
        )
        for (key, on), entry in declared.items()
    ]
    return sorted(found, key=lambda line: (line.on, line.title))


def still_missing(needs: Sequence[Missing]) -> list[str]:
    """What is missing about which dates, a sentence for each thing."""
    return [
        f"{text}: {listed(tuple(map(_named, about)))}."
        for need, text in ASKED.items()
        if (about := [one for one in needs if one.need == need])
    ]


def _named(one: Missing) -> str:
    """A date in a sentence; the first words of a title are enough beside the day."""
    at = f", at {one.trust}" if one.trust and one.need == "tell_trust" else ""
    return f"{one.title.partition(':')[0]} on {short_day(one.on)}{at}"


def _note(on: date, now_on: date | None) -> str:
    if now_on is None:
        return "The session has no date any more."
    return "" if now_on == on else f"The session is now on {short_day(now_on)}."
