"""A client light enough not to be what is measured: prepared bytes over kept-alive connections.

A general HTTP client spends about as long on a request as the endpoint does, and on two cores
that would flatter whichever side is slower.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.results import Round

LONGEST_ROUND = 60.0
"""Seconds after which a round is given up: a benchmark must end."""


@dataclass(frozen=True)
class Answered:
    """A round and how many answers had which status."""

    round: Round
    statuses: Counter[int]


def request(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of one POST."""
    fields = {"host": "localhost", "content-length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def post_all(port: int, requests: Sequence[bytes], connections: int) -> Answered:
    """Send every request once, `connections` at a time, each when the one before is answered."""
    waiting, latencies, statuses = deque(requests), list[float](), Counter[int]()

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while waiting:
                message = waiting.popleft()
                began = time.perf_counter()
                writer.write(message)
                statuses[await _status(reader)] += 1
                latencies.append(time.perf_counter() - began)
        finally:
            writer.close()
            await writer.wait_closed()

    began = time.perf_counter()
    async with asyncio.timeout(LONGEST_ROUND):
        await asyncio.gather(*(work() for _ in range(connections)))
    return Answered(Round(time.perf_counter() - began, latencies), statuses)


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer whole, so that the connection can carry the next."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(
        int(line.partition(":")[2])
        for line in head.split("\r\n")
        if line.startswith("content-length:")
    )
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])
