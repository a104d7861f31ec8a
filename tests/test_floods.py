"""Sixteen bodies of 40 MB at once, whose senders stall: the real process stays small.

What the process took up is printed.
"""

import asyncio
import base64
import os
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook
from tests.bench.intake import Endpoint, running
from tests.bench.load import request

from nextstep_local.ports import PortHold
from nextstep_local.testing import environment_for

pytestmark = pytest.mark.stack

SECRET = "whsec_" + base64.b64encode(b"a secret of the flood").decode()
SENDERS = 16
SIZE = 40_000_000
COMPLETE = 4
"""Of those that are signed: each is stored, and becomes a receipt in quarantine."""
GAVE_UP = 0
"""In place of a status: the sender went away."""
MOST_MB = 300
WORKED_MB = 400
"""With one body of SIZE in hand: its bytes, its text and what was read of it."""
MB = 1_000_000


def resident(pid: int, name: str) -> float:
    """Megabytes of a process's memory: `VmRSS` now, `VmHWM` at its highest."""
    found = re.search(
        rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE
    )
    assert found
    return int(found[1]) * 1024 / MB


def message(number: int, *, signed: bool, correctly: bool = True) -> bytes:
    """A submission of SIZE bytes."""
    head = b'{"submission_id": "flood-%d", "filler": "' % number
    body = head + b"x" * (SIZE - len(head) - 2) + b'"}'
    headers = {"content-type": "application/json"}
    if signed:
        now = time.time()
        at = datetime.fromtimestamp(int(now), UTC)
        text = body.decode() if correctly else "{}"
        signature = Webhook(SECRET).sign(f"msg_{number}", at, text)
        headers |= {
            "webhook-id": f"msg_{number}",
            "webhook-timestamp": str(int(now)),
            "webhook-signature": signature,
        }
    return request("/webhooks/native", headers, body)


class Sender:
    """Sends all but the end of a message, and when it is told to the end, or goes away."""

    def __init__(self, port: int, whole: bytes, *, completes: bool) -> None:
        self.port, self.whole, self.kept, self.completes = port, whole, 1000, completes

    async def send(self, go_on: asyncio.Event, stalled: asyncio.Semaphore) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answer = asyncio.create_task(reader.readuntil(b"\r\n"))
        sending = asyncio.create_task(self._all_but_the_end(writer))
        try:
            await asyncio.wait({sending, answer}, return_when=asyncio.FIRST_COMPLETED)
            stalled.release()
            await go_on.wait()
            if not answer.done():
                if not self.completes:
                    return GAVE_UP
                writer.write(self.whole[-self.kept :])
            async with asyncio.timeout(120):
                line = await answer
            return int(line.split()[1])
        finally:
            sending.cancel()
            answer.cancel()
            writer.close()

    async def _all_but_the_end(self, writer: asyncio.StreamWriter) -> None:
        view = memoryview(self.whole)[: -self.kept]
        for at in range(0, len(view), 100_000):
            writer.write(view[at : at + 100_000])
            await writer.drain()


async def flood(
    one: Endpoint, *, signed: bool, correctly: bool = True, complete: int = SENDERS
) -> tuple[float, Counter[int]]:
    """SENDERS stall together, then `complete` of them send the end.

    Returns:
        the most memory that the process took up until they all had stalled, and what was answered.

    """
    go_on, stalled = asyncio.Event(), asyncio.Semaphore(0)
    wholes = [message(n, signed=signed, correctly=correctly) for n in range(SENDERS)]
    senders = [Sender(one.port, whole, completes=n < complete) for n, whole in enumerate(wholes)]
    tasks = [asyncio.create_task(sender.send(go_on, stalled)) for sender in senders]
    for _ in range(SENDERS):
        await stalled.acquire()
    highest = resident(one.program.child.pid, "VmHWM")
    go_on.set()
    return highest, Counter(await asyncio.gather(*tasks))


async def test_sixteen_bodies_of_forty_megabytes_leave_the_process_below_300_mb(
    vhost_url, mongo_url, mongo_database, tmp_path, capsys
):
    settings = environment_for(
        "applications", amqp_url=vhost_url, mongo_url=mongo_url, mongo_database=mongo_database
    )
    env = os.environ | settings | {"APPLICATIONS_WEBHOOK_SECRET": SECRET}
    with PortHold("floods") as hold:
        words = [sys.executable, "-m", "applications", "serve"]
        words += ["--host", "127.0.0.1", "--port", str(hold.port)]
        with running("applications", words, tmp_path, env, port=hold.port, ready="/readyz") as one:
            pid = one.program.child.pid
            found = {"at rest": (resident(pid, "VmHWM"), Counter())}
            for name, given in {
                "unsigned": {"signed": False},
                "wrongly signed": {"signed": True, "correctly": False},
                "signed": {"signed": True, "complete": COMPLETE},
            }.items():
                found[name] = await flood(one, **given)
            worked = resident(pid, "VmHWM")
    with capsys.disabled():
        seen = ", ".join(f"{n} {mb:.0f} MB {dict(a) or ''}" for n, (mb, a) in found.items())
        sys.stdout.write(f"\n  at its highest: {seen}; {worked:.0f} MB in the end\n")
    assert found["unsigned"][1] == {401: SENDERS}
    # as many as there is room for are served; the others are told to come again, and nothing else
    assert set(found["wrongly signed"][1]) <= {401, 503}
    assert found["wrongly signed"][1][401] >= SENDERS // 4
    assert set(found["signed"][1]) <= {202, 503, GAVE_UP}
    assert found["signed"][1][202] >= 1
    assert max(mb for mb, _ in found.values()) < MOST_MB
    # and what was whole was then worked on, one after the other
    assert worked < WORKED_MB
