"""Files of a running service that a virus scanner looks at."""

from applications.documents.rescanning import PACE, Rescanning
from nextstep_documents.testing import FakeClamd, fake_clamd
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Lease

__all__ = ["FakeClamd", "fake_clamd", "swept"]


async def swept(running, address):
    """As the worker of a process does once; how many files were looked at."""
    lease = Lease(running.messaging.db, "scanning", PACE.lease)
    worker = Rescanning(running.app.state.here, Scanner(address))
    try:
        return await worker.scan_unscanned(lease)
    finally:
        await lease.release()
