"""Which emails to send next: claimed before they are sent, so that a crash leaves a trace.

If the process dies in between, its claim is found by whoever sends next: those emails may or may
not have left, so they become `uncertain` and a person decides. They are never sent again by
themselves.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import structlog

from nextstep_messaging import Messaging
from notifications.calendar.store import newest_sequences
from notifications.hearing.email_record import REPLACED, EmailRecord
from notifications.hearing.store import EMAILS, emails

log = structlog.get_logger()

BATCH = 16
"""Emails claimed together: as many become uncertain at most when the process is killed."""
CRASHED = "The service stopped while this email was on its way."


async def change_emails(
    messaging: Messaging, matching: Mapping[str, object], change: Mapping[str, object]
) -> int:
    """Change many emails at once, in a transaction; how many.

    Never outside one: see `WriteCollection.update`.
    """
    return await messaging.transact(lambda uow: uow.collection(EMAILS).update(matching, change))


async def give_up_abandoned(messaging: Messaging) -> None:
    """Emails that an earlier sender was sending when it disappeared: nobody knows of them.

    To be called when none of ours is on its way.
    """
    if not await messaging.db.read(EMAILS).count({"state": "sending"}):
        return
    uncertain = {"state": "uncertain", "note": CRASHED}
    count = await change_emails(messaging, {"state": "sending"}, {"$set": uncertain})
    log.error("emails_uncertain", count=count)


async def claim_next(messaging: Messaging) -> list[EmailRecord]:
    """The emails to send now, in their order; from here on nobody else sends them."""
    return await _still_right(messaging, await _claim(messaging))


async def _claim(messaging: Messaging) -> list[EmailRecord]:
    db, wall = messaging.db, datetime.now(UTC)
    due = {"state": "queued", "not_before": {"$lte": wall}}
    found = await db.read(EMAILS).find(due, sort=[("order", 1)], limit=BATCH)
    if not found:
        return []
    claim = str(uuid4())
    queued = {"_id": {"$in": [one["_id"] for one in found]}, "state": "queued"}
    taken = {"state": "sending", "claim": claim, "claimed_at": wall}
    claimed = await change_emails(messaging, queued, {"$set": taken})
    if claimed < len(found):  # some were taken back between the two
        return await emails(db.read, {"claim": claim})
    return [replace(one, claim=claim) for one in map(EmailRecord.from_document, found)]


async def _still_right(messaging: Messaging, records: list[EmailRecord]) -> list[EmailRecord]:
    """Leave out invitations that come back from a delay to find a later one sent.

    The calendar keeper takes back what is queued, but not what was on its way just then.
    """
    again = {one.email_id: one.invitation for one in records if one.invitation and one.attempts}
    if not again:
        return records
    newest = await newest_sequences(messaging.db.read, again.values())
    late = {
        one.email_id
        for one in records
        if one.email_id in again and newest[again[one.email_id]] > (one.sequence or 0)
    }
    if late:
        replaced = {"state": "not_sent", "note": REPLACED}
        await change_emails(messaging, {"_id": {"$in": sorted(late)}}, {"$set": replaced})
    return [one for one in records if one.email_id not in late]
