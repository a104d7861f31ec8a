import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from pymongo import MongoClient

from nextstep_messaging import Collection, EventRouter, Messaging

from .builders import router, settings


class Services:
    """Services of one test on a virtual host of their own, each with a database of its own."""

    def __init__(self, amqp_url: str, mongo_url: str) -> None:
        self.amqp_url = amqp_url
        self.mongo_url = mongo_url
        self._run = secrets.token_hex(4)
        self.built: list[Messaging] = []

    def database(self, service: str) -> str:
        return f"test_{self._run}_{service}"

    def settings(self, service: str, **given: Any) -> Any:
        return settings(self.amqp_url, self.mongo_url, self.database(service), **given)

    def build(self, service: str, *, given: dict[str, Any] | None = None, **kw: Any) -> Messaging:
        made = router(service, kw.pop("hears", ()), kw.pop("timers", {}))
        return self.build_from(made, given=given, **kw)

    def build_from(
        self, made: EventRouter, *, given: dict[str, Any] | None = None, **kw: Any
    ) -> Messaging:
        kw.setdefault("collections", [Collection("seen")])
        messaging = Messaging(made, self.settings(made.service, **(given or {})), **kw)
        self.built.append(messaging)
        return messaging

    async def start(self, service: str, **kw: Any) -> Messaging:
        messaging = self.build(service, **kw)
        await messaging.start()
        return messaging

    async def close(self) -> None:
        for messaging in self.built:
            await messaging.stop()
        with MongoClient(self.mongo_url) as client:
            for name in client.list_database_names():
                if name.startswith(f"test_{self._run}_"):
                    client.drop_database(name)


@pytest_asyncio.fixture
async def services(vhost_url: str, mongo_url: str) -> AsyncIterator[Services]:
    made = Services(vhost_url, mongo_url)
    yield made
    await made.close()


@pytest.fixture
def metric() -> Callable[..., float]:
    from prometheus_client import REGISTRY

    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    return value
