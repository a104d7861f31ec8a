"""A form product's file store: a real TLS server of the test's own, good and bad by path."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme

from applications.documents.download import Downloader
from nextstep_documents.inspection import LARGEST

HOST = "files.example.org"


@dataclass
class FileServer:
    """What it serves and what it was asked."""

    port: int
    authority: trustme.CA
    files: dict[str, bytes]
    asked: list[dict[str, str]] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    """How often a path still answers 503."""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Lets the slow answers end, so that the test does."""

    def downloader(
        self,
        *,
        address: str = "127.0.0.1",
        permitted: Callable[[str], bool] = lambda _: True,
        trusted: bool = True,
        seconds: float = 5,
    ) -> Downloader:
        """A downloader for which this server is the whole internet."""
        trust = ssl.create_default_context()
        if trusted:
            self.authority.configure_trust(trust)

        async def resolve(_: str) -> list[tuple[str, int]]:
            return [(address, self.port)]

        return Downloader(resolve, permitted, trust, seconds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = line.split(" ")[1]
            headers = dict(h.lower().split(": ", 1) for h in lines if h)
            self.asked.append({"path": path, **headers})
            await self._answer(path, writer)
        except (OSError, EOFError):
            pass  # the client had enough
        finally:
            writer.close()

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        if self.failures.get(path, 0):
            self.failures[path] -= 1
            writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        elif path == "/redirect":
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n")
        elif path == "/announced":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (LARGEST + 1))
        elif path == "/endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not self.released.is_set():
                writer.write(b"%PDF-" * 100_000)
                await writer.drain()
                await asyncio.sleep(0)  # or nobody ever tells that the other side has gone
        elif path == "/slow":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n%PDF")
            await writer.drain()
            await self.released.wait()
        elif path == "/packed":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx")
        elif path == "/short":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n%PDF")
        elif path in self.files:
            data = self.files[path]
            head = f"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: {len(data)}\r\n\r\n"
            writer.write(head.encode() + data)
        else:
            writer.write(b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()


@asynccontextmanager
async def file_server(files: dict[str, bytes], name: str = HOST) -> AsyncIterator[FileServer]:
    """Serve files over TLS, with a certificate for `name`."""
    authority = trustme.CA()
    identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(identity)
    here = FileServer(0, authority, files)
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0, ssl=identity)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        here.released.set()
        server.close()
        await server.wait_closed()
