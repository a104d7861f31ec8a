"""What a process of this service holds, and the context of one of its use cases."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import nextstep_messaging
from awards.fellows.records import R, Reader, save
from nextstep_messaging import Actor, Messaging, UnitOfWork
from nextstep_programme import Cohort

T = TypeVar("T")


@dataclass(frozen=True)
class Awards:
    """The service as one process holds it: one deployment serves one cohort."""

    messaging: Messaging
    cohort: Cohort
    minimum_judges: int
    """Unconflicted judges that every project needs before scoring opens."""
    poster_limit: int
    """Bytes."""

    @property
    def read(self) -> Reader:
        """Reads outside a transaction, for pages."""
        return self.messaging.db.read


class Act(nextstep_messaging.Act):
    """What every use case is given."""

    def __init__(self, uow: UnitOfWork, here: Awards, actor: Actor) -> None:
        super().__init__(uow, actor)
        self.here = here

    @property
    def cohort(self) -> Cohort:
        """The cohort file."""
        return self.here.cohort

    @property
    def by(self) -> str:
        """Who acts, as records keep it: a member of staff's address or a person's id."""
        return self.actor.who

    async def save(self, changed: R) -> R:
        """Store a record."""
        return await save(self.uow, changed)


UseCase = Callable[[Act], Awaitable[T]]
