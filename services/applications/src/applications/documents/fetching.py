"""Fetches the files that submissions gave as links: after the answer, and as often as it takes.

What is due and how often it was tried is in the database, so a restart forgets nothing. A lease
keeps one process at it; two would only do some work twice.
"""

import asyncio
from typing import Any
from uuid import UUID, uuid4, uuid5

import structlog

from applications.admissions.act import Applications
from applications.admissions.application import Document
from applications.admissions.store import FETCHES
from applications.documents.download import Downloader, DownloadFailedError, TooLargeError
from applications.documents.fetched import finish_fetch
from applications.documents.inspection import Upload
from applications.documents.link_rules import (
    APPLICANT_REASON,
    TOO_LARGE,
    LinkRefusedError,
    next_delay,
)
from applications.documents.storing import store_uploads
from applications.documents.virus_scanner import Scanner
from applications.intake.sources import LiveSource
from nextstep_messaging import Database, Messaging

log = structlog.get_logger()

LEASE = "fetching"
LEASE_SECONDS = 120.0
"""Longer than a batch may take, which is bounded by the downloader's own limit."""
SWEEP_SECONDS = 1.0
BATCH = 4
"""Files of 10 MB in memory at once."""
CORRELATION = UUID("a3f3fc0c-6b1c-4d39-8f8e-6a7d1a0a7c55")


class FetchWorker:
    """The worker of one process."""

    def __init__(
        self,
        applications: Applications,
        sources: dict[str, LiveSource],
        scanner: Scanner,
        downloader: Downloader | None = None,
    ) -> None:
        self._applications = applications
        self._sources = sources
        self._scanner = scanner
        self.downloader = downloader or Downloader()
        self._owner = str(uuid4())

    def attach(self, messaging: Messaging) -> None:
        """Give it the messaging that it is a worker of."""
        self._db: Database = messaging.db
        self._clock = messaging.clock
        messaging.pending("fetches", self.waiting)

    async def waiting(self) -> int:
        """How many files have neither come nor been given up."""
        return await self._db.read(FETCHES).count({"status": "waiting"})

    async def run(self) -> None:
        """Fetch for ever."""
        held = False
        try:
            while True:
                held = await self._db.lease(LEASE, self._owner, LEASE_SECONDS)
                if not (held and await self.fetch_due()):
                    await asyncio.sleep(SWEEP_SECONDS)
        finally:
            if held:
                await self._db.release(LEASE, self._owner)

    async def fetch_due(self) -> int:
        """Try a batch of what is due.

        Returns:
            how many were tried.

        """
        due = {"status": "waiting", "due": {"$lte": self._clock.now()}}
        fetches = await self._db.read(FETCHES).find(due, sort=[("due", 1)], limit=BATCH)
        await asyncio.gather(*map(self._try_safely, fetches))
        return len(fetches)

    async def _try(self, fetch: dict[str, Any]) -> None:
        try:
            data = await self._bytes(fetch)
        except LinkRefusedError as refused:
            await self._give_up(fetch, str(refused), large=isinstance(refused, TooLargeError))
        except DownloadFailedError as failed:
            await self._later(fetch, str(failed))
        else:
            await self._keep(fetch, data)

    async def _try_safely(self, fetch: dict[str, Any]) -> None:
        """One file that fails in an unforeseen way must not hold up the others."""
        try:
            await self._try(fetch)
        except OSError:
            raise  # the database is away: the supervisor starts us again
        except Exception as error:
            log.exception("fetch_broke", fetch=fetch["_id"])
            await self._later(fetch, f"Unexpectedly: {error}")

    async def _bytes(self, fetch: dict[str, Any]) -> bytes:
        """The file; one that came before a crash is not asked for again."""
        data = await self._db.files.get(fetch["_id"])
        if data is not None:
            return data
        source = self._sources.get(fetch["source"])
        if source is None:
            raise LinkRefusedError("The source is no longer configured.")
        token = source.link_token.get_secret_value() if source.link_token else None
        data = await self.downloader.fetch(fetch["link"], source.definition.link_hosts, token)
        await self._db.files.delete(fetch["_id"])  # what a crash may have left of another try
        return data

    async def _keep(self, fetch: dict[str, Any], data: bytes) -> None:
        upload = Upload(fetch["key"], fetch["given_name"], data)
        stored = await store_uploads(
            self._db, fetch["submission_id"], [upload], fetch["sent_at"], self._scanner
        )
        await self._finish(fetch, stored[fetch["key"]], None)

    async def _later(self, fetch: dict[str, Any], reason: str) -> None:
        delay = next_delay(fetch["tries"] + 1)
        if delay is None:
            await self._give_up(fetch, f"Given up after {fetch['tries'] + 1} tries. {reason}")
            return
        log.info("fetch_failed", fetch=fetch["_id"], reason=reason, again_in=str(delay))
        await self._db.write(FETCHES).update(
            {"_id": fetch["_id"], "status": "waiting", "version": fetch["version"]},
            {
                "$set": {"due": self._clock.now() + delay, "reason": reason},
                "$inc": {"tries": 1, "version": 1},
            },
        )

    async def _give_up(self, fetch: dict[str, Any], reason: str, *, large: bool = False) -> None:
        log.warning("fetch_given_up", fetch=fetch["_id"], reason=reason)
        problem = TOO_LARGE if large else APPLICANT_REASON
        stored = await store_uploads(
            self._db,
            fetch["submission_id"],
            [Upload(fetch["key"], fetch["given_name"], b"", fault=problem)],
            fetch["sent_at"],
        )
        document = stored[fetch["key"]].model_copy(update={"notes": (reason,)})
        await self._finish(fetch, document, reason)

    async def _finish(self, fetch: dict[str, Any], document: Document, reason: str | None) -> None:
        await self._applications.perform(
            lambda act: finish_fetch(act, fetch["_id"], document, reason),
            correlation_id=uuid5(CORRELATION, fetch["_id"]),
        )
