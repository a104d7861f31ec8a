"""Records what became of mails: their rows and the events that tell of them, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
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
from notifications.store import EMAILS, TRIES, Document

log = structlog.get_logger()


@dataclass(frozen=True)
class Result:
    """One mail, to whom it went, and what became of it."""

    row: Document
    entry: Entry
    outcome: Outcome

    @property
    def mail_id(self) -> str:
        """The mail."""
        return str(self.row["_id"])

    @property
    def answer(self) -> str:
        """What the mail server said, or why it could not."""
        return self.outcome.reply if isinstance(self.outcome, Taken) else self.outcome.diagnostic


async def record(messaging: Messaging, results: Sequence[Result], delays: Sequence[float]) -> None:
    """Record a batch. A mail counts as sent only with this commit."""
    wall = datetime.now(UTC)
    untouched = [r for r in results if isinstance(r.outcome, Untouched)]
    taken = [r for r in results if isinstance(r.outcome, Taken)]
    others = [r for r in results if not isinstance(r.outcome, Untouched | Taken)]

    async def work(uow: UnitOfWork) -> None:
        await _release(uow, untouched)
        await _mark_sent(uow, taken)
        for result in others:
            change = _change(result, uow, delays, wall)
            await uow.collection(EMAILS).update({"_id": result.mail_id}, {"$set": change})
        await _note_tries(uow, [*taken, *others], wall)

    await messaging.transact(work)
    for result in results:
        _log(result)


async def _release(uow: UnitOfWork, untouched: Sequence[Result]) -> None:
    if untouched:
        theirs = {"_id": {"$in": [r.mail_id for r in untouched]}, "state": "sending"}
        await uow.collection(EMAILS).update(theirs, {"$set": {"state": "queued", "claim": None}})


async def _mark_sent(uow: UnitOfWork, taken: Sequence[Result]) -> None:
    """In one update for all: what differs between them is in their tries."""
    if not taken:
        return
    done = {"state": "sent", "sent_at": uow.now.isoformat(), "claim": None, "note": ""}
    await uow.collection(EMAILS).update(
        {"_id": {"$in": [r.mail_id for r in taken]}},
        {"$set": done, "$inc": {"attempts": 1, "revision": 1}},
    )
    for result in taken:
        uow.publish(EmailSent(**_about(result.row), sent_at=uow.now, title=result.row["title"]))


async def _note_tries(uow: UnitOfWork, results: Sequence[Result], wall: datetime) -> None:
    """One line for each try, and where it went when that is not where it was written to."""
    tries = [
        {
            "_id": f"{r.row['claim']}:{r.mail_id}",
            "email_id": r.mail_id,
            "at": wall,
            "outcome": type(r.outcome).__name__.lower(),
            "answer": r.answer,
        }
        for r in results
    ]
    await uow.collection(TRIES).insert_many(tries)
    for result in results:
        entry = result.entry
        if entry.known and entry.email != result.row["address"]:
            went = {"name": entry.name, "address": entry.email}
            not_erased = {"_id": result.mail_id, "erased": False}
            await uow.collection(EMAILS).update(not_erased, {"$set": went})


def _change(result: Result, uow: UnitOfWork, delays: Sequence[float], wall: datetime) -> Document:
    """The new fields of a mail that was not taken; publishes that it was given up."""
    row, outcome = result.row, result.outcome
    attempts = row["attempts"] + 1
    change = {"attempts": attempts, "claim": None, "note": result.answer}
    if isinstance(outcome, Unknown):
        return change | {"state": "uncertain"}
    again = next_try(attempts, delays, wall) if isinstance(outcome, PutOff) else None
    if again is not None:
        return change | {"state": "queued", "not_before": again}
    permanent = isinstance(outcome, Refused)
    uow.publish(
        EmailBounced(
            **_about(row), bounced_at=uow.now, permanent=permanent, diagnostic=result.answer
        )
    )
    return change | {"state": "failed", "revision": row["revision"] + 1}


def _about(row: Document) -> dict[str, Any]:
    """What both events say of a mail."""
    return {
        "email_id": row["_id"],
        "revision": row["revision"] + 1,
        "cause_id": UUID(row["cause_id"]),
        "cause_type": row["cause_type"],
        "cause_subject": row["cause_subject"],
        "person_id": row["person_id"],
        "template": row["template"],
    }


def _log(result: Result) -> None:
    """One line a mail; never the address."""
    log.info(
        "mail",
        email_id=result.mail_id,
        template=result.row["template"],
        correlation_id=result.row["correlation_id"],
        outcome=type(result.outcome).__name__.lower(),
        answer=result.answer,
    )
