"""A virus scanner that says what it is told to, and files of a running service that it scans."""

import asyncio
import struct
from contextlib import asynccontextmanager

from applications.documents.rescanning import PACE, Rescanning
from applications.documents.virus_scanner import Scanner
from nextstep_messaging import Lease


class FakeClamd:
    """Speaks the protocol over TCP and answers what it is told to."""

    def __init__(self):
        self.answer = b"stream: OK\0"
        self.received = b""
        self.asked = 0

    async def serve(self, reader, writer):
        self.asked += 1
        try:
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            while size := struct.unpack("!L", await reader.readexactly(4))[0]:
                self.received += await reader.readexactly(size)
            writer.write(self.answer)
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def fake_clamd():
    fake = FakeClamd()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()


async def swept(running, address):
    """As the worker of a process does once; how many files were looked at."""
    lease = Lease(running.messaging.db, "scanning", PACE.lease)
    worker = Rescanning(running.app.state.here, Scanner(address))
    try:
        return await worker.scan_unscanned(lease)
    finally:
        await lease.release()
