"""Fixtures for tests that need the real broker, database, mail server, browser or virus scanner.

Where broker and database come from, in this order: `NEXTSTEP_AMQP_URL` and `NEXTSTEP_MONGO_URL`;
containers, when a Docker engine answers and has or can pull the images; else the local stack.
Nothing starts before the first test that asks for it. The run says which was used.
"""

import asyncio
import gc
import logging
import os
import re
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio
import structlog

from nextstep_local import containers, machine, rabbitmq, without
from nextstep_local.clamd import Clamd
from nextstep_local.ports import PortHold
from nextstep_local.smtp_sink import Sink
from nextstep_local.stack import Stack
from nextstep_local.without import given

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM_FLAGS = [
    "--no-sandbox",  # CI runs as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Backing:
    """The broker and database behind a test run, and how to make virtual hosts there."""

    amqp_url: str
    mongo_url: str
    api_url: str | None
    source: str
    stack: Stack | None = None


_said = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of this plugin."""
    without.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Remember, for the end of the run, what was used and what was left out."""
    config.stash[_said] = []


def pytest_itemcollected(item: pytest.Item) -> None:
    """Know what a test needs."""
    without.mark(item)


@pytest.hookimpl(trylast=True)  # `-m` and `-k` choose first
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run."""
    config.stash[_said] += without.leave_out(config, items)


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what was imported and collected, which stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_report_header() -> str:
    """Say where broker and database will come from."""
    if given("AMQP") and given("MONGO"):
        return "nextstep: broker and database from NEXTSTEP_AMQP_URL and NEXTSTEP_MONGO_URL"
    return "nextstep: broker and database from Docker if it answers, else the local stack"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of a parallel run tell the run itself what it would say."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["nextstep_said"] = session.config.stash[_said]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what a worker would say."""
    said = node.config.stash[_said]
    said += [
        one for one in getattr(node, "workeroutput", {}).get("nextstep_said", []) if one not in said
    ]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was used and what was left out; what was skipped, pytest says itself."""
    for line in config.stash[_said]:
        terminalreporter.write_line(f"nextstep: {line}")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Undo what a test's `configure_logging`, or a command that it runs, does to the process."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


@pytest.fixture(scope="session")
def backing(request: pytest.FixtureRequest) -> Iterator[Backing]:
    """Broker and database for this run; whichever is not given by URL is started."""
    amqp, mongo, api = given("AMQP"), given("MONGO"), given("RABBITMQ_API")
    with ExitStack() as running:
        if amqp and mongo:
            found = Backing(amqp, mongo, api, "addresses from the environment")
        elif containers.engine_answers():
            made = running.enter_context(containers.running())
            found = Backing(
                amqp or made.amqp_url, mongo or made.mongo_url, api or made.api_url, "Docker"
            )
        else:
            found = _local(running, amqp, mongo, api)
        request.config.stash[_said].append(f"used {found.source}")
        yield found


def _local(running: ExitStack, amqp: str | None, mongo: str | None, api: str | None) -> Backing:
    # Named after the process, so that several test runs on one machine do not meet.
    stack = Stack(f"tests/{os.getpid()}", discard=True, mail=False, management=True)
    _sweep(stack.folder.parent)
    running.enter_context(stack)
    return Backing(
        amqp or stack.amqp_url,
        mongo or stack.mongo_url,
        api if amqp else stack.node.api_url,
        "the local stack",
        stack,
    )


def _sweep(folder: Path) -> None:
    """Clean up after test runs that were killed."""
    from nextstep_local.stack import StackInUseError, clear

    for left in folder.glob("*/lock"):
        with suppress(StackInUseError):
            clear(left.parent)


@pytest.fixture(scope="session")
def amqp_url(backing: Backing) -> str:
    """The broker's default virtual host."""
    return backing.amqp_url


@pytest.fixture(scope="session")
def mongo_url(backing: Backing) -> str:
    """The database server."""
    return backing.mongo_url


@pytest.fixture
def vhost_url(backing: Backing, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh virtual host: a topology of the test's own, deleted after.

    With only a broker's URL and no management API (`NEXTSTEP_RABBITMQ_API_URL`), this is the
    given virtual host itself, shared by all tests; the end of the run says so.
    """
    if backing.api_url is None:
        note = "no RabbitMQ management API: tests shared one virtual host"
        if note not in request.config.stash[_said]:
            request.config.stash[_said].append(note)
        yield backing.amqp_url
        return
    with _vhost(backing) as url:
        yield url


@pytest.fixture(scope="session")
def resting_vhosts(backing: Backing) -> Iterator[dict[str, deque[str]]]:
    """Addresses of virtual hosts that tests have used, by the package of these tests."""
    resting: dict[str, deque[str]] = defaultdict(deque)
    yield resting
    for url in chain.from_iterable(resting.values()):
        _drop_vhost(backing, url)


@pytest_asyncio.fixture
async def emptied_vhost_url(
    backing: Backing, resting_vhosts: dict[str, deque[str]], request: pytest.FixtureRequest
) -> AsyncIterator[str]:
    """A virtual host whose queues an earlier test of the package may have made; they are empty.

    To make the queues of a service costs the broker a second. For tests that leave the topology as
    it is; others ask for `vhost_url`. Between two tests it rests for that of another: what a
    consumer had not acknowledged is back in its queue by then.
    """
    if backing.api_url is None:
        yield request.getfixturevalue("vhost_url")
        return
    resting = resting_vhosts["/".join(request.path.relative_to(request.config.rootpath).parts[:2])]
    url = resting.popleft() if len(resting) > 1 else None
    if url and not await rabbitmq.emptied(backing.api_url, url):
        _drop_vhost(backing, url)
        url = None
    url = url or _make_vhost(backing)
    yield url
    resting.append(url)


def _make_vhost(backing: Backing) -> str:
    name = f"test-{secrets.token_hex(6)}"
    rabbitmq.make_vhost(str(backing.api_url), name)
    return re.sub(r"/[^/]*$", f"/{name}", backing.amqp_url)


def _drop_vhost(backing: Backing, url: str) -> None:
    with suppress(httpx.HTTPError):  # a test may have stopped the broker for good
        rabbitmq.drop_vhost(str(backing.api_url), url.rpartition("/")[2])


@contextmanager
def _vhost(backing: Backing) -> Iterator[str]:
    url = _make_vhost(backing)
    yield url
    _drop_vhost(backing, url)


@pytest.fixture
def mongo_database(mongo_url: str) -> Iterator[str]:
    """The name of a database that no other test uses, dropped after."""
    with _database(mongo_url) as name:
        yield name


@pytest.fixture
def other_mongo_database(mongo_url: str) -> Iterator[str]:
    """A second one, for a test of two worlds."""
    with _database(mongo_url) as name:
        yield name


@contextmanager
def _database(mongo_url: str) -> Iterator[str]:
    from pymongo import MongoClient

    name = f"test_{secrets.token_hex(6)}"
    yield name
    client: MongoClient[dict[str, object]]
    with MongoClient(mongo_url) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def shared_by_module(backing: Backing) -> Iterator[dict[str, str]]:
    """`amqp_url`, `mongo_url` and `mongo_database` that the tests of one module share."""
    with ExitStack() as given:
        amqp_url = backing.amqp_url
        if backing.api_url is not None:
            amqp_url = given.enter_context(_vhost(backing))
        yield {
            "amqp_url": amqp_url,
            "mongo_url": backing.mongo_url,
            "mongo_database": given.enter_context(_database(backing.mongo_url)),
        }


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[Sink]:
    """A mail server that stores mails as files; `.url`, `.port`, `.mails`, `.read`, `.refuse`."""
    with PortHold("test_smtp") as hold:
        sink = Sink(tmp_path / "mail", hold.port).start()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a virus scanner that knows the EICAR test file and nothing else."""
    scanner = Clamd(tmp_path_factory.mktemp("clamd"))
    try:
        yield scanner.start().address
    finally:
        scanner.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """One headless Chromium for the run."""
    from playwright.async_api import async_playwright

    await asyncio.to_thread(machine.have, "chromium")
    chromium = os.environ.get("NEXTSTEP_CHROMIUM") or "/usr/bin/chromium"
    if not await asyncio.to_thread(Path(chromium).exists):
        pytest.fail(f"NEXTSTEP_CHROMIUM is {chromium}, where there is no program.")
    async with async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(browser: "Browser") -> "AsyncIterator[Page]":
    """A page with no cookies; afterwards, a script error or a breach of the CSP on it fails."""
    context = await browser.new_context()
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    await context.close()
    assert faults == []  # noqa: S101
