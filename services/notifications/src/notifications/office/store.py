"""What the office asks of all emails together: its list, and its numbers."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from nextstep_programme.searching import without_titles
from notifications.emails.all_emails import BY_OTHERS
from notifications.emails.wording import PROGRAMME_ZONE, clean
from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import EMAILS, Read

SORTABLE = ("queued_at", "title", "name", "template", "state", "sent_at")
"""By which fields the list can be sorted."""
LONGEST_SEARCH = 500
"""Characters: MongoDB takes no long regular expression, nor one with a null character."""


def matching(
    closed: Collection[str],
    *,
    state: str | None = None,
    kind: str | None = None,
    since: date | None = None,
    text: str = "",
) -> Mapping[str, Any]:
    """What the filters of the list ask for; `text` is looked for in subject, name and address.

    `since` is the first local day of those that were queued. `closed` are people of whom whoever
    asks must learn nothing.
    """
    wanted: dict[str, Any] = {**known_to(closed)}
    if state is not None:
        wanted["state"] = state
    if kind is not None:
        wanted["$and"] = [{"template": kind}]
    if since is not None:
        wanted |= _queued_since(day_begins(since))
    if sought := without_titles(clean(text[:LONGEST_SEARCH])):
        like = {"$regex": re.escape(sought), "$options": "i"}
        wanted["$or"] = [{"title": like}, {"name": like}, {"address": like}]
    return wanted


async def listed(
    read: Read,
    wanted: Mapping[str, Any],
    order: tuple[str, bool],
    *,
    limit: int = 0,
    skip: int = 0,
) -> list[EmailRecord]:
    """Emails for the list, in the order of a field and whether it is turned round."""
    field, descending = order
    sort = [(field, -1 if descending else 1), ("order", -1)]
    found = await read(EMAILS).find(wanted, sort=sort, limit=limit, skip=skip)
    return [EmailRecord.from_document(one) for one in found]


async def count(read: Read, wanted: Mapping[str, Any]) -> int:
    """How many emails the filters find."""
    return await read(EMAILS).count(wanted)


async def count_by(read: Read, field: str, closed: Collection[str]) -> dict[str, int]:
    """How many emails there are for each value of a field, but those to `closed` people."""
    steps: Sequence[Mapping[str, Any]] = [
        {"$match": known_to(closed)},
        {"$group": {"_id": f"${field}", "n": {"$sum": 1}}},
    ]
    return {row["_id"]: row["n"] for row in await read(EMAILS).aggregate(steps)}


async def sent_since(read: Read, moment: datetime, closed: Collection[str]) -> int:
    """How many emails the mail server took since a moment, UTC, but those to `closed` people."""
    since = {"state": "sent", "sent_at": {"$gte": moment.isoformat()}} | known_to(closed)
    return await read(EMAILS).count(since)


def is_kept_from(closed: Collection[str], record: EmailRecord) -> bool:
    """Whether an email is to look like none at all to who must learn nothing of `closed`."""
    return record.person_id in closed or (bool(closed) and record.template in BY_OTHERS)


def known_to(closed: Collection[str]) -> dict[str, Any]:
    """What matches the emails of which somebody may know who must learn nothing of `closed`.

    Those to others, but for what was sent because of something that somebody else did: it may have
    been one of these.
    """
    if not closed:
        return {}
    return {"person_id": {"$nin": sorted(closed)}, "template": {"$nin": [*BY_OTHERS]}}


async def held_since(read: Read, moment: datetime, closed: Collection[str]) -> dict[str, int]:
    """How many emails were held back since a moment, by address, but those to `closed` people."""
    since = {"state": "held"} | _queued_since(moment)
    steps: Sequence[Mapping[str, Any]] = [
        {"$match": since | known_to(closed)},
        {"$group": {"_id": "$address", "n": {"$sum": 1}}},
    ]
    return {row["_id"]: row["n"] for row in await read(EMAILS).aggregate(steps)}


def day_begins(on: date) -> datetime:
    """When a local day of the programme begins, UTC."""
    return datetime.combine(on, time.min, ZoneInfo(PROGRAMME_ZONE)).astimezone(UTC)


def _queued_since(moment: datetime) -> dict[str, Any]:
    return {"queued_at": {"$gte": moment.astimezone(UTC).isoformat()}}
