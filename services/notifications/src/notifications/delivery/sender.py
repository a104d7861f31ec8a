"""The worker that sends what is queued, and records what became of each mail.

Mails are claimed a few at a time before they are sent. If the process dies in between, its claim
is found by whoever sends next: those mails may or may not have left, so they become `uncertain`
and a person decides. They are never sent again by themselves.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog

from nextstep_messaging import Messaging
from nextstep_messaging.database.leases import Lease
from notifications.delivery.outcome import Outcome, Refused, Unknown, Untouched
from notifications.delivery.postbox import Postbox
from notifications.delivery.recording import Result, record
from notifications.delivery.smtp import Pool
from notifications.directory import Entry
from notifications.emails import REPLACED
from notifications.mail.message import UnusableAddressError
from notifications.pacing import Pace
from notifications.store import (
    BODIES,
    EMAILS,
    INVITATIONS,
    PEOPLE,
    SERVER,
    Document,
    people_by_id,
)

log = structlog.get_logger()

LEASE = "sender"
BATCH = 16
"""Mails claimed together: as many become uncertain at most when the process is killed."""
UNREACHABLE_PAUSES = (0.5, 1, 2, 5, 10, 30)
"""Seconds between tries to reach a mail server that is down; the last repeats."""
CRASHED = "The service stopped while this mail was on its way."
FINISH_SECONDS = 10.0
"""How long mails on their way may take when the service stops."""


class Sender:
    """Sends mail, one instance of the service at a time, so that order holds."""

    def __init__(
        self, postbox: Postbox, pool: Pool, retry_delays: Sequence[float], pace: Pace
    ) -> None:
        self._postbox = postbox
        self._pool = pool
        self._delays = tuple(retry_delays)
        self._stopping = False
        self._failures = 0
        self._pace = pace

    async def run(self, messaging: Messaging) -> None:
        """Send for ever. When cancelled, what is on its way is finished and recorded first."""
        self._stopping = False
        lease = Lease(messaging.db, LEASE)
        leading = False
        try:
            while True:
                held = await lease.hold()
                if held and not leading:
                    await self._find_abandoned(messaging)
                leading = held
                worked = held and await self._finished(self._round(messaging))
                await self._pace.rest(worked=worked)
        finally:
            await lease.release()
            await self._pool.close()

    async def _finished(self, sending: Coroutine[Any, Any, bool]) -> bool:
        """Run a round to its end even when we are cancelled in the middle of it."""
        running = asyncio.ensure_future(sending)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait({running}, timeout=FINISH_SECONDS)
            raise

    async def _find_abandoned(self, messaging: Messaging) -> None:
        """Mails that an earlier holder of the lease was sending when it disappeared."""
        abandoned = {"$set": {"state": "uncertain", "note": CRASHED}}
        count = await change_mails(messaging, {"state": "sending"}, abandoned)
        if count:
            log.error("mails_uncertain", count=count)

    async def _round(self, messaging: Messaging) -> bool:
        """Send one batch. Returns whether there may be more."""
        rows = await self._still_right(messaging, await self._claim(messaging))
        if not rows:
            return False
        ids = [row["_id"] for row in rows]
        bodies = {
            one["_id"]: one for one in await messaging.db.read(BODIES).find({"_id": {"$in": ids}})
        }
        people = await people_by_id(messaging.db.read(PEOPLE), (row["person_id"] for row in rows))
        chains: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            chains[row["person_id"]].append(row)
        now = messaging.clock.now()
        results: list[Result] = []
        async with asyncio.TaskGroup() as group:
            for who, chain in chains.items():
                entry = people.get(who) or Entry(who)
                group.create_task(self._send_chain(chain, bodies, entry, now, results))
        await record(messaging, results, self._delays)
        await self._note_server(messaging, [result.outcome for result in results])
        return True

    async def _claim(self, messaging: Messaging) -> list[Document]:
        wall = datetime.now(UTC)
        waiting = {"state": "queued", "not_before": {"$lte": wall}}
        found = await messaging.db.read(EMAILS).find(waiting, sort=[("order", 1)], limit=BATCH)
        if not found:
            return []
        claim = str(uuid4())
        ids = [row["_id"] for row in found]
        taken = {"state": "sending", "claim": claim, "claimed_at": wall}
        queued = {"_id": {"$in": ids}, "state": "queued"}
        claimed = await change_mails(messaging, queued, {"$set": taken})
        if claimed < len(found):  # some were taken back between the two
            return await messaging.db.read(EMAILS).find({"claim": claim}, sort=[("order", 1)])
        return [row | {"claim": claim} for row in found]

    async def _still_right(self, messaging: Messaging, rows: list[Document]) -> list[Document]:
        """Leave out invitations that come back from a delay to find a later one sent.

        The calendar keeper takes back what is queued, but not what was on its way just then.
        """
        again = [row for row in rows if row["invitation"] and row["attempts"]]
        if not again:
            return rows
        ids = {"_id": {"$in": [row["invitation"] for row in again]}}
        held = await messaging.db.read(INVITATIONS).find(ids)
        newest = {one["_id"]: one["sequence"] for one in held}
        late = {row["_id"] for row in again if newest[row["invitation"]] > row["sequence"]}
        if late:
            replaced = {"$set": {"state": "not_sent", "note": REPLACED}}
            await change_mails(messaging, {"_id": {"$in": sorted(late)}}, replaced)
        return [row for row in rows if row["_id"] not in late]

    async def _send_chain(
        self,
        chain: list[Document],
        bodies: dict[str, Document],
        entry: Entry,
        now: datetime,
        results: list[Result],
    ) -> None:
        """One person's mails, in order, so that an update never overtakes its invitation."""
        async with self._pool.connection() as connection:
            for row in chain:
                outcome: Outcome
                try:
                    parcel = self._postbox.pack(row, bodies.get(row["_id"]), entry, now)
                except UnusableAddressError as error:
                    outcome = Refused(str(error))
                else:
                    outcome = (
                        Untouched("stopping") if self._stopping else await connection.send(parcel)
                    )
                results.append(Result(row, entry, outcome))

    async def _note_server(self, messaging: Messaging, outcomes: list[Outcome]) -> None:
        """Keep on record whether the mail server can be reached, and pause while it cannot."""
        unreachable = next((o.diagnostic for o in outcomes if isinstance(o, Untouched)), None)
        if self._stopping:
            return
        if unreachable is None:
            if self._failures:
                self._failures = 0
                await _say(messaging, ok=True, detail="")
            return
        if all(isinstance(outcome, Untouched | Unknown) for outcome in outcomes):
            if not self._failures:
                await _say(messaging, ok=False, detail=unreachable)
                log.warning("mail_server_unreachable", error=unreachable)
            pause = UNREACHABLE_PAUSES[min(self._failures, len(UNREACHABLE_PAUSES) - 1)]
            self._failures += 1
            await asyncio.sleep(pause)


async def change_mails(messaging: Messaging, matching: Document, change: Document) -> int:
    """Change many mails at once, in a transaction; how many.

    Never outside one: see `WriteCollection.update`.
    """
    return await messaging.transact(lambda uow: uow.collection(EMAILS).update(matching, change))


async def _say(messaging: Messaging, *, ok: bool, detail: str) -> None:
    said = {"ok": ok, "detail": detail, "since": datetime.now(UTC)}
    await messaging.db.write(SERVER).update({"_id": "server"}, {"$set": said}, upsert=True)
