"""A broker that is not there leaves nothing behind, however often it is tried."""

import gc

import pytest
from aio_pika.connection import Connection

from nextstep_messaging.bus.connection import Bus
from nextstep_messaging.bus.topology import of_consumer

NOBODY_THERE = "amqp://127.0.0.1:1/nobody-there"


async def test_a_connection_that_never_came_about_is_closed():
    """An open one would be closed by its destructor: in whichever thread, outside of any loop."""
    bus = Bus(NOBODY_THERE, "awards", of_consumer("awards", []), ours=False)
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await bus.run()
    made = [one for one in gc.get_objects() if type(one) is Connection]
    assert [one.is_closed for one in made if one.url.path == "/nobody-there"] == [True]
