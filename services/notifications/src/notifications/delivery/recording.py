"""Records what became of mails: their rows and the events that tell of them, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog

from nextstep_contracts import EmailBounced, EmailSent
from nextstep_messaging import Messaging, UnitOfWork
from notifications.delivery.outcome import (
    Outcome,
    PutOff,
    Refused,
    Taken,
    Unknown,
    Untouched,
    next_try,
)
from notifications.directory import Entry
from notifications.store import EMAILS, Document

log = structlog.get_logger()


@dataclass(frozen=True)
class Result:
    """One mail, to whom it went, and what became of it."""

    row: Document
    entry: Entry
    outcome: Outcome


async def record(messaging: Messaging, results: Sequence[Result], delays: Sequence[float]) -> None:
    """Record a batch. A mail counts as sent only with this commit."""
    wall = datetime.now(UTC)

    async def work(uow: UnitOfWork) -> None:
        emails = uow.collection(EMAILS)
        back = [r.row["_id"] for r in results if isinstance(r.outcome, Untouched)]
        if back:
            free = {"state": "queued", "claim": None}
            await emails.update({"_id": {"$in": back}, "state": "sending"}, {"$set": free})
        for result in results:
            if isinstance(result.outcome, Untouched):
                continue
            change = _change(result, uow, delays, wall)
            await emails.update({"_id": result.row["_id"]}, {"$set": change})
            if result.entry.email != result.row["address"]:
                went = {"name": result.entry.name, "address": result.entry.email}
                await emails.update({"_id": result.row["_id"], "erased": False}, {"$set": went})

    await messaging.transact(work)
    for result in results:
        _log(result)


def _change(result: Result, uow: UnitOfWork, delays: Sequence[float], wall: datetime) -> Document:
    """The new fields of a row; publishes what there is to tell."""
    row = result.row
    attempts = row["attempts"] + 1
    change: Document = {"attempts": attempts, "claim": None}
    match result.outcome:
        case Taken(reply):
            _publish_sent(row, uow)
            sent_at = uow.now.isoformat()
            done = {"state": "sent", "note": reply, "sent_at": sent_at}
            return change | done | {"revision": row["revision"] + 1}
        case Unknown(diagnostic):
            return change | {"state": "uncertain", "note": diagnostic}
        case PutOff(diagnostic) if (again := next_try(attempts, delays, wall)) is not None:
            return change | {"state": "queued", "note": diagnostic, "not_before": again}
        case PutOff(diagnostic) | Refused(diagnostic):
            permanent = isinstance(result.outcome, Refused)
            _publish_bounced(row, uow, diagnostic, permanent=permanent)
            given_up = {"state": "failed", "note": diagnostic}
            return change | given_up | {"revision": row["revision"] + 1}
        case _:
            raise TypeError(f"{result.outcome} is not recorded by row")


def _publish_sent(row: Document, uow: UnitOfWork) -> None:
    uow.publish(
        EmailSent(
            email_id=row["_id"],
            revision=row["revision"] + 1,
            cause_id=UUID(row["cause_id"]),
            cause_type=row["cause_type"],
            cause_subject=row["cause_subject"],
            person_id=row["person_id"],
            template=row["template"],
            sent_at=uow.now,
            title=row["title"],
        )
    )


def _publish_bounced(row: Document, uow: UnitOfWork, diagnostic: str, *, permanent: bool) -> None:
    uow.publish(
        EmailBounced(
            email_id=row["_id"],
            revision=row["revision"] + 1,
            cause_id=UUID(row["cause_id"]),
            cause_type=row["cause_type"],
            cause_subject=row["cause_subject"],
            person_id=row["person_id"],
            template=row["template"],
            bounced_at=uow.now,
            permanent=permanent,
            diagnostic=diagnostic,
        )
    )


def _log(result: Result) -> None:
    """One line a mail; never the address."""
    name = type(result.outcome).__name__.lower()
    note = getattr(result.outcome, "diagnostic", "") or getattr(result.outcome, "reply", "")
    log.info(
        "mail",
        email_id=result.row["_id"],
        template=result.row["template"],
        correlation_id=result.row["correlation_id"],
        outcome=name,
        note=note,
    )
