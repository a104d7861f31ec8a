"""Which applications the office asked to see, and in which order: pure functions over cards."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from applications.admissions.states import STATES
from applications.admissions.wording import folded
from applications.office.list.card import FLAGS, Card
from applications.study_leave.missing_leave import Need, missing_of
from nextstep_programme import Cohort
from nextstep_programme.searching import sought_words

MOST_WORDS = 8
"""Words of a search that count; more only make it slower."""
LONGEST = 200
"""Characters of a parameter that count."""
ENDING_SOON = timedelta(days=3)
"""How long before its end the office is told of an open offer."""
LEAVE_FLAGS: dict[Need, str] = {
    "tell_trust": "leave_missing",
    "chase": "leave_unanswered",
    "apply": "leave_not_applied",
    "again": "leave_unsaid",
    "declare": "leave_unsaid",
}
"""The flag of each thing that can be missing about study leave."""
WAITING = frozenset({"received", "documents_needed", "referred", "eligible", "waitlisted"})

SORTS: dict[str, Callable[[Card], Any]] = {
    "reference": lambda card: card.reference,
    "name": lambda card: card.sort_name,
    "discipline": lambda card: folded(card.discipline or ""),
    "employer": lambda card: folded(card.employer or ""),
    "state": lambda card: list(STATES).index(card.state),
    "submitted": lambda card: card.submitted_at,
}
DEFAULT_SORT = "-submitted"
COLUMN = re.compile(r"[a-z_]{1,40}")
"""The name of a column of the download."""
MOST_COLUMNS = 30
"""More than there are."""
SINGLE = ("q", "state", "discipline", "cct", "source", "from", "to")
"""Parameters that say one thing each; `flag` can come several times."""


@dataclass(frozen=True)
class ListFilter:
    """A filter of the list, as its address says it."""

    words: tuple[str, ...] = ()
    state: str = ""
    discipline: str = ""
    flags: tuple[str, ...] = ()
    cct_year: int | None = None
    source: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = DEFAULT_SORT
    faults: tuple[str, ...] = field(default=(), compare=False)
    """What could not be understood, in sentences for the office."""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != ListFilter(sort=self.sort)


Query = Mapping[str, Sequence[str]]


def cleaned(query: Query) -> dict[str, list[str]]:
    """The parameters of a filter that mean something, as they are kept in a saved view."""
    kept = {key: [query[key][-1].strip()[:LONGEST]] for key in SINGLE if query.get(key)}
    kept["flag"] = sorted({flag for flag in query.get("flag", ()) if flag in FLAGS})
    kept["column"] = [one for one in query.get("column", ()) if COLUMN.fullmatch(one)][
        :MOST_COLUMNS
    ]
    asked = query.get("sort", ())[-1:]
    kept["sort"] = [s for s in asked if s.removeprefix("-") in SORTS and s != DEFAULT_SORT]
    return {key: values for key, values in kept.items() if values and values[0]}


def list_filter(query: Query) -> ListFilter:
    """Read a filter; what is not offered is left out, and a day that is none is said."""
    one = {
        key: values[0] for key, values in cleaned(query).items() if key not in {"flag", "column"}
    }
    faults: list[str] = []
    state, year = one.get("state", ""), one.get("cct", "")
    return ListFilter(
        words=tuple(sought_words(one.get("q", ""))[:MOST_WORDS]),
        state=state if state in STATES or state == "undecided" else "",
        discipline=folded(one.get("discipline", "")),
        flags=tuple(cleaned(query).get("flag", ())),
        cct_year=int(year) if year.isascii() and year.isdigit() else None,
        source=one.get("source", ""),
        since=_day(one.get("from", ""), faults),
        until=_day(one.get("to", ""), faults),
        sort=one.get("sort", DEFAULT_SORT),
        faults=tuple(faults),
    )


def _day(text: str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(f"“{text}” is not a day: write it as 2024-09-01.")
        return None


@dataclass(frozen=True)
class Around:
    """What some flags depend on beside the application itself."""

    cohort: Cohort
    now: datetime
    bounced: frozenset[str]
    """People whose email came back."""
    _leave: dict[tuple[str, int], frozenset[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def flags(self, card: Card) -> frozenset[str]:
        """All flags of an application."""
        found = set(card.marks)
        if card.person_id in self.bounced:
            found.add("bounced")
        if card.state in WAITING and card.rules not in {None, self.cohort.eligibility.version}:
            found.add("old_rules")
        if card.state == "offered" and self.ends_soon(card):
            found.add("offer_ending")
        return frozenset(found | self.leave(card))

    def ends_soon(self, card: Card) -> bool:
        """Whether an open offer ends in the next days."""
        ends = card.offer_expires_at
        return ends is not None and ends <= self.now + ENDING_SOON

    def leave(self, card: Card) -> frozenset[str]:
        """The flags of what a Fellow is reminded of; looked up once for all that is counted."""
        this = card.id, card.version
        if this not in self._leave:
            needs = missing_of(card, self.cohort, self.now)
            self._leave[this] = frozenset(LEAVE_FLAGS[need.need] for need in needs)
        return self._leave[this]


def found(cards: Iterable[Card], want: ListFilter, around: Around) -> list[Card]:
    """The applications that match, in the order asked for."""
    words, flags, zone = list(want.words), set(want.flags), ZoneInfo(around.cohort.zone)

    def matches(card: Card) -> bool:
        return (
            (not want.state or _in_state(card, want.state))
            and card.says(words)
            and (not want.discipline or folded(card.discipline or "") == want.discipline)
            and (want.cct_year is None or card.cct_year == want.cct_year)
            and (not want.source or card.source == want.source)
            and _between(card, want, zone)
            and (not flags or flags <= around.flags(card))
        )

    return ordered([card for card in cards if matches(card)], want.sort)


def _in_state(card: Card, state: str) -> bool:
    return card.state in WAITING if state == "undecided" else card.state == state


def _between(card: Card, want: ListFilter, zone: ZoneInfo) -> bool:
    if want.since is None and want.until is None:
        return True
    on = card.submitted_at.astimezone(zone).date()
    return (want.since or on) <= on <= (want.until or on)


def ordered(cards: list[Card], sort: str) -> list[Card]:
    """Sort by a key, with "-" before it the other way round; ties by reference."""
    cards.sort(key=lambda card: card.reference)
    cards.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    return cards
