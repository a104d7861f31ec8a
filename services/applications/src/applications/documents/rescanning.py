"""Scans files again that could not be scanned when they came: the scanner was away, or new."""

from applications.admissions.act import Applications, on
from applications.admissions.store import unscanned_files
from applications.documents.scanned import record_scan
from nextstep_documents.rescanning import LEASE, SWEEP, scan_again
from nextstep_documents.virus_scanner import Scanner, Verdict
from nextstep_messaging import Database, Lease, Pace

PACE = Pace(sweep=SWEEP, lease=LEASE)


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
        """Go through documents and evidence without a verdict; how many were looked at."""

        async def record(file: tuple[str, str], verdict: Verdict) -> None:
            application_id, file_id = file
            await self._applications.perform(on(application_id, record_scan, file_id, verdict))

        return await scan_again(
            self._scanner,
            await unscanned_files(self._db.read),
            lambda file: self._db.files.get(file[1]),
            record,
            lease.hold,
        )


def add_rescanning(applications: Applications, scanner: Scanner) -> None:
    """Let the service scan what is unscanned; without a scanner there is nothing to do."""
    if scanner.configured:
        worker = Rescanning(applications, scanner)
        applications.messaging.add_worker("scanning", worker.look, PACE)
