"""Sending an email again: what a person in the office may decide, and must give a reason for."""

import time
from collections.abc import Collection, Mapping

from nextstep_contracts import AlreadySo, NoSuch, Refused
from notifications.calendar.store import newest_sequences
from notifications.hearing.act import Act
from notifications.hearing.email_record import AT_ONCE, PENDING, EmailRecord
from notifications.hearing.store import EMAILS, email
from notifications.office.store import is_kept_from

RESENDABLE = ("failed", "uncertain", "held")
SENT_AGAIN = (*PENDING, "sent")
"""States of an email that was sent again; one that a later one replaced was not."""


def may_be_sent_again(record: EmailRecord, sequences: Mapping[str, int]) -> None:
    """Say no where sending an email again would do harm or no good.

    `sequences` is what the invitation that it is about has come to, if it is about one.

    Raises:
        Refused: why not, in words for the office.

    """
    if record.erased:
        raise Refused("The person was erased, so there is nobody to send this to.")
    if record.state in SENT_AGAIN and record.resends:
        raise AlreadySo("This email was sent again already.")
    if record.state not in RESENDABLE:
        raise Refused(
            "Only an email that failed, may not have left or was held back can be sent again."
        )
    sequence = record.sequence or 0
    if sequences.get(record.invitation or "", sequence) > sequence:
        raise Refused(
            "A later invitation has taken its place, so this one would put a calendar wrong."
        )


async def resend(act: Act, email_id: str, reason: str, closed: Collection[str] = ()) -> None:
    """Queue an email again, under the same Message-ID, and put it on record.

    Raises:
        NoSuch: there is no such email, or it is kept from who must learn nothing of `closed`.
        Refused: it must not be sent again.

    """
    record = await email(act.read, email_id)
    if record is None or is_kept_from(closed, record):
        raise NoSuch("There is no such email.")
    sequences = await newest_sequences(act.read, filter(None, [record.invitation]))
    may_be_sent_again(record, sequences)
    again = {
        "state": "queued",
        "not_before": AT_ONCE,
        "attempts": 0,
        "order": time.time_ns(),
        "resends": record.resends + 1,
    }
    await act.read(EMAILS).update({"_id": email_id}, {"$set": again})
    act.audit("resent", email_id, was=record.state, reason=reason)
    act.uow.then(act.here.wake_sender)
