"""A mail server that misbehaves on purpose, email by email."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

Behaviour = str
"""What to do with the next email: `take`, `hang_after_text`, `drop_after_text`, `drop_before_text`,
`closed_when_idle`, or `<phase> <reply>` with phase `mail`, `rcpt` or `data`."""


class FaultyServer:
    """Speaks enough SMTP to fail in interesting ways. Without instructions it takes emails."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.goodbyes = 0
        self.script: list[Behaviour] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self.drop_all()
            await self._server.wait_closed()

    def drop_all(self) -> None:
        """Close every connection without a word."""
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _Session(self, reader, writer).run()
        writer.close()
        self._writers.discard(writer)


class _Session:
    def __init__(
        self, server: FaultyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.now: Behaviour = "take"
        self.to = ""

    async def say(self, reply: str) -> None:
        self.writer.write(f"{reply}\r\n".encode())
        await self.writer.drain()

    async def run(self) -> None:
        await self.say("220 faulty.test")
        steps: dict[str, Callable[[str], Awaitable[bool]]] = {
            "EHLO": self.ehlo,
            "MAIL": self.mail,
            "RCPT": self.rcpt,
            "DATA": self.data,
            "RSET": self.fine,
            "QUIT": self.quit,
        }
        while line := (await self.reader.readline()).decode().strip():
            if not await steps[line[:4].upper()](line):
                return

    async def ehlo(self, _line: str) -> bool:
        await self.say("250 faulty.test")
        return True

    async def fine(self, _line: str) -> bool:
        await self.say("250 fine")
        return True

    async def quit(self, _line: str) -> bool:
        self.server.goodbyes += 1
        await self.say("221 goodbye")
        return False

    async def _unless_told(self, phase: str) -> bool:
        told, _, reply = self.now.partition(" ")
        await self.say(reply if told == phase else "250 fine")
        return True

    async def mail(self, _line: str) -> bool:
        self.now = self.server.script.pop(0) if self.server.script else "take"
        return await self._unless_told("mail")

    async def rcpt(self, line: str) -> bool:
        self.to = line.partition(":")[2].strip("<> ")
        return await self._unless_told("rcpt")

    async def data(self, _line: str) -> bool:
        if self.now == "drop_before_text":
            return False
        await self.say("354 go on")
        text = await self.reader.readuntil(b"\r\n.\r\n")
        if self.now == "hang_after_text":
            await asyncio.Event().wait()
        if self.now == "drop_after_text":
            return False
        if self.now.startswith("data "):
            await self.say(self.now.removeprefix("data "))
            return True
        self.server.taken.append(text)
        self.server.recipients.append(self.to)
        await self.say("250 taken as 42")
        return True
