"""RabbitMQ 4 and a MongoDB 8 replica set of one in Docker, through testcontainers."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx

RABBITMQ_IMAGE = "rabbitmq:4-management-alpine"
MONGO_IMAGE = "mongo:8"
ENGINE_SECONDS = 3  # an engine on this machine answers in milliseconds
READY_SECONDS = 90


@dataclass(frozen=True)
class Containers:
    """The addresses of the running containers."""

    amqp_url: str
    api_url: str
    mongo_url: str


def engine_answers() -> bool:
    """Whether a Docker engine answers and has the images, or can pull them."""
    if not _engine_listens():
        return False
    import docker  # type: ignore[import-untyped]

    try:
        with contextlib.closing(docker.from_env(timeout=ENGINE_SECONDS)) as client:
            client.ping()
            for image in (RABBITMQ_IMAGE, MONGO_IMAGE):
                try:
                    client.images.get(image)
                except docker.errors.ImageNotFound:
                    # The time-out is between two bytes, so a long pull that moves is not cut.
                    client.images.pull(image)
    except (docker.errors.DockerException, OSError):
        return False
    return True


def _engine_listens() -> bool:
    """Whether anything is at the engine's address; the library leaks a socket when nothing is."""
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(ENGINE_SECONDS)
        return probe.connect_ex(address.removeprefix("unix://")) == 0


@contextmanager
def running() -> Iterator[Containers]:
    """Start both, side by side, and remove them at the end."""
    from testcontainers.core.container import DockerContainer

    rabbit = DockerContainer(RABBITMQ_IMAGE).with_exposed_ports(5672, 15672)
    # testcontainers' own MongoDbContainer starts a standalone server, which has no transactions.
    mongo = (
        DockerContainer(MONGO_IMAGE)
        .with_exposed_ports(27017)
        .with_command("mongod --replSet rs0 --bind_ip_all")
    )
    with ExitStack() as stack:
        stack.enter_context(rabbit)
        stack.enter_context(mongo)
        found = Containers(
            amqp_url=f"amqp://guest:guest@{_address(rabbit, 5672)}/",
            api_url=f"http://guest:guest@{_address(rabbit, 15672)}/api",
            mongo_url=(
                f"mongodb://{_address(mongo, 27017)}/?directConnection=true&w=majority&journal=true"
            ),
        )
        _initiate(found.mongo_url)
        _wait_for_broker(found.api_url)
        yield found


def _address(container: object, port: int) -> str:
    from testcontainers.core.container import DockerContainer

    if not isinstance(container, DockerContainer):
        raise TypeError(type(container))
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"


def _initiate(mongo_url: str) -> None:
    """Make the server a replica set of one, under the address it has inside its container."""
    from pymongo import MongoClient
    from pymongo.errors import OperationFailure

    members = [{"_id": 0, "host": "127.0.0.1:27017"}]
    client: MongoClient[dict[str, object]]
    with MongoClient(mongo_url, serverSelectionTimeoutMS=READY_SECONDS * 1000) as client:
        try:
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        except OperationFailure as failure:
            if failure.code != 23:  # noqa: PLR2004 - AlreadyInitialized
                raise
        deadline = time.monotonic() + READY_SECONDS
        while not client.admin.command("hello").get("isWritablePrimary"):
            if time.monotonic() > deadline:
                raise TimeoutError("The MongoDB container did not become primary")
            time.sleep(0.1)


def _wait_for_broker(api_url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            httpx.get(f"{api_url}/overview", timeout=5).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return
