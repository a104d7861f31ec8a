"""Keeps what became of emails, and tells the other services, in one transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from nextstep_contracts import EmailBounced, EmailSent
from nextstep_messaging import Messaging, UnitOfWork
from notifications.delivery.outcome import (
    EmailPutOff,
    EmailRefused,
    EmailTaken,
    EmailUncertain,
    EmailUntouched,
    Outcome,
    of_erased,
)
from notifications.delivery.store import TRIES, Try
from notifications.delivery.trying_again import next_try
from notifications.hearing.address_book import Contact
from notifications.hearing.email_record import EmailRecord
from notifications.hearing.store import EMAILS, emails

log = structlog.get_logger()
GONE = {"erased": True}


@dataclass(frozen=True)
class TriedEmail:
    """One email, to whom it went, and what became of it."""

    email: EmailRecord
    contact: Contact
    outcome: Outcome


async def record(
    messaging: Messaging, results: Sequence[TriedEmail], delays: Sequence[float]
) -> None:
    """Record a batch. An email counts as sent only with this commit.

    Of people who were erased meanwhile nothing is kept that a server said.
    """
    wall = datetime.now(UTC)

    async def work(uow: UnitOfWork) -> None:
        now_known = await _without_the_erased(uow, results)
        untouched = [r for r in now_known if isinstance(r.outcome, EmailUntouched)]
        taken = [r for r in now_known if isinstance(r.outcome, EmailTaken)]
        others = [r for r in now_known if not isinstance(r.outcome, EmailUntouched | EmailTaken)]
        await _release(uow, untouched)
        await _mark_sent(uow, taken)
        for result in others:
            change = _change(result, uow, delays, wall)
            await uow.collection(EMAILS).update({"_id": result.email.email_id}, {"$set": change})
        await _note_tries(uow, [*taken, *others], wall)

    await messaging.transact(work)
    for result in results:
        _log(result)


async def _without_the_erased(uow: UnitOfWork, results: Sequence[TriedEmail]) -> list[TriedEmail]:
    """The results, without words where the person was erased while the email was on its way.

    Every email of the batch is then changed, as an erasure does: neither passes the other unseen.
    """
    ids = [result.email.email_id for result in results]
    gone = {one.email_id for one in await emails(uow.collection, {"_id": {"$in": ids}, **GONE})}
    return [
        replace(
            one,
            email=replace(one.email, name="", address="", title=""),
            contact=Contact(one.email.person_id),
            outcome=of_erased(one.outcome),
        )
        if one.email.email_id in gone
        else one
        for one in results
    ]


async def _release(uow: UnitOfWork, untouched: Sequence[TriedEmail]) -> None:
    if untouched:
        theirs = {"_id": {"$in": [r.email.email_id for r in untouched]}, "state": "sending"}
        await uow.collection(EMAILS).update(theirs, {"$set": {"state": "queued", "claim": None}})


async def _mark_sent(uow: UnitOfWork, taken: Sequence[TriedEmail]) -> None:
    """In one update for all: what differs between them is in their tries."""
    if not taken:
        return
    done = {"state": "sent", "sent_at": uow.now.isoformat(), "claim": None, "note": ""}
    await uow.collection(EMAILS).update(
        {"_id": {"$in": [r.email.email_id for r in taken]}},
        {"$set": done, "$inc": {"attempts": 1, "revision": 1}},
    )
    for result in taken:
        uow.publish(EmailSent(**_about(result.email), sent_at=uow.now, title=result.email.title))


async def _note_tries(uow: UnitOfWork, results: Sequence[TriedEmail], wall: datetime) -> None:
    """One line for each try, and where it went when that is not where it was written to."""
    tries = [
        Try(r.email.claim or "", r.email.email_id, wall, r.outcome.kind, r.outcome.answer)
        for r in results
    ]
    await uow.collection(TRIES).insert_many([one.document() for one in tries])
    for result in results:
        contact = result.contact
        if contact.known and contact.email != result.email.address:
            went = {"name": contact.name, "address": contact.email}
            not_erased = {"_id": result.email.email_id, "erased": False}
            await uow.collection(EMAILS).update(not_erased, {"$set": went})


def _change(
    result: TriedEmail, uow: UnitOfWork, delays: Sequence[float], wall: datetime
) -> dict[str, Any]:
    """The new fields of an email that was not taken; publishes that it was given up."""
    email, outcome = result.email, result.outcome
    attempts = email.attempts + 1
    change = {"attempts": attempts, "claim": None, "note": outcome.answer}
    if isinstance(outcome, EmailUncertain):
        return change | {"state": "uncertain"}
    again = next_try(attempts, delays, wall) if isinstance(outcome, EmailPutOff) else None
    if again is not None:
        return change | {"state": "queued", "not_before": again}
    permanent = isinstance(outcome, EmailRefused)
    bounced = _about(email) | {"bounced_at": uow.now, "permanent": permanent}
    uow.publish(EmailBounced(**bounced, diagnostic=outcome.answer))
    return change | {"state": "failed", "revision": email.revision + 1}


def _about(email: EmailRecord) -> dict[str, Any]:
    """What both events say of an email."""
    return {
        "email_id": email.email_id,
        "revision": email.revision + 1,
        "cause_id": email.cause.event_id,
        "cause_type": email.cause.event_type,
        "cause_subject": email.cause.subject,
        "person_id": email.person_id,
        "template": email.template,
    }


def _log(result: TriedEmail) -> None:
    """One line an email; never the address, which a server's answer may quote: its codes alone."""
    code = re.match(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?", result.outcome.answer or "")
    log.info(
        "email",
        email_id=result.email.email_id,
        template=result.email.template,
        correlation_id=str(result.email.cause.correlation_id),
        outcome=result.outcome.kind,
        answer=code.group() if code else None,
    )
