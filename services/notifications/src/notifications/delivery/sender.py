"""The worker that sends what is queued, and has what became of each email recorded."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

import structlog

from nextstep_messaging import Lease, Messaging
from notifications.delivery.claiming import claim_next, give_up_abandoned
from notifications.delivery.mime import UnusableAddressError
from notifications.delivery.outcome import EmailRefused, EmailUncertain, EmailUntouched, Outcome
from notifications.delivery.packing import Packer
from notifications.delivery.recording import TriedEmail, record
from notifications.delivery.smtp import Connection, Pool
from notifications.delivery.store import note_mail_server
from notifications.delivery.trying_again import pause_after
from notifications.hearing.address_book import Contact
from notifications.hearing.email_record import EmailBody, EmailRecord
from notifications.hearing.store import bodies, contacts

log = structlog.get_logger()

FINISH_SECONDS = 10.0
"""How long emails on their way may take when the service stops."""


class Sender:
    """Sends emails, one instance of the service at a time, so that order holds."""

    def __init__(
        self, messaging: Messaging, packer: Packer, pool: Pool, retry_delays: Sequence[float]
    ) -> None:
        self._messaging = messaging
        self._packer = packer
        self._pool = pool
        self._delays = tuple(retry_delays)
        self._stopping = False
        self._failures = 0
        self._paused_until = 0.0

    async def look(self, _lease: Lease) -> bool:
        """Send what is queued, a batch at most. Returns whether there may be more.

        When cancelled, what is on its way is finished and recorded first.
        """
        if monotonic() < self._paused_until:
            return False
        self._stopping = False
        sending = asyncio.ensure_future(self._round())
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait({sending}, timeout=FINISH_SECONDS)
            raise

    async def _round(self) -> bool:
        await give_up_abandoned(self._messaging)
        claimed = await claim_next(self._messaging)
        if not claimed:
            return False
        results = await self._send(claimed)
        await record(self._messaging, results, self._delays)
        await self._note_server([result.outcome for result in results])
        return True

    async def _send(self, claimed: Sequence[EmailRecord]) -> list[TriedEmail]:
        """Each person's emails in order, those of different people side by side."""
        db = self._messaging.db
        words = await bodies(db.read, [one.email_id for one in claimed])
        people = await contacts(db.read, (one.person_id for one in claimed))
        chains: dict[str, list[EmailRecord]] = defaultdict(list)
        for one in claimed:
            chains[one.person_id].append(one)
        now = self._messaging.clock.now()
        async with asyncio.TaskGroup() as group:
            sending = [
                group.create_task(
                    self._send_chain(chain, words, people.get(who, Contact(who)), now)
                )
                for who, chain in chains.items()
            ]
        return [result for task in sending for result in task.result()]

    async def _send_chain(
        self,
        chain: Sequence[EmailRecord],
        words: Mapping[str, EmailBody],
        contact: Contact,
        now: datetime,
    ) -> list[TriedEmail]:
        """One person's emails, in order, so that an update never overtakes its invitation."""
        async with self._pool.connection() as connection:
            return [
                TriedEmail(one, contact, await self._try(one, words, contact, now, connection))
                for one in chain
            ]

    async def _try(
        self,
        email: EmailRecord,
        words: Mapping[str, EmailBody],
        contact: Contact,
        now: datetime,
        connection: Connection,
    ) -> Outcome:
        try:
            parcel = self._packer.pack(email, words.get(email.email_id), contact, now)
        except UnusableAddressError as error:
            return EmailRefused(str(error))
        return EmailUntouched("stopping") if self._stopping else await connection.send(parcel)

    async def _note_server(self, outcomes: Sequence[Outcome]) -> None:
        """Keep on record whether the mail server can be reached, and pause while it cannot."""
        if self._stopping:
            return
        unreachable = next((o.answer for o in outcomes if isinstance(o, EmailUntouched)), None)
        if unreachable is None:
            if self._failures:
                self._failures = 0
                await note_mail_server(self._messaging.db, ok=True)
            return
        if all(isinstance(outcome, EmailUntouched | EmailUncertain) for outcome in outcomes):
            if not self._failures:
                await note_mail_server(self._messaging.db, ok=False, detail=unreachable)
                log.warning("mail_server_unreachable", error=unreachable)
            self._failures += 1
            self._paused_until = monotonic() + pause_after(self._failures)
