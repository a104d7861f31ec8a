"""What the home page shows: counts, to-dos and the intake chart, all from the present state."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from applications import store
from applications.places import Ledger
from applications.wording import moment
from nextstep_messaging import Database
from nextstep_programme import Cohort

MOST_WEEKS = 20
"""Bars of the intake chart: from opening to deadline and a little beyond."""


@dataclass(frozen=True)
class Waiting:
    """How much waits for somebody."""

    referred: int
    quarantined: int
    documents_needed: int
    after_decision: int
    leave_missing: int
    bounced: int
    dead_letters: int


async def states(db: Database, cohort: Cohort) -> Counter[str]:
    """How many applications are in each state."""
    rows = await db.read(store.APPLICATIONS).aggregate(
        [
            {"$match": {"cohort": cohort.id}},
            {"$group": {"_id": "$state", "count": {"$sum": 1}}},
        ]
    )
    return Counter({row["_id"]: row["count"] for row in rows})


async def ledger(db: Database, cohort: Cohort) -> Ledger:
    """The ledger as it now stands."""
    document = await db.read(store.LEDGERS).get(cohort.id)
    if document is None:
        return Ledger(cohort.id, cohort.places)
    return store.ledger_from_document(document)


async def waiting(db: Database, cohort: Cohort, counts: Mapping[str, int], dead: int) -> Waiting:
    """Count what waits."""
    applications = db.read(store.APPLICATIONS)
    ours = {"cohort": cohort.id}
    no_trust = {"status": "not_possible", "trust_notified": None}
    return Waiting(
        referred=counts.get("referred", 0),
        quarantined=await db.read(store.RECEIPTS).count({"status": "quarantined"}),
        documents_needed=counts.get("documents_needed", 0),
        after_decision=await applications.count(ours | {"awaits_office": {"$ne": None}}),
        leave_missing=await applications.count(
            ours | {"state": "accepted", "study_leave": {"$elemMatch": no_trust}}
        ),
        bounced=await db.read(store.CORRESPONDENCE).count({"mail.bounced.permanent": True}),
        dead_letters=dead,
    )


def todos(found: Waiting, offers: Ledger, zone: str) -> list[dict[str, str]]:
    """What there is to do, the most pressing first."""
    path = "/applications/list"
    entries = [
        (found.referred, "referral to decide", "referrals to decide", f"{path}?state=referred"),
        (
            found.quarantined,
            "submission in quarantine",
            "submissions in quarantine",
            "/applications/receipts?status=quarantined",
        ),
        (
            found.after_decision,
            "submission to decide on",
            "submissions to decide on",
            f"{path}?flag=after_decision",
        ),
        (
            found.documents_needed,
            "application waiting for documents",
            "applications waiting for documents",
            f"{path}?state=documents_needed",
        ),
        (
            found.leave_missing,
            "Fellow without leave whose trust has not been told",
            "Fellows without leave whose trusts have not been told",
            f"{path}?flag=leave_missing",
        ),
        (
            found.bounced,
            "person whose mail came back",
            "people whose mail came back",
            f"{path}?flag=bounced",
        ),
        (
            found.dead_letters,
            "message that could not be handled",
            "messages that could not be handled",
            "/applications/dead-letters",
        ),
    ]
    listed = [
        {"text": f"{count} {one if count == 1 else many}", "href": href}
        for count, one, many, href in entries
        if count
    ]
    if offers.offers:
        soonest = min(offer.expires_at for offer in offers.offers)
        count = len(offers.offers)
        open_offers = (
            f"{count} offers open, the first until {moment(soonest, zone)}"
            if count > 1
            else f"1 offer open until {moment(soonest, zone)}"
        )
        listed.append({"text": open_offers, "href": f"{path}?state=offered"})
    return listed


async def intake(db: Database, cohort: Cohort, now: datetime) -> list[tuple[str, float]]:
    """Applications by the week in which they were first submitted, for the chart."""
    in_zone = {"format": "%Y-%m-%d", "date": "$first_submitted_at", "timezone": cohort.zone}
    rows = await db.read(store.APPLICATIONS).aggregate(
        [
            {"$match": {"cohort": cohort.id}},
            {"$group": {"_id": {"$dateToString": in_zone}, "count": {"$sum": 1}}},
        ]
    )
    days = {date.fromisoformat(row["_id"]): row["count"] for row in rows}
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    return by_week(days, cohort.applications_open, min(today, cohort.deadline_on))


def by_week(days: Mapping[date, int], opens: date, until: date) -> list[tuple[str, float]]:
    """Add up days into weeks that begin on Monday, empty ones included."""
    weeks: Counter[date] = Counter()
    for day, count in days.items():
        weeks[_monday(day)] += count
    first = _monday(min([opens, *days]))
    last = _monday(max([until, opens, *days]))
    span = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return [(f"from {w.day} {w:%b}", float(weeks[w])) for w in span[-MOST_WEEKS:]]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def summary_of(counts: Mapping[str, int], held: Ledger) -> list[dict[str, Any]]:
    """The numbers that matter today."""
    path = "/applications/list"
    return [
        {
            "label": f"of {held.places} places filled",
            "value": len(held.accepted),
            "href": f"{path}?state=accepted",
        },
        {"label": "offers open", "value": len(held.offers), "href": f"{path}?state=offered"},
        {
            "label": "on the waiting list",
            "value": len(held.waiting),
            "href": "/applications/ledger",
        },
        {"label": "applications", "value": sum(counts.values()), "href": path},
    ]
