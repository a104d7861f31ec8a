"""Connections to the mail server that stay open, each sending one email at a time."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notifications.delivery.outcome import EmailTaken, Outcome, Phase, from_loss, from_reply

IDLE_SECONDS = 20.0
"""A connection unused for longer is closed: servers drop idle ones, and a drop costs a try."""


@dataclass(frozen=True)
class Server:
    """Which mail server, and how to speak to it."""

    host: str
    port: int
    starttls: bool = False
    tls: bool = False
    user: str | None = None
    password: str | None = None
    timeout: float = 30
    """Seconds for one answer."""


@dataclass(frozen=True)
class Parcel:
    """An email ready for SMTP, with its envelope."""

    sender: str
    recipient: str
    mime: bytes


class _ClosedWhileIdleError(Exception):
    """The server closed a connection between two emails: no fault of the next."""


class Connection:
    """One connection, opened when it is first needed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: SMTP | None = None
        self._used_at = 0.0

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one email. Never raises for what the server or the network does."""
        try:
            return await self._try(parcel, reused=self._client is not None)
        except _ClosedWhileIdleError:
            return await self._try(parcel, reused=False)

    async def _try(self, parcel: Parcel, *, reused: bool) -> Outcome:
        phase: Phase = "connect"
        try:
            client = await self._open()
            phase = "sender"
            await client.mail(parcel.sender, options=_options(client, len(parcel.mime)))
            phase = "recipient"
            await client.rcpt(parcel.recipient)
            phase = "text"
            reply = await client.data(parcel.mime)
        except SMTPResponseException as error:
            return await self._refused(phase, error)
        except (SMTPException, OSError) as error:
            await self._drop()
            if reused and phase == "sender":
                raise _ClosedWhileIdleError from error
            return from_loss(phase, str(error) or type(error).__name__)
        self._used_at = monotonic()
        return EmailTaken(f"{reply.code} {reply.message}"[:200])

    async def _refused(self, phase: Phase, error: SMTPResponseException) -> Outcome:
        """Keep the connection for the next email if the server still speaks on it."""
        try:
            if self._client is None or not self._client.is_connected:
                raise ConnectionError
            await self._client.rset()
            self._used_at = monotonic()
        except (SMTPException, OSError):
            await self._drop()
        return from_reply(phase, error.code, error.message)

    async def _open(self) -> SMTP:
        if self._client is not None and monotonic() - self._used_at > IDLE_SECONDS:
            await self.close()
        if self._client is None or not self._client.is_connected:
            await self._drop()
            self._client = await self._connect()
        return self._client

    async def _connect(self) -> SMTP:
        server = self._server
        context = ssl.create_default_context() if server.tls or server.starttls else None
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=context,
            username=server.user,
            password=server.password,
            timeout=server.timeout,
        )
        await client.connect()
        return client

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(SMTPException, OSError):
                client.close()

    async def close(self) -> None:
        """Say goodbye, if anybody is there."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError, asyncio.TimeoutError):
                await client.quit()


def _options(client: SMTP, size: int) -> list[str]:
    """Announce the size, so that an email too large is refused before it travels (RFC 1870)."""
    return [f"SIZE={size}"] if client.supports_extension("size") else []


class Pool:
    """A few connections side by side."""

    def __init__(self, server: Server, connections: int) -> None:
        self._all = [Connection(server) for _ in range(connections)]
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for connection in self._all:
            self._free.put_nowait(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for a while; the one used last, so that the others may close."""
        taken = await self._free.get()
        try:
            yield taken
        finally:
            self._free.put_nowait(taken)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(one.close() for one in self._all))
