"""Has the files of a running service scanned that nobody has scanned yet."""

from applications.documents.rescanning import PACE, Rescanning
from applications.documents.virus_scanner import Scanner
from nextstep_messaging import Lease


async def swept(running, address):
    """As the worker of a process does once; how many files were looked at."""
    lease = Lease(running.messaging.db, "scanning", PACE.lease)
    worker = Rescanning(running.app.state.site.applications, Scanner(address))
    try:
        return await worker.scan_unscanned(lease)
    finally:
        await lease.release()
