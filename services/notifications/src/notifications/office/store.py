"""What the office asks of all emails together: its list, and its numbers."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import EMAILS, Read

SORTABLE = ("queued_at", "title", "name", "template", "state", "sent_at")
"""By which fields the list can be sorted."""


def matching(
    *, state: str | None = None, kind: str | None = None, text: str = ""
) -> Mapping[str, Any]:
    """What the filters of the list ask for; `text` is looked for in subject, name and address."""
    wanted: dict[str, Any] = {}
    if state is not None:
        wanted["state"] = state
    if kind is not None:
        wanted["template"] = kind
    if text:
        like = {"$regex": re.escape(text), "$options": "i"}
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


async def count_by(read: Read, field: str) -> dict[str, int]:
    """How many emails there are for each value of a field."""
    steps: Sequence[Mapping[str, Any]] = [{"$group": {"_id": f"${field}", "n": {"$sum": 1}}}]
    return {row["_id"]: row["n"] for row in await read(EMAILS).aggregate(steps)}


async def sent_since(read: Read, moment: datetime) -> int:
    """How many emails the mail server took since a moment, UTC."""
    since = {"state": "sent", "sent_at": {"$gte": moment.isoformat()}}
    return await read(EMAILS).count(since)
