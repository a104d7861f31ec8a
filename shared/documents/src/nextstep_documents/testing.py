"""For tests: a virus scanner that says what it is told to."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FakeClamd:
    """Speaks the protocol over TCP and answers what it is told to."""

    address: str

    def __init__(self) -> None:
        self.answer = b"stream: OK\0"
        self.received = b""
        self.asked = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.asked += 1
        try:
            if await reader.readuntil(b"\0") != b"zINSTREAM\0":
                raise ValueError("this is not how a file is sent to clamd")
            while size := struct.unpack("!L", await reader.readexactly(4))[0]:
                self.received += await reader.readexactly(size)
            writer.write(self.answer)
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def fake_clamd() -> AsyncIterator[FakeClamd]:
    """One that listens on a port of its own."""
    fake = FakeClamd()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()
