"""Samples of events, sent by hand to the service that hears them."""

from datetime import datetime
from uuid import uuid4

from pydantic import ValidationError

from nextstep_contracts import ANY_PUBLISHER, Envelope, Event, Refused
from nextstep_messaging.bus.connection import Bus
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.router import EventRouter
from nextstep_messaging.bus.sender import SENDER
from nextstep_messaging.bus.topology import consumer_queue, own_exchange


async def send(bus: Bus, router: EventRouter, name: str, body: str, now: datetime) -> None:
    """Send `body` as the event `name` to the queue by which the service hears it.

    Raises:
        Refused: it hears no such event, or the data does not fit it.
        BusUnavailableError: the broker did not confirm it.

    """
    heard = {hearing.event.event_name: hearing.event for hearing in router.heard}
    if name not in heard:
        raise Refused(f"{router.service} does not hear {name}.")
    event = _read(heard[name], body)
    # what anybody may publish, the service says to itself
    source = router.service if event.publisher == ANY_PUBLISHER else event.publisher
    envelope = Envelope(
        id=uuid4(),
        source=source,
        type=event.type_for(source),
        time=now,
        subject=event.subject,
        correlation_id=uuid4(),
    )
    queue = consumer_queue(router.service, heard[name])
    await bus.publish(
        own_exchange(router.service),
        queue,
        event.model_dump_json().encode(),
        message_id=str(envelope.id),
        message_type=envelope.type,
        headers={**to_headers(envelope), SENDER: source},
        queues=[queue],
    )


def _read(kind: type[Event], body: str) -> Event:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ")
            for one in error.errors()
        )
        raise Refused.field(
            "body", f"The data does not fit {kind.event_name}: {problems}"
        ) from error
