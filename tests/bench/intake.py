"""Webhook intake on the real applications service beside its floor, in turns, on one stack."""

import asyncio
import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.load import post_all
from tests.bench.results import Comparison, Measured
from tests.bench.submissions import BODY_BYTES, SECRET, Submissions

from nextstep_local import processes
from nextstep_local.places import ROOT
from nextstep_local.ports import PortHold, listening
from nextstep_local.stack import Stack
from nextstep_local.testing import environment_for

MOMENT = datetime(2024, 8, 1, 9, tzinfo=UTC)
"""Applications are open: the service does what it does all summer."""
ROUNDS = 5
CONNECTIONS = 16
PER_ROUND = 100
ALONE_PER_ROUND = 30
START_SECONDS = 60
SETTLE_SECONDS = 180

ABOUT = f"""\
Ours is the applications service as it is deployed: it checks the signature of a submission of
{BODY_BYTES // 1024} KB with three documents by link, recognises a repetition, keeps the raw body
with its receipt, and answers 202; in the same process and the same time it turns what it kept into
applications, places and events. The floor is a bare FastAPI endpoint that does one journalled
insert of the same body. Each is one uvicorn process on the same stack; the same client sends
prepared requests to both in turns. Before each round everything that earlier rounds left to do has
been done. Ours can be quicker than the floor, because submissions that arrive together are written
together, in one round trip and one flush of the journal."""


@dataclass(frozen=True)
class Endpoint:
    """A process that takes submissions."""

    port: int
    program: processes.Program

    def metrics(self) -> dict[str, float]:
        """The service's gauges by name, labels summed up."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as page:
            text = page.read().decode()
        found: Counter[str] = Counter()
        for name, value in re.findall(r"^(nextstep_\w+)(?:\{.*\})? (\S+)$", text, re.MULTILINE):
            found[name] += float(value)
        return dict(found)

    def settle(self) -> float:
        """Wait until nothing is left to do; the seconds that took."""
        began = time.monotonic()
        while time.monotonic() < began + SETTLE_SECONDS:
            now = self.metrics()
            if not any(
                now.get(f"nextstep_{name}", 0)
                for name in ("outbox_depth", "timers_due", "work_pending")
            ):
                return time.monotonic() - began
            time.sleep(0.3)
        raise TimeoutError(f"work still pending after {SETTLE_SECONDS} s: {now}")


def measure(stack: Stack) -> list[Comparison]:
    """Intake under load, and one submission at a time."""
    submissions = Submissions(MOMENT)
    with ExitStack() as running:
        ours = running.enter_context(service(stack))
        floor = running.enter_context(_floor(stack))
        crowded = _compare(ours, floor, submissions, CONNECTIONS, PER_ROUND)
        alone = _compare(ours, floor, submissions, 1, ALONE_PER_ROUND)
    return [
        Comparison(
            f"Webhook intake, {CONNECTIONS} at a time",
            "submissions",
            *crowded[:2],
            target=0.8,
            about=ABOUT,
            remarks=crowded[2],
        ),
        Comparison(
            "Webhook intake, one at a time",
            "submissions",
            *alone[:2],
            target=None,
            about="The same, as a single form sends: the latency that one applicant waits for.",
            remarks=alone[2],
        ),
    ]


def _compare(
    service: Endpoint, floor: Endpoint, submissions: Submissions, connections: int, count: int
) -> tuple[Measured, Measured, list[str]]:
    ours, bare = Measured("applications service"), Measured("bare insert")
    settled = 0.0
    # The first round warms both up and is not kept.
    for number in range(ROUNDS + 1):
        for endpoint, measured in ((service, ours), (floor, bare)):
            requests = submissions.take(count)
            answered = asyncio.run(post_all(endpoint.port, requests, connections))
            if answered.statuses != Counter({202: count}):
                raise RuntimeError(f"{measured.name} answered {dict(answered.statuses)}, not 202")
            if number:
                measured.rounds.append(answered.round)
            if endpoint is service:
                settled = max(settled, service.settle())
    remark = f"everything that followed from a round was done at most {settled:.1f} s after it"
    return ours, bare, [remark]


@contextmanager
def service(
    stack: Stack, database: str = "bench_applications", now: datetime = MOMENT
) -> Iterator[Endpoint]:
    """The applications service as it is deployed, on a database of its own."""
    clock = stack.folder / "clock"
    clock.write_text(now.isoformat())
    settings = environment_for(
        "applications",
        amqp_url=stack.amqp_url,
        mongo_url=stack.mongo_url,
        mongo_database=database,
        clock=f"file:{clock}",
    )
    env = os.environ | settings | {"APPLICATIONS_WEBHOOK_SECRET": SECRET}
    with PortHold("bench_applications") as hold:
        words = [sys.executable, "-m", "applications", "serve"]
        words += ["--host", "127.0.0.1", "--port", str(hold.port)]
        with running(
            "applications", words, stack.folder, env, port=hold.port, ready="/readyz"
        ) as endpoint:
            yield endpoint


@contextmanager
def _floor(stack: Stack) -> Iterator[Endpoint]:
    with PortHold("bench_floor") as hold:
        words = [sys.executable, "-m", "tests.bench.floor", str(hold.port), stack.mongo_url]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        with running("floor", words, stack.folder, env, port=hold.port, ready="/docs") as endpoint:
            yield endpoint


@contextmanager
def running(
    name: str, words: list[str], folder: Path, env: dict[str, str], *, port: int, ready: str
) -> Iterator[Endpoint]:
    program = processes.start(name, words, folder / name, env)
    try:
        program.wait_until(lambda: listening(port) and _ok(port, ready), START_SECONDS)
        yield Endpoint(port, program)
    finally:
        program.stop(10)


def _ok(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10):
            return True
    except (urllib.error.URLError, TimeoutError):
        return False
