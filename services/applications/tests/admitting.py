"""Admissions on the real database, without broker or pages: for tests of many steps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from applications.admissions.act import Applications, on
from applications.admissions.application import Application, Document
from applications.admissions.ledger_recount import recount
from applications.admissions.place_ledger import Ledger
from applications.admissions.store import (
    application_from_document,
    ledger_from_document,
    movement_from_document,
)
from applications.app import COLLECTIONS
from applications.handlers import router
from applications.intake.submitting import Submission, receive
from applications.review.saying_conflicts import say_of_changed
from applications.settings import Settings
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock, Messaging
from nextstep_messaging.operating.audit import Actor
from nextstep_messaging.testing import fire_due, hear
from nextstep_programme import Cohort, load
from nextstep_web.session_check import ACCESS_COLLECTIONS

from .builders import answers

START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)
APPLICANT = Actor("person", "person", "Applicant", "127.0.0.1")
OFFICE = Actor("staff", "ola@example.org", "Ola Office", "127.0.0.1")


class Admitting:
    """The admissions of one cohort in one database."""

    def __init__(self, messaging: Messaging, clock: FixedClock, cohort: Cohort) -> None:
        self.messaging = messaging
        self.clock = clock
        self.cohort = cohort
        loaded = replace(load("2024-25"), cohort=cohort)
        self.service = Applications(messaging, loaded, say_of_changed)
        messaging.provide(self.service)

    async def take(self, submission: Submission) -> None:
        """Store the receipt unless it is there, and take the submission in."""
        receipts = self.messaging.db.write("receipts")
        if await receipts.get(submission.receipt_id) is None:
            receipt = {"_id": submission.receipt_id, "status": "new", "version": 1}
            await receipts.insert(receipt)
        await self.service.perform(lambda act: receive(act, submission))

    async def act(self, actor: Actor | None, use_case: Any) -> Any:
        """Run a use case as somebody, or (None) as an event or a timer does."""
        return await self.service.perform(use_case, actor)

    async def do(
        self, actor: Actor | None, application_id: str, verb: Any, *given: Any, **named: Any
    ) -> Any:
        """Run a use case about one application."""
        return await self.act(actor, on(application_id, verb, *given, **named))

    async def applications(self) -> list[Application]:
        """All of the cohort."""
        rows = self.messaging.db.read("applications")
        found = await rows.find({"cohort": self.cohort.id}, sort=[("reference", 1)])
        return [application_from_document(row) for row in found]

    async def ledger(self) -> Ledger:
        """The ledger, after a look at whether its history leads to it."""
        document = await self.messaging.db.read("ledgers").get(self.cohort.id)
        if document is None:
            return Ledger(self.cohort.id, self.cohort.places)
        ledger = ledger_from_document(document)
        rows = await self.messaging.db.read("movements").find(
            {"cohort": self.cohort.id}, sort=[("sequence", 1)]
        )
        movements = [movement_from_document(row) for row in rows]
        assert recount(ledger, movements) == ()
        assert ledger.sequence == len(movements)
        return ledger

    async def hear(self, event: Any) -> None:
        """Handle an event as often as it is given: without the inbox that drops duplicates."""
        await hear(self.messaging, event)

    async def fire_due(self) -> None:
        """Fire the timers that are due, as the service does."""
        await fire_due(self.messaging)


@asynccontextmanager
async def admitting(
    mongo_url: str, database: str, cohort: Cohort, clock: FixedClock | None = None
) -> AsyncIterator[Admitting]:
    """Open the database for a test."""
    settings = Settings(
        **settings_for(
            "applications",
            amqp_url="amqp://nowhere.invalid",
            mongo_url=mongo_url,
            mongo_database=database,
        )
    )
    clock = clock or FixedClock(START)
    collections = [*COLLECTIONS, *ACCESS_COLLECTIONS]
    messaging = Messaging(router, settings, clock=clock, collections=collections)
    async with messaging.opened():
        yield Admitting(messaging, clock, cohort)


def paper(key: str, minutes: int, *, usable: bool = True) -> Document:
    """A document of a submission."""
    return Document(
        key=key,
        name=f"{key}.pdf",
        content_type="application/pdf",
        size=10,
        file_id=f"{key}-{minutes}" if usable else None,
        problem=None if usable else "the file was empty",
        sent_at=START + timedelta(minutes=minutes),
    )


def submitted(
    number: int,
    minutes: int = 0,
    *,
    papers: tuple[str, ...] = ("cv", "statement_1", "statement_2"),
    unusable: tuple[str, ...] = (),
    **changes: Any,
) -> Submission:
    """A submission by the person of this number, some minutes after the start."""
    moment = START + timedelta(minutes=minutes)
    who = {
        "name": f"Person Number{number}",
        "email": f"person{number}@example.org",
        "gmc_number": str(7_000_000 + number),
    }
    documents = {key: paper(key, minutes) for key in papers}
    documents |= {key: paper(key, minutes, usable=False) for key in unusable}
    return Submission(
        receipt_id=uuid4().hex,
        source="native",
        received_at=moment,
        submitted_at=moment,
        arrived=number * 1_000_000 + minutes,
        answers=answers(**(who | changes)),
        documents=documents,
    )


async def published(here: Admitting) -> list[str]:
    """The names of the events that were published, in their order."""
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [row["type"].split(".")[1] for row in rows]
