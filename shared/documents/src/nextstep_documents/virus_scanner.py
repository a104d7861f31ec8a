"""ClamAV over its socket, if there is one: what does it say of a file?

The `INSTREAM` command of clamd (clamd(8)): pieces with their length before them, an empty piece at
the end, one line for an answer. A scanner that is away never holds anything up: the file is
"unscanned" and looked at again later.
"""

import asyncio
import re
import struct
from dataclasses import dataclass
from time import monotonic
from typing import Literal
from urllib.parse import urlsplit

Scan = Literal["unscanned", "clean", "infected"]
"""What the scanner said of a file; it may not have been asked, or not have answered."""
INFECTED = "a virus was found in it"
CONNECT_SECONDS = 2.0
SCAN_SECONDS = 20.0
"""Of one file; submissions behind it wait as long. 10 MB take a second or two."""
PAUSE_SECONDS = 60.0
"""After a failure nobody waits for the scanner again so soon."""
PIECE = 64 * 1024
LONGEST_ANSWER = 1000
ADDRESS = r"^(tcp://[^/:\s]+:\d{1,5}|unix:///\S+)$"
"""What a scanner's address looks like."""


@dataclass(frozen=True)
class Verdict:
    """What was found. `note` is for the office: the signature, or why there is no verdict."""

    scan: Scan
    note: str = ""


class ScannerAwayError(Exception):
    """Nobody answers, or not in the protocol; the message says what happened."""


class Scanner:
    """The scanner of one process. Without an address nothing is ever scanned."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._away_until = 0.0

    @property
    def configured(self) -> bool:
        """Whether there is one to ask."""
        return self._address is not None

    async def scan(self, data: bytes, seconds: float = SCAN_SECONDS) -> Verdict:
        """Ask about a file; "unscanned" when there is no scanner or it does not answer in time."""
        if self._address is None or monotonic() < self._away_until:
            return Verdict("unscanned")
        try:
            async with asyncio.timeout(seconds) as patience:
                return await self.ask(data)
        except TimeoutError as late:
            if not patience.expired():
                raise
            return Verdict("unscanned", f"The virus scanner takes long: {late}")
        except ScannerAwayError as away:
            self._away_until = monotonic() + PAUSE_SECONDS
            return Verdict("unscanned", str(away))

    async def ask(self, data: bytes) -> Verdict:
        """The same, but a scanner that is away is an error.

        Raises:
            ScannerAwayError: it cannot be reached or broke off.

        """
        try:
            async with asyncio.timeout(SCAN_SECONDS):
                answer = await self._instream(data)
        except (OSError, EOFError) as error:  # TimeoutError is one of these
            message = f"The virus scanner does not answer: {error or type(error).__name__}"
            raise ScannerAwayError(message) from error
        return _verdict(answer)

    async def _instream(self, data: bytes) -> str:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                writer.write(struct.pack("!L", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            answer = await reader.read(LONGEST_ANSWER)
        finally:
            writer.close()
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = urlsplit(self._address or "")
        if address.scheme == "unix":
            return await asyncio.open_unix_connection(address.path)
        return await asyncio.open_connection(address.hostname, address.port)


def _verdict(answer: str) -> Verdict:
    """`stream: OK`, `stream: <signature> FOUND`, or a sentence that ends in `ERROR`."""
    if answer == "stream: OK":
        return Verdict("clean")
    if found := re.fullmatch(r"stream: (.+) FOUND", answer):
        return Verdict("infected", f"The virus scanner found {found[1]}.")
    if answer.endswith("ERROR"):
        return Verdict("unscanned", f"The virus scanner could not look at it: {answer}")
    raise ScannerAwayError(f"The virus scanner answered “{answer[:80]}”.")
