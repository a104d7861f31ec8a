"""Whatever the broker does to our consumers, they consume again: each fault in short."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio

from nextstep_local.database import Database
from nextstep_local.rabbitmq import Node
from nextstep_local.testing import eventually

from .faults import FAULTS, OLD_ENOUGH, OURS, Probe, Seen, ours, running, seconds_until_back, url_of

pytestmark = [pytest.mark.stack, pytest.mark.node]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def places(tmp_path_factory) -> AsyncIterator[tuple[Node, Database]]:
    """A broker and a database of these tests' own."""
    with running(tmp_path_factory.mktemp("faults"), None) as both:
        yield both


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_service_consumes_again_after(places, fault):
    node, database = places
    seen = Seen(OURS)
    async with ours(node, database, seen, f"recovery_{[*FAULTS].index(fault)}"):
        probe = Probe(url_of(node, "operator"), seen)
        sending = asyncio.create_task(probe.run())
        old_enough = monotonic() + OLD_ENOUGH
        await eventually(lambda: monotonic() > old_enough)
        await eventually(lambda: seen.taken)
        # how soon is measured by faults.py on a quiet machine, never asserted
        back = await seconds_until_back(FAULTS[fault], node, probe, [seen])
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    assert back[OURS] is not None
