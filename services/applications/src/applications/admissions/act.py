"""One transaction's view of the admissions of a cohort: what was loaded, what changed, and why.

A use case gets a act, looks things up on it, puts changed things back and says what happened.
Everything is written once, together, when the use case ends.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from applications.admissions import store
from applications.admissions.application import Application
from applications.admissions.place_ledger import Change, Ledger, Movement
from nextstep_contracts import NoSuch, Person
from nextstep_contracts.applications import ApplicationEvent
from nextstep_messaging import Actor, AuditEntry, UnitOfWork
from nextstep_messaging.operating.audit import record_all
from nextstep_programme import Cohort

Remembered = tuple[dict[str, Application], set[str], Ledger | None, int, int]


class Act:
    """Where a use case works. It lives for one attempt of one transaction."""

    def __init__(self, uow: UnitOfWork, cohort: Cohort) -> None:
        self.uow = uow
        self.cohort = cohort
        self._applications: dict[str, Application] = {}
        self._changed: set[str] = set()
        self._ledger: Ledger | None = None
        self._ledger_version = 0
        self._movements: list[Movement] = []
        self._notes: list[dict[str, Any]] = []
        self._entries: list[AuditEntry] = []

    @property
    def now(self) -> datetime:
        """The injected clock, the same for everything in this transaction."""
        return self.uow.now

    async def application(self, application_id: str) -> Application:
        """An application as it now stands in this act.

        Raises:
            NoSuch: there is none with that id.

        """
        if application_id not in self._applications:
            document = await self.uow.collection(store.APPLICATIONS).get(application_id)
            if document is None:
                raise NoSuch(f"There is no application {application_id}.")
            self._applications[application_id] = store.application_from_document(document)
        return self._applications[application_id]

    async def fetch(self, ids: Sequence[str]) -> None:
        """Load several applications in one reading; those that do not exist are left out."""
        wanted = {"_id": {"$in": [one for one in ids if one not in self._applications]}}
        for document in await self.uow.collection(store.APPLICATIONS).find(wanted):
            application = store.application_from_document(document)
            self._applications[application.id] = application

    async def application_of(self, person_id: str) -> Application | None:
        """The person's application for this cohort."""
        matching = {"cohort": self.cohort.id, "person_id": person_id}
        document = await self.uow.collection(store.APPLICATIONS).find_one(matching)
        return None if document is None else await self.application(document["_id"])

    def put(self, application: Application) -> Application:
        """Keep a changed application, to be stored when the use case ends."""
        application = application.model_copy(update={"updated_at": self.now})
        self._applications[application.id] = application
        self._changed.add(application.id)
        return application

    async def ledger(self) -> Ledger:
        """The cohort's ledger as it now stands in this act."""
        if self._ledger is None:
            document = await self.uow.collection(store.LEDGERS).get(self.cohort.id)
            if document is None:
                self._ledger = Ledger(self.cohort.id, self.cohort.places)
            else:
                self._ledger = store.ledger_from_document(document)
                self._ledger_version = document["version"]
        return self._ledger

    async def move(self, change: Callable[[Ledger], Change]) -> Movement:
        """Change the ledger by one movement."""
        self._ledger, movement = change(await self.ledger())
        self._movements.append(movement)
        return movement

    async def move_all(
        self, change: Callable[[Ledger], tuple[Ledger, Sequence[Movement]]]
    ) -> Sequence[Movement]:
        """Change the ledger by any number of movements."""
        self._ledger, movements = change(await self.ledger())
        self._movements.extend(movements)
        return movements

    def tell(self, application_id: str, event: type[ApplicationEvent], **facts: Any) -> None:
        """Publish an event about an application in this act, as its next revision."""
        application = self._applications[application_id]
        if application.erased:
            return  # there is nobody left to tell
        application = self.put(
            application.model_copy(update={"revision": application.revision + 1})
        )
        answers = application.answers
        self.uow.publish(
            event(
                cohort=application.cohort,
                application_id=application.id,
                revision=application.revision,
                person=Person(
                    person_id=application.person_id, name=answers.name, email=answers.email
                ),
                **facts,
            )
        )

    def note(self, application_id: str, what: str, who: str, why: str = "") -> None:
        """Add a line to the application's history."""
        line = {"application_id": application_id, "at": self.now, "step": len(self._notes)}
        self._notes.append(line | {"_id": uuid4().hex, "what": what, "who": who, "why": why})

    def noted(self, application_id: str) -> tuple[str, ...]:
        """What was added to an application's history in this act."""
        return tuple(n["what"] for n in self._notes if n["application_id"] == application_id)

    def remembered(self) -> Remembered:
        """How the act is now, to come back to."""
        return (
            dict(self._applications),
            set(self._changed),
            self._ledger,
            len(self._movements),
            len(self._notes),
        )

    def back_to(self, before: Remembered) -> None:
        """Be as it was: what was done on the act since then is dropped."""
        self._applications, self._changed, self._ledger, movements, notes = before
        del self._movements[movements:]
        del self._notes[notes:]

    async def done_by(
        self, who: Actor, application_id: str, action: str, what: str, why: str = ""
    ) -> None:
        """Record a change that a person made: in the history and in the audit trail."""
        self.note(application_id, what, who.name, why)
        await self.audit(who, action, application_id, why)

    async def audit(self, who: Actor, action: str, about: str, why: str) -> None:
        """Record a change that a person made in the audit trail alone."""
        self._entries.append(AuditEntry(who, action, about, {"why": why}))

    async def flush(self) -> None:
        """Write what changed."""
        if self._movements and self._ledger is not None:
            document = store.ledger_to_document(self._ledger, self._ledger_version)
            await self.uow.collection(store.LEDGERS).save(document)
            await self.uow.collection(store.MOVEMENTS).insert_many(
                [store.movement_to_document(self.cohort.id, m) for m in self._movements]
            )
        await self.uow.collection(store.HISTORY).insert_many(self._notes)
        await record_all(self.uow, self._entries)
        for application_id in sorted(self._changed):
            document = store.application_to_document(self._applications[application_id])
            await self.uow.collection(store.APPLICATIONS).save(document)
