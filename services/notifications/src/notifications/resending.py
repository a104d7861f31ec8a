"""Sending a mail again: what a person in the office may decide, and must give a reason for."""

import time

from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, record
from notifications.emails import AT_ONCE, RESENDABLE
from notifications.store import EMAILS, INVITATIONS


def refusal(state: str, *, erased: bool) -> str | None:
    """Why a mail cannot be sent again, in words for the office; None if it can."""
    if erased:
        return "The person was erased, so there is nobody to send this to."
    if state not in RESENDABLE:
        return "Only a mail that failed, or that may not have left, can be sent again."
    return None


async def resend(uow: UnitOfWork, actor: Actor, mail_id: str, reason: str) -> str | None:
    """Queue a mail again, under the same Message-ID, and put it on record.

    Returns:
        why not, or None when it is queued.

    """
    emails = uow.collection(EMAILS)
    row = await emails.get(mail_id)
    if row is None:
        return "There is no such mail."
    if (why_not := refusal(row["state"], erased=row["erased"])) is not None:
        return why_not
    if row["invitation"] is not None:
        held = await uow.collection(INVITATIONS).get(row["invitation"])
        if held is not None and held["sequence"] > row["sequence"]:
            return "A later invitation has taken its place, so this one would put a calendar wrong."
    again = {
        "state": "queued",
        "not_before": AT_ONCE,
        "attempts": 0,
        "order": time.time_ns(),
        "resends": row.get("resends", 0) + 1,
    }
    await emails.update({"_id": mail_id}, {"$set": again})
    await record(uow, actor, "resent", mail_id, was=row["state"], reason=reason)
    return None
