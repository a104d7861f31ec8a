"""What a process of this service holds, and the context of one of its use cases."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from typing_extensions import override

import nextstep_messaging
from awards.fellows.records import R, Reader, save
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Actor, Messaging, UnitOfWork
from nextstep_programme import Cohort

T = TypeVar("T")
WHO_JUDGES_WHAT = frozenset({"projects", "panellists", "conflicts"})
"""Collections from which it follows who must not judge what."""


@dataclass(frozen=True)
class Awards:
    """The service as one process holds it: one deployment serves one cohort."""

    messaging: Messaging
    cohort: Cohort
    minimum_judges: int
    """Unconflicted judges that every project needs before scoring opens."""
    poster_limit: int
    """Bytes."""
    judges_changed: "Callable[[UnitOfWork, Awards], Awaitable[None]] | None" = None
    """What else follows, in the same transaction, where projects, panellists or conflicts change.
    Given from outside, so that projects need not know who is kept from them."""
    scanner: Scanner = field(default_factory=lambda: Scanner(None))
    """For viruses."""

    @property
    def read(self) -> Reader:
        """Reads outside a transaction, for pages."""
        return self.messaging.db.read


class Act(nextstep_messaging.Act):
    """What every use case is given."""

    def __init__(
        self, uow: UnitOfWork, here: Awards, actor: Actor, people: Sequence[Actor] = ()
    ) -> None:
        super().__init__(uow, actor)
        self.here = here
        self.people = tuple(people) or (actor,)
        """Whoever may be acting, by all sessions of their browser; the actor is one of them."""
        self._judges_changed = False

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
        self._judges_changed |= changed.collection in WHO_JUDGES_WHAT
        return await save(self.uow, changed)

    @override
    async def flush(self) -> None:
        """Let follow what follows, and write what is left."""
        if self._judges_changed and self.here.judges_changed is not None:
            await self.here.judges_changed(self.uow, self.here)
        await super().flush()


UseCase = Callable[[Act], Awaitable[T]]
