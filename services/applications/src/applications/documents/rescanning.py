"""Scans files again that could not be scanned when they came: the scanner was away, or new."""

import structlog

from applications.admissions.act import Applications, on
from applications.admissions.store import unscanned_files
from applications.documents.scanned import record_scan
from applications.documents.virus_scanner import Scanner, ScannerAwayError
from nextstep_messaging import Database, Lease, Pace

log = structlog.get_logger()

PACE = Pace(sweep=30.0, lease=120.0)
"""Seconds: the sweep is how soon after the scanner is back the first file is looked at; the lease
lasts longer than the scan of one file."""


class Rescanning:
    """The worker of one process."""

    def __init__(self, applications: Applications, scanner: Scanner) -> None:
        self._applications = applications
        self._db: Database = applications.db
        self._scanner = scanner

    async def look(self, lease: Lease) -> bool:
        """Scan what is unscanned; the next look has time until the sweep."""
        await self.scan_unscanned(lease)
        return False

    async def scan_unscanned(self, lease: Lease) -> int:
        """Go through the files without a verdict, until the scanner stops answering.

        Returns:
            how many were looked at.

        """
        done = 0
        for application_id, file_id in await unscanned_files(self._db.read):
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
            if not await lease.hold():
                return done
        return done


def add_rescanning(applications: Applications, scanner: Scanner) -> None:
    """Let the service scan what is unscanned; without a scanner there is nothing to do."""
    if scanner.configured:
        worker = Rescanning(applications, scanner)
        applications.messaging.add_worker("scanning", worker.look, PACE)
