"""Five ways in which a broker leaves its consumers, and how soon they consume again.

    python -m shared.messaging.tests.bus.faults [--chroot FOLDER]

measures ours beside plain FastStream in the same run, on a node of its own with the permissions of
`deploy/rabbitmq`, and prints the table of docs/decisions/0008. `--chroot` names a folder with
another RabbitMQ in it and /proc mounted, as `debootstrap --include=rabbitmq-server` makes it.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import logging
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import structlog
from faststream.rabbit import RabbitBroker, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType
from yarl import URL

from nextstep_contracts import Envelope, OfferLapsed
from nextstep_contracts.catalogue import SERVICES
from nextstep_local.database import Database
from nextstep_local.places import ROOT
from nextstep_local.ports import listening
from nextstep_local.rabbitmq import SCRIPTS, Node
from nextstep_local.testing import eventually
from nextstep_messaging import EventRouter, Messaging
from nextstep_messaging.bus import inside_faststream as inside
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.topology import RETRY_DELAYS, of_consumer

from ..builders import START, lapsed, settings

OURS, PLAIN = "notifications.OfferLapsed", "plain"
OLD_ENOUGH = 3.0
"""Seconds; a quorum queue younger than this can lose its leader for good with its node."""
ACK_SECONDS = 2
"""How long this node lets a consumer hold a message; 30 minutes by default."""
LONGEST = 30.0
"""Seconds after which a consumer counts as lost."""
EVERY = 0.02
"""Seconds between the probe's messages: how exactly a return is seen."""
PASSWORDS = {name: f"the password of {name}" for name in (*SERVICES, "operator")}


def node_of(folder: Path, chroot: Path | None = None) -> Node:
    """A node that closes a channel soon after a message should have been acknowledged."""
    folder.mkdir(parents=True, exist_ok=True)
    limits = f"[{{rabbit,[{{consumer_timeout,{ACK_SECONDS}000}},{{channel_tick_interval,250}}]}}]."
    (folder / "advanced.config").write_text(limits)
    if chroot is not None:  # so that a path from outside means the same file inside
        inside_it = chroot / chroot.relative_to("/")
        inside_it.parent.mkdir(parents=True, exist_ok=True)
        if not inside_it.is_symlink():
            inside_it.symlink_to("/")
    return Node(folder, management=True, launcher=("chroot", str(chroot)) if chroot else ())


