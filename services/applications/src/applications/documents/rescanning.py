"""Scans files again that could not be scanned when they came: the scanner was away, or new."""

import asyncio
from uuid import uuid4

import structlog

from applications.admissions.act import Applications, on
from applications.admissions.store import APPLICATIONS
from applications.documents.scanned import record_scan
from applications.documents.virus_scanner import Scanner, ScannerAwayError
from nextstep_messaging import Database, Messaging

log = structlog.get_logger()

LEASE = "scanning"
LEASE_SECONDS = 120.0
SWEEP_SECONDS = 30.0
"""How soon after the scanner is back the first file is looked at."""


class ScanWorker:
    """The worker of one process."""

    def __init__(self, applications: Applications, scanner: Scanner) -> None:
        self._applications = applications
        self._scanner = scanner
        self._owner = str(uuid4())

    def attach(self, messaging: Messaging) -> None:
        """Give it the messaging that it is a worker of."""
        self._db: Database = messaging.db

    async def run(self) -> None:
        """Scan what is unscanned, for ever; without a scanner there is nothing to do."""
        while self._scanner.configured:
            if await self._db.lease(LEASE, self._owner, LEASE_SECONDS):
                await self.scan_unscanned()
            await asyncio.sleep(SWEEP_SECONDS)
        await asyncio.Event().wait()

    async def scan_unscanned(self) -> int:
        """Go through the files without a verdict, until the scanner stops answering.

        Returns:
            how many were looked at.

        """
        done = 0
        for application_id, file_id in await self._unscanned():
            data = await self._db.files.get(file_id)
            if data is None:
                continue
            try:
                verdict = await self._scanner.ask(data)
            except ScannerAwayError as away:
                log.warning("scanner_away", error=str(away))
                return done
            await self._applications.perform(on(application_id, record_scan, file_id, verdict))
            done += 1
            await self._db.lease(LEASE, self._owner, LEASE_SECONDS)
        return done

    async def _unscanned(self) -> list[tuple[str, str]]:
        """Which documents and evidence have no verdict, each after the id of its application.

        Reads what is said of files alone, not answers.
        """
        rows = await self._db.read(APPLICATIONS).aggregate(
            [{"$match": {"erased": False}}, {"$project": {"documents": 1, "leave_evidence": 1}}]
        )
        return [
            (row["_id"], file["file_id"])
            for row in rows
            for file in (*row["documents"].values(), *row.get("leave_evidence", ()))
            if file["file_id"] and file.get("scan", "unscanned") == "unscanned"
        ]
