"""What the home page shows: counts, to-dos and the intake chart, all from the present state."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from applications.admissions.place_ledger import Ledger
from applications.office.list.card import Card
from applications.office.list.filters import ENDING_SOON, ListFilter
from applications.office.pages.list_query import Look
from nextstep_programme import Cohort
from nextstep_programme.writing import deadline, listed
from nextstep_web.charts import LineChart, line_chart

PATH = "/applications/list"
PROCESSED_WITHIN = timedelta(minutes=15)
"""However many come at once: a few hundred take a minute or two."""
MOST_NAMES = 3
"""People named in one line of the to-do list."""
FOUND_ELIGIBLE = frozenset({"eligible", "waitlisted", "offered", "accepted", "declined", "lapsed"})


@dataclass(frozen=True)
class Elsewhere:
    """What waits outside the applications themselves."""

    quarantined: int
    employers: int
    """Spellings of which nobody has said whom they mean."""
    stuck: int
    """Submissions that came longer than `PROCESSED_WITHIN` ago and were not processed."""
    dead_letters: int


def states(cards: Iterable[Card]) -> Counter[str]:
    """How many applications are in each state."""
    return Counter(card.state for card in cards)


def unknown_employers(cards: Iterable[Card]) -> frozenset[str]:
    """What applicants wrote of which nobody has said whom it means."""
    return frozenset().union(*(card.unknown_employers for card in cards if not card.erased))


def todos(seen: Look, elsewhere: Elsewhere, offers: Ledger) -> list[dict[str, str]]:
    """What there is to do, the most pressing first; each line leads to exactly what it counts."""
    found = [
        _elsewhere(
            elsewhere.stuck,
            "submission that came long ago is not processed: tell whoever runs this software",
            "submissions that came long ago are not processed: tell whoever runs this software",
            "/applications/receipts?status=new",
        ),
        _filtered(seen, "referral to decide", "referrals to decide", state="referred"),
        _elsewhere(
            elsewhere.quarantined,
            "submission in quarantine",
            "submissions in quarantine",
            "/applications/receipts?status=quarantined",
        ),
        _filtered(
            seen,
            "submission to decide on",
            "submissions to decide on",
            flag="waits_submission",
        ),
        _filtered(
            seen,
            "application whose form gives a time that is not believed",
            "applications whose forms give a time that is not believed",
            flag="waits_time",
        ),
        _filtered(
            seen,
            "application with a virus that was found after the decision",
            "applications with a virus that was found after the decision",
            flag="waits_virus",
        ),
        _ending(seen),
        _filtered(
            seen,
            "application waiting for documents",
            "applications waiting for documents",
            state="documents_needed",
        ),
        _filtered(
            seen,
            "Fellow without leave whose employer has not been told",
            "Fellows without leave whose employers have not been told",
            flag="leave_missing",
        ),
        _filtered(
            seen,
            "Fellow without an answer about leave for a date that is near",
            "Fellows without an answer about leave for a date that is near",
            flag="leave_unanswered",
        ),
        _filtered(
            seen,
            "Fellow who has not applied for leave for a date that is near",
            "Fellows who have not applied for leave for a date that is near",
            flag="leave_not_applied",
        ),
        _filtered(
            seen,
            "Fellow who has not declared study leave for every date",
            "Fellows who have not declared study leave for every date",
            flag="leave_unsaid",
        ),
        _filtered(
            seen, "person whose email came back", "people whose email came back", flag="bounced"
        ),
        _filtered(
            seen,
            "undecided application judged by older rules",
            "undecided applications judged by older rules",
            flag="old_rules",
        ),
        _elsewhere(
            elsewhere.employers,
            "employer that is not on the list yet",
            "employers that are not on the list yet",
            "/applications/employers/waiting",
        ),
        _elsewhere(
            elsewhere.dead_letters,
            "message that could not be handled",
            "messages that could not be handled",
            "/applications/dead-letters",
        ),
        _open_offers(offers, seen.around.cohort.zone),
    ]
    return [one for one in found if one]


ToDo = dict[str, str] | None


def _filtered(seen: Look, one: str, many: str, *, state: str = "", flag: str = "") -> ToDo:
    want = ListFilter(state=state, flags=(flag,) if flag else ())
    href = f"{PATH}?state={state}" if state else f"{PATH}?flag={flag}"
    return _elsewhere(len(seen.find(want)), one, many, href)


def _elsewhere(count: int, one: str, many: str, href: str) -> ToDo:
    return {"text": f"{count:,} {one if count == 1 else many}", "href": href} if count else None


def _ending(seen: Look) -> ToDo:
    """Whose offers end soon, those that end first first."""
    ending = seen.find(ListFilter(flags=("offer_ending",)))
    ending.sort(key=lambda card: (card.offer_expires_at or card.submitted_at, card.reference))
    names = [card.name for card in ending[:MOST_NAMES]]
    if len(ending) > MOST_NAMES:
        names.append(f"{len(ending) - MOST_NAMES} more")
    text = "1 offer ends" if len(ending) == 1 else f"{len(ending)} offers end"
    within = f"{text} within {ENDING_SOON.days} days: {listed(tuple(names))}"
    return {"text": within, "href": f"{PATH}?flag=offer_ending"} if ending else None


def _open_offers(offers: Ledger, zone: str) -> ToDo:
    if not offers.offers:
        return None
    soonest = deadline(min(offer.expires_at for offer in offers.offers), zone)
    count = len(offers.offers)
    text = f"{count} offers open, the first until" if count > 1 else "1 offer open until"
    return {"text": f"{text} {soonest}", "href": f"{PATH}?state=offered"}


def intake(cards: Iterable[Card], cohort: Cohort, today: date) -> LineChart:
    """Applications and eligible ones, added up day by day, against places and deadline.

    The days are those of the cohort, whatever times forms gave: what lies outside counts on the
    first or the last of them.
    """
    zone = ZoneInfo(cohort.zone)
    first, latest = cohort.applications_open, cohort.completes_on
    came = [
        (min(max(_day(card.first_submitted_at, zone), first), latest), card.state) for card in cards
    ]
    last = max([first, min(today, cohort.deadline_on), *(on for on, _ in came)])
    end = max(last, cohort.deadline_on)
    days = [first + timedelta(days=n) for n in range((end - first).days + 1)]
    known = days[: max(1, (last - first).days + 1)]
    eligible = Counter(on for on, state in came if state in FOUND_ELIGIBLE)
    return line_chart(
        "Applications by the day they were first submitted, added up",
        days,
        [
            ("Applications", added_up(Counter(on for on, _ in came), known)),
            ("Found eligible", added_up(eligible, known)),
        ],
        level=(f"{cohort.places} places", cohort.places),
        mark=(f"Deadline {cohort.deadline_on.day} {cohort.deadline_on:%b}", cohort.deadline_on),
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    """The local day; the first moment of all time has none west of Greenwich, the last east."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.date()


def added_up(counts: Mapping[date, int], days: Iterable[date]) -> list[float]:
    """For each of these days how many there were up to then."""
    total, sums = 0, []
    for day in days:
        total += counts.get(day, 0)
        sums.append(float(total))
    return sums


def summary_of(counts: Mapping[str, int], held: Ledger) -> list[dict[str, Any]]:
    """The numbers that matter today."""
    return [
        {
            "label": f"of {held.places} places filled",
            "value": len(held.accepted),
            "href": f"{PATH}?state=accepted",
        },
        {"label": "offers open", "value": len(held.offers), "href": f"{PATH}?state=offered"},
        {
            "label": "on the waiting list",
            "value": len(held.waiting),
            "href": "/applications/ledger",
        },
        {"label": "applications", "value": sum(counts.values()), "href": PATH},
    ]
