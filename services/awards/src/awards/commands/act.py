"""One act of a person: the transaction it happens in, who acts, and under which terms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from awards import store
from awards.decision import Scoring
from awards.records import Record
from awards.terms import Terms
from nextstep_contracts import Event
from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Act:
    """What every use case is given."""

    uow: UnitOfWork
    terms: Terms
    actor: Actor

    @property
    def now(self) -> datetime:
        """The moment of the act."""
        return self.uow.now

    @property
    def who(self) -> str:
        """A staff member's address or a person id, for the record."""
        return self.actor.who

    @property
    def cohort(self) -> str:
        """The cohort's id."""
        return self.terms.cohort.id

    @property
    def read(self) -> store.Reader:
        """Reads inside the transaction."""
        return self.uow.collection

    async def save(self, changed: R) -> R:
        """Store a record."""
        return await store.save(self.uow, changed)

    def publish(self, event: Event) -> None:
        """Say it to the other services."""
        self.uow.publish(event)

    async def note(self, action: str, about: str, **details: Any) -> None:
        """Put the act on the audit trail."""
        await record(self.uow, self.actor, action, about, **details)

    async def change_what_is_judged(self) -> Scoring:
        """Write through the scoring record.

        Opening scoring checks projects, panel and conflicts; whatever changes one of these comes
        through here, so that the two cannot pass each other unseen.
        """
        return await self.save(await store.load_scoring(self.read, self.terms))
