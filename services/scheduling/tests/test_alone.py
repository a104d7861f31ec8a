"""The service as a process of its own, started by the command in its README."""

import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

from nextstep_local.testing import environment_for

from .conftest import soon

pytestmark = pytest.mark.stack


async def test_started_alone_it_becomes_ready_and_stops_when_told(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    values = environment_for(
        "scheduling", amqp_url=emptied_vhost_url, mongo_url=mongo_url, mongo_database=mongo_database
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "scheduling", "serve", "--port", str(port)),
        env=os.environ | values,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def ready() -> bool:
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await soon(ready)
            metrics = (await http.get("/metrics")).text
            assert 'consumer="scheduling",event="PlaceAccepted"' in metrics
    finally:
        process.terminate()
        stopped = await process.wait()
    assert stopped == -signal.SIGTERM  # uvicorn ends in good order, then passes the signal on
