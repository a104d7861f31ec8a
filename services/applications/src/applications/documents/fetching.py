"""Fetches the files that submissions gave as links: after the answer, and as often as it takes.

What is due and how often it was tried is in the database, so a restart forgets nothing. A lease
keeps one process at it; two would only do some work twice.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

import structlog

from applications.admissions.act import Applications, UseCase
from applications.admissions.application import Document
from applications.documents import store
from applications.documents.download import Downloader, DownloadFailedError, TooLargeError
from applications.documents.fetch import Fetch
from applications.documents.fetched import finish_fetch, put_into_costly_line
from applications.documents.link_rules import (
    APPLICANT_REASON,
    TOO_LARGE,
    FileHosts,
    LinkRefusedError,
    checked,
    next_delay,
)
from applications.documents.storing import store_uploads
from nextstep_documents.inspection import Upload
from nextstep_documents.sandbox import QUICK
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Clock, Database, Lease, Pace

log = structlog.get_logger()

PACE = Pace(sweep=1.0, lease=120.0)
"""Seconds: the lease lasts longer than a batch may take, which the downloader bounds."""
COSTLY_PACE = Pace(sweep=1.0, lease=60.0)
"""The lease lasts longer than one file may take."""
COSTLY_BATCH = 5
"""Files after which those who came meanwhile have their turn."""
BATCH = 4
"""Files of 10 MB in memory at once."""
CORRELATION = UUID("a3f3fc0c-6b1c-4d39-8f8e-6a7d1a0a7c55")
"""Namespace: everything that follows from one fetch shares a correlation id."""


def in_turn(fetches: Sequence[Fetch]) -> list[Fetch]:
    """The first of everybody, then the second of everybody, and so on. Pure."""
    before: Counter[str] = Counter()
    rounds: list[tuple[int, int, Fetch]] = []
    for number, fetch in enumerate(fetches):
        rounds.append((before[fetch.person_id], number, fetch))
        before[fetch.person_id] += 1
    return [fetch for _, _, fetch in sorted(rounds, key=lambda one: one[:2])]


class Fetching:
    """The worker of one process."""

    def __init__(
        self,
        applications: Applications,
        *,
        hosts: Mapping[str, FileHosts],
        scanner: Scanner,
        downloader: Downloader,
    ) -> None:
        """`hosts` are by the name of the source that a file came through."""
        self._applications = applications
        self._db: Database = applications.db
        self._clock: Clock = applications.messaging.clock
        self._hosts = hosts
        self._scanner = scanner
        self._downloader = downloader

    async def look(self, _: Lease) -> bool:
        """Try a batch of what is due; whether there was any."""
        fetches = await store.due_fetches(self._db.read, self._clock.now(), BATCH)
        await asyncio.gather(*map(self._try_safely, fetches))
        return bool(fetches)

    async def _try_safely(self, fetch: Fetch) -> None:
        """One file that fails in an unforeseen way must not hold up the others."""
        try:
            await self._try(fetch)
        except OSError:
            raise  # the database is away: the supervisor starts us again
        except Exception as error:
            log.exception("fetch_broke", fetch=fetch.id)
            await self._later(
                fetch,
                f"It failed in a way that nobody foresaw ({type(error).__name__}); see the log.",
            )

    async def _try(self, fetch: Fetch) -> None:
        try:
            data = await self._bytes(fetch)
        except LinkRefusedError as refused:
            await self._give_up(fetch, str(refused), large=isinstance(refused, TooLargeError))
        except DownloadFailedError as failed:
            await self._later(fetch, str(failed))
        else:
            await self.keep(fetch, data)

    async def _bytes(self, fetch: Fetch) -> bytes:
        """The file; one that came before a crash is not asked for again."""
        data = await self._db.files.get(fetch.id)
        if data is not None:
            return data
        allowed = self._hosts.get(fetch.source)
        if allowed is None:
            raise LinkRefusedError("The source is no longer configured.")
        link = fetch.link or ""
        token = allowed.token_for(checked(link, allowed.names))
        data = await self._downloader.fetch(link, allowed.names, token)
        await self._db.files.delete(fetch.id)  # what a crash may have left of another try
        return data

    async def keep(self, fetch: Fetch, data: bytes) -> None:
        """Keep a file that came, if it can be used, and say what it is."""
        upload = Upload(fetch.key, fetch.given_name, data)
        stored = await store_uploads(
            self._db,
            fetch.submission_id,
            [upload],
            fetch.sent_at,
            self._scanner,
            quickly=None if fetch.costly else QUICK,
        )
        document = stored[fetch.key]
        if document.coming:
            await self._perform(fetch, lambda act: put_into_costly_line(act, fetch.id, document))
        else:
            await self._finish(fetch, document, None)

    async def look_at_costly(self, lease: Lease) -> bool:
        """Look at what costs much, one at a time and in turn between people."""
        waiting = in_turn(await store.costly_fetches(self._db.read, self._clock.now()))
        for fetch in waiting[:COSTLY_BATCH]:
            if not await lease.hold():
                return False
            await self._try_safely(fetch)
        return len(waiting) > COSTLY_BATCH

    async def _later(self, fetch: Fetch, reason: str) -> None:
        delay = next_delay(fetch.tries + 1)
        if delay is None:
            await self._give_up(fetch, f"Given up after {fetch.tries + 1} tries. {reason}")
            return
        log.info("fetch_failed", fetch=fetch.id, reason=reason, again_in=str(delay))
        await store.put_off(self._db, fetch, self._clock.now() + delay, reason)

    async def _give_up(self, fetch: Fetch, reason: str, *, large: bool = False) -> None:
        # not why: it may name a host that somebody wrote; the page of the application says it
        log.warning("fetch_given_up", fetch=fetch.id, tries=fetch.tries)
        problem = TOO_LARGE if large else APPLICANT_REASON
        upload = Upload(fetch.key, fetch.given_name, b"", fault=problem)
        stored = await store_uploads(self._db, fetch.submission_id, [upload], fetch.sent_at)
        document = stored[fetch.key].model_copy(update={"notes": (reason,)})
        await self._finish(fetch, document, reason)

    async def _finish(self, fetch: Fetch, document: Document, reason: str | None) -> None:
        await self._perform(fetch, lambda act: finish_fetch(act, fetch.id, document, reason))

    async def _perform(self, fetch: Fetch, use_case: UseCase[None]) -> None:
        await self._applications.perform(use_case, correlation_id=uuid5(CORRELATION, fetch.id))


def add_fetching(
    applications: Applications,
    hosts: Mapping[str, FileHosts],
    scanner: Scanner,
    downloader: Downloader,
) -> None:
    """Let the service fetch what is due, and count what waits in the metrics."""
    worker = Fetching(applications, hosts=hosts, scanner=scanner, downloader=downloader)
    messaging = applications.messaging
    messaging.add_worker("fetching", worker.look, PACE)
    messaging.add_worker("costly files", worker.look_at_costly, COSTLY_PACE)
    messaging.pending("fetches", lambda: store.count_waiting(messaging.db.read))