def permit(node: Node) -> None:
    """Give the node the users and permissions that it has where the programme runs."""
    script = ROOT / "deploy" / "rabbitmq" / "definitions.py"
    spec = importlib.util.spec_from_file_location("broker_definitions", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document = module.definitions(PASSWORDS)
    httpx.post(f"{node.api_url}/definitions", json=document, timeout=30).raise_for_status()


def url_of(node: Node, user: str) -> str:
    """The node's address for a service's user."""
    return f"amqp://{user}:{PASSWORDS[user].replace(' ', '%20')}@127.0.0.1:{node.amqp.port}/"


@dataclass
class Seen:
    """What one consumer has taken, and when it was cut off."""

    queue: str
    taken: dict[int, float] = field(default_factory=dict)
    cut: list[float] = field(default_factory=list)
    hang: bool = False
    """Hold the next message for as long as the broker lets us."""

    async def take(self, number: int) -> None:
        if self.hang:
            self.hang = False
            await asyncio.Event().wait()
        self.taken.setdefault(number, monotonic())

    def cut_off(self, _why: str) -> None:
        self.cut.append(monotonic())


class Probe:
    """Publishes a numbered message to every queue, again and again, through whatever happens."""

    def __init__(self, url: str, *queues: Seen) -> None:
        self._url = url
        self._queues = {one.queue: one for one in queues}
        self.confirmed: dict[str, list[tuple[int, float]]] = {one.queue: [] for one in queues}
        self._number = 0
        self.paused = False

    async def run(self) -> None:
        port = URL(self._url).port or 0
        while True:
            await eventually(lambda: listening(port), timeout=90)
            with suppress(Exception):
                async with await aio_pika.connect(self._url, timeout=5) as connection:
                    channel = await connection.channel(on_return_raises=True)
                    while True:
                        for queue in self._queues:
                            if not self.paused:
                                await self._send(channel, queue)
                        await asyncio.sleep(EVERY)
            await asyncio.sleep(EVERY)

    async def _send(self, channel: Any, queue: str) -> None:
        self._number += 1
        message = message_of(self._number)
        async with asyncio.timeout(5):
            await channel.default_exchange.publish(message, queue)
        self.confirmed[queue].append((self._number, monotonic()))

    def back(self, queue: str, since: float) -> tuple[int, float] | None:
        """The first message that the broker confirmed after `since`."""
        later = ((number, at) for number, at in self.confirmed[queue] if at > since)
        return next(later, None)


def message_of(number: int) -> aio_pika.Message:
    """An event whose revision is the probe's number."""
    event = lapsed(number, revision=number)
    envelope = Envelope(
        id=uuid4(),
        source="applications",
        type=event.type_for(),
        time=START,
        subject=event.subject,
        correlation_id=uuid4(),
    )
    return aio_pika.Message(
        event.model_dump_json().encode(),
        headers=to_headers(envelope),
        message_id=str(envelope.id),
        type=envelope.type,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


@asynccontextmanager
async def ours(node: Node, database: Database, seen: Seen, name: str = "faults") -> Any:
    """A service of ours, as its user of the broker."""
    router = EventRouter("notifications")

    @router.hears(OfferLapsed)
    async def note(event: OfferLapsed) -> None:
        await seen.take(event.revision)

    url = url_of(node, "notifications")
    # no delays but those that the definitions know
    given = settings(url, database.url, name, prefetch=64, retry_delays=RETRY_DELAYS)
    messaging = Messaging(router, given)
    start = inside.watch

    async def watched(subscriber: Any, lost: Callable[[str], None]) -> None:
        await start(subscriber, lost)
        if subscriber.queue.name == seen.queue:
            await start(subscriber, seen.cut_off)

    inside.watch = watched
    await messaging.start()
    try:
        yield messaging
    finally:
        inside.watch = start
        await messaging.stop()


@asynccontextmanager
async def plain(node: Node, seen: Seen) -> Any:
    """FastStream as its documentation shows it, with a quorum queue; as a user that may anything,
    because it declares a queue for replies that a service's user may not."""
    broker = RabbitBroker(node.url, logger=None)
    subscriber = broker.subscriber(RabbitQueue(PLAIN, QueueType.QUORUM))

    @subscriber
    async def note(event: OfferLapsed) -> None:
        await seen.take(event.revision)

    await broker.start()
    queue = subscriber._queue_obj
    await inside.watch(subscriber, seen.cut_off)
    queue.channel.reopen_callbacks.add(lambda _: asyncio.ensure_future(again()))

    async def again() -> None:
        await inside.watch(subscriber, seen.cut_off)

    try:
        yield broker
    finally:
        with suppress(Exception):
            async with asyncio.timeout(5):
                await broker.stop()


def control(node: Node, *words: str) -> None:
    """Have rabbitmqctl do something."""
    command = [*node.launcher, str(SCRIPTS / "rabbitmqctl"), "--quiet", *words]
    subprocess.run(command, env=dict(node.environment()), check=True, capture_output=True)


Since = float | None
"""The moment from which the broker was there again; None: when each consumer was cut off."""
Fault = Callable[[Node, list[Seen]], Awaitable[Since]]


async def node_stopped(node: Node, _seen: list[Seen]) -> Since:
    """The node is shut down in order, and started again."""
    await asyncio.to_thread(node.programs.pop().stop, 30)
    await asyncio.to_thread(node.resume)
    return monotonic()


async def node_killed(node: Node, _seen: list[Seen]) -> Since:
    """The node dies, and is started again."""
    await asyncio.to_thread(node.kill)
    await asyncio.to_thread(node.resume)
    return monotonic()


async def connection_closed(node: Node, _seen: list[Seen]) -> Since:
    """The broker closes the connections, as an operator may ask it to."""
    close = 'rabbit_networking:close_all_user_connections(<<"{}">>, <<"a fault">>).'
    for user in ("notifications", node.user):
        await asyncio.to_thread(control, node, "eval", close.format(user))
    return None


async def consumer_cancelled(node: Node, seen: list[Seen]) -> Since:
    """The broker cancels the consumers, because their queues are deleted; then they are back."""
    async with await aio_pika.connect(node.url) as connection:
        channel = await connection.channel()
        for one in seen:
            await channel.queue_delete(one.queue)
        await eventually(lambda: all(one.cut for one in seen), timeout=LONGEST)
        for one in seen:
            await _declare(channel, one.queue)
    return monotonic()


async def _declare(channel: Any, queue: str) -> None:
    arguments = {"x-queue-type": "quorum"}  # the rest of ours are policies there
    made = await channel.declare_queue(queue, durable=True, arguments=arguments)
    if queue == OURS:
        for exchange, key in of_consumer("notifications", [OfferLapsed]).queues[OURS].bindings:
            await made.bind(exchange, key)


async def channel_closed(_node: Node, seen: list[Seen]) -> Since:
    """The broker closes the channel of a consumer that does not acknowledge in time."""
    for one in seen:
        one.hang = True
    await eventually(lambda: all(one.cut for one in seen), timeout=LONGEST)
    return None


FAULTS: dict[str, Fault] = {
    "node stopped": node_stopped,
    "node killed": node_killed,
    "connection closed by the broker": connection_closed,
    "consumer cancelled by the broker": consumer_cancelled,
    "channel closed by the broker, for want of an acknowledgement": channel_closed,
}


async def seconds_until_back(
    fault: Fault, node: Node, probe: Probe, seen: list[Seen]
) -> dict[str, float | None]:
    """From the broker's return to the first message handled of those sent after it; None: lost.

    A node that was down is back when it confirms a message of the probe, which waits for nothing
    else; where the broker was there all along, the time counts from when the consumer was cut off.
    """
    for one in seen:
        one.cut.clear()
    restarts = fault in (node_stopped, node_killed)
    since = await fault(node, seen)
    return {one.queue: await _until_back(probe, one, since or one.cut[0], restarts) for one in seen}


async def _until_back(probe: Probe, one: Seen, since: float, restarts: bool) -> float | None:
    number, confirmed = await eventually(lambda: probe.back(one.queue, since) or False, timeout=90)

    def handled() -> float | bool:
        later = [when for taken, when in one.taken.items() if taken >= number]
        return min(later) if later else False

    with suppress(AssertionError):
        at = await eventually(handled, timeout=LONGEST)
        return max(0.0, at - (confirmed if restarts else since))
    return None


@contextlib.contextmanager
def running(folder: Path, chroot: Path | None) -> Iterator[tuple[Node, Database]]:
    """A node and a database of one's own."""
    node, database = node_of(folder / "broker", chroot), Database(folder / "mongo")
    try:
        node.start()
        database.start()
        node.wait()
        database.wait()
        permit(node)
        yield node, database
    finally:
        node.stop(discard=True)
        database.stop(discard=True)


async def measure(
    node: Node, database: Database, chosen: str
) -> dict[str, dict[str, float | None]]:
    """Every fault whose name has `chosen` in it, with a fresh consumer of each kind."""
    found = {}
    for name, fault in FAULTS.items():
        if chosen not in name:
            continue
        seen = [Seen(OURS), Seen(PLAIN)]
        async with plain(node, seen[1]), ours(node, database, seen[0], f"faults_{len(found)}"):
            probe = Probe(url_of(node, "operator"), *seen)
            sending = asyncio.create_task(probe.run())
            old_enough = monotonic() + OLD_ENOUGH
            await eventually(lambda at=old_enough: monotonic() > at)
            await eventually(lambda both=seen: all(one.taken for one in both))
            found[name] = await seconds_until_back(fault, node, probe, seen)
            print(name, found[name], file=sys.stderr, flush=True)  # noqa: T201 - as above
            sending.cancel()
    return found


def table(found: dict[str, dict[str, float | None]]) -> str:
    """The rows of docs/decisions/0008."""
    lines = ["| fault | ours | plain FastStream |", "|---|---:|---:|"]
    for name, seconds in found.items():
        ours_, plain_ = (_seconds(seconds[queue]) for queue in (OURS, PLAIN))
        lines.append(f"| {name} | {ours_} | {plain_} |")
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return f"not within {LONGEST:g} s" if value is None else f"{value:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chroot", type=Path, help="where another RabbitMQ is installed")
    parser.add_argument("--only", default="", help="faults with this in their name")
    asked = parser.parse_args()
    chroot = asked.chroot
    # the drivers tell of every lost connection, and the service of every try
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with (
        tempfile.TemporaryDirectory(dir=chroot / "tmp" if chroot else None) as folder,
        running(Path(folder), chroot) as (node, database),
    ):
        version = httpx.get(f"{node.api_url}/overview", timeout=10).json()["rabbitmq_version"]
        found = asyncio.run(measure(node, database, asked.only))
    print(f"RabbitMQ {version}\n\n{table(found)}")  # noqa: T201 - to whoever ran it


if __name__ == "__main__":
    main()
