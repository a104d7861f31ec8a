"""The AsyncAPI document of one service, made by FastStream from the router that it runs."""

from typing import Any

from faststream import AsyncAPI
from faststream.rabbit import RabbitBroker

from nextstep_messaging.bus.router import EVENTS, EventRouter
from nextstep_messaging.bus.topology import listeners

VERSION = "1.0.0"
ADDRESS = "amqp://broker:5672"
"""Stands for wherever a service's broker is; its real address holds a password."""


def document(router: EventRouter) -> dict[str, Any]:
    """What the service hears and what it publishes, as AsyncAPI 3.0."""
    broker = RabbitBroker(specification_url=ADDRESS, routers=[router.copy()])
    for event in listeners(router.service):
        name = event.type_for(router.service)
        broker.publisher(
            exchange=EVENTS,
            routing_key=name,
            schema=event,
            title=name,
            description=event.__doc__,
            persist=True,
        )
    described = AsyncAPI(
        broker,
        title=f"Next Step: events of {router.service}",
        version=VERSION,
        description="Binary CloudEvents 1.0: the body is the data, the attributes are headers.",
    )
    made: dict[str, Any] = described.to_specification().to_jsonable()
    # FastStream keeps subscribers in a set, so their order is any
    ordered = {part: dict(sorted(made[part].items())) for part in ("channels", "operations")}
    return made | ordered
