"""The cards of a cohort, held in memory and brought up to date before every look.

Sorting, searching and counting five thousand whole documents takes a database seconds, and a
page a moment. A look reads only what was stored since the last one, so that the index is never
behind the database: whatever was committed before a request is in its answer.
"""

import asyncio
import time
from collections.abc import Collection

from applications.admissions import store
from applications.employers.store import load_employers
from applications.office.list.card import Card, at_employer, card_of
from nextstep_messaging import Database
from nextstep_programme.employers import NONE_KNOWN

OVERLAP = 60 * 10**9
"""Nanoseconds before the last look from which is read again. A change is stamped before it is
committed, and a transaction ends within a minute; the clocks of machines that serve one database
differ by far less."""


class CardIndex:
    """The cards of one cohort in one process."""

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}
        self._employers, self._revision = NONE_KNOWN, 0
        self._looked_at = 0
        self._reading = asyncio.Lock()

    async def current(self, db: Database, cohort: str) -> Collection[Card]:
        """All cards as the database has them now."""
        async with self._reading:
            # by its own index alone: with the cohort beside it, all of the cohort would be read
            looked_at = time.time_ns()
            changed = {"stamp": {"$gte": self._looked_at - OVERLAP}}
            for document in await db.read(store.APPLICATIONS).find(changed):
                if document["cohort"] == cohort:
                    self._keep(document)
            self._looked_at = looked_at
            await self._follow_employers(db)
        return self._cards.values()

    def _keep(self, document: store.Document) -> None:
        held = self._cards.get(document["_id"])
        if held is None or held.version < document["version"]:
            self._cards[document["_id"]] = at_employer(card_of(document), self._employers)

    async def _follow_employers(self, db: Database) -> None:
        """Bring what every card says of the employer up to date, if the list changed."""
        known = await load_employers(db.read)
        if known.revision != self._revision:
            self._employers, self._revision = known.employers, known.revision
            for key, card in self._cards.items():
                self._cards[key] = at_employer(card, self._employers)
