"""The names, the arguments and the bindings of everything on the broker, as plain data.

`declaring.py` puts it there over AMQP where it may, `deploy/rabbitmq/definitions.py` for a broker
on which no service may. Why it is shaped so: docs/decisions/0013.

What may change is no argument of a queue, because those stay for as long as it does: the delay is
in the name, and where the definitions rule, dead-lettering and limits are policies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nextstep_contracts import ANY_PUBLISHER, Event
from nextstep_contracts.catalogue import CONSUMERS

EXCHANGE = "nextstep.events"
RETRY_DELAYS = (10.0, 60.0, 600.0)
"""Seconds that a failing message waits before each further try, unless a service is told other."""
DELIVERY_LIMIT = 50
"""A message that kills its consumer again and again becomes a dead letter. RabbitMQ 4 would stop
at 20, older ones never; restarts during a roll-out count too."""
NO_DELIVERY_LIMIT = 1_000_000_000
"""A dead letter has nowhere else to go. (-1 would say so to RabbitMQ 4; older ones refuse it.)"""
MOST_BYTES = 1 << 30
"""A consumer that is away for weeks must not fill the disk: the publisher's outbox waits."""

Policy = Mapping[str, str | int]


@dataclass(frozen=True)
class Queue:
    """A durable quorum queue."""

    name: str
    policy: Policy
    """Its dead-lettering and limits, in the words of RabbitMQ's policies."""
    bindings: tuple[tuple[str, str], ...]
    """Exchange and routing key of each."""

    @property
    def arguments(self) -> dict[str, str | int]:
        """The same for a broker without policies: whoever declares the queue says it for good."""
        return {"x-queue-type": "quorum", **{f"x-{key}": what for key, what in self.policy.items()}}


@dataclass(frozen=True)
class Topology:
    """Exchanges by name, with their type, and queues by name; all durable."""

    exchanges: Mapping[str, str]
    queues: Mapping[str, Queue]

    def __or__(self, other: "Topology") -> "Topology":
        """Both; what both name is the same in both."""
        return Topology({**self.exchanges, **other.exchanges}, {**self.queues, **other.queues})


def consumer_queue(consumer: str, event: type[Event]) -> str:
    """The queue of one subscription, for example `notifications.PlaceOffered`."""
    return f"{consumer}.{event.event_name}"


def own_exchange(service: str) -> str:
    """Leads to the service's own queues by their names, as the default exchange does to all."""
    return f"{service}.own"


def later_exchange(service: str, delay: float) -> str:
    """Where the service puts a message that is to come back to its queue after `delay` seconds.

    No exchange has the name of a queue: the right to read a queue would be one to bind an exchange
    to whatever else the service may write to.
    """
    return f"{service}.later.{delay:g}s"


def waiting_queue(service: str, delay: float) -> str:
    """The queue behind `later_exchange`, where messages wait."""
    return f"{service}.waiting.{delay:g}s"


def dead_queue(service: str) -> str:
    """The queue of a service's dead letters."""
    return f"{service}.dead"


def binding(event: type[Event], consumer: str) -> str:
    """What a consumer's queue is bound by: every version, by any publisher where any may publish.

    Of an addressed event, only what is addressed to the consumer.
    """
    every = f"{event.publisher}.{event.event_name}.*"
    return f"{every}.{consumer}" if event.addressed else every


def address(event_type: str, addressee: str) -> str:
    """The routing key that brings an addressed event to its addressee, beside its type."""
    return f"{event_type}.{addressee}"


def listeners(service: str) -> dict[type[Event], tuple[str, ...]]:
    """Who hears the events that `service` may publish."""
    return {
        event: consumers
        for event, consumers in CONSUMERS.items()
        if event.publisher in (service, "*")
    }


SAID_BY_ANY = frozenset(e.event_name for e in CONSUMERS if e.publisher == ANY_PUBLISHER)


def told(queue: str, sender: str) -> str:
    """The queue, and the sender too where several may tell the same event.

    Ids are chosen by senders. One must not make another's message a duplicate, or take the place
    of its dead letter, by taking its id.
    """
    return f"{queue} by {sender}" if queue.partition(".")[2] in SAID_BY_ANY else queue


def heard_by(service: str) -> list[type[Event]]:
    """The events that `service` is agreed to hear."""
    return [event for event, consumers in CONSUMERS.items() if service in consumers]


def of_consumer(
    service: str, events: Iterable[type[Event]], delays: Sequence[float] = ()
) -> Topology:
    """What a service needs to hear `events`, to try again after `delays` and to bury."""
    waiting = [_waiting(service, delay) for delay in delays]
    queues = [*(_subscription(service, event) for event in events), *waiting, _dead(service)]
    return Topology(
        {EXCHANGE: "topic", own_exchange(service): "direct"}
        | {later_exchange(service, delay): "fanout" for delay in delays},
        {queue.name: queue for queue in queues},
    )


def of_publisher(heard: Mapping[type[Event], Sequence[str]]) -> Topology:
    """What others need to hear these events: an event is kept even for one never started."""
    topology = Topology({EXCHANGE: "topic"}, {})
    for consumer in sorted({name for names in heard.values() for name in names}):
        theirs = [event for event, names in heard.items() if consumer in names]
        topology |= of_consumer(consumer, theirs)
    return topology


def _subscription(consumer: str, event: type[Event]) -> Queue:
    """Whatever the broker itself gives up on goes to the dead letters."""
    name = consumer_queue(consumer, event)
    policy = _at_least_once(consumer, {"dead-letter-routing-key": dead_queue(consumer)})
    bindings = ((EXCHANGE, binding(event, consumer)), (own_exchange(consumer), name))
    return Queue(name, {**policy, "delivery-limit": DELIVERY_LIMIT}, bindings)


def _waiting(service: str, delay: float) -> Queue:
    """After its delay a message goes home by its own routing key, the name of its queue.

    One TTL for the queue, because a TTL per message lets a long one at the head hold up the short
    ones behind it.
    """
    policy = _at_least_once(service, {"message-ttl": int(delay * 1000)})
    bindings = ((later_exchange(service, delay), ""),)
    return Queue(waiting_queue(service, delay), policy, bindings)


def _dead(service: str) -> Queue:
    name = dead_queue(service)
    limits: Policy = {
        "delivery-limit": NO_DELIVERY_LIMIT,
        "max-length-bytes": MOST_BYTES,
        "overflow": "reject-publish",
    }
    return Queue(name, limits, ((own_exchange(service), name),))


def _at_least_once(service: str, more: Policy) -> Policy:
    """Dead-lettering to the service's own queues that loses nothing.

    at-least-once needs reject-publish: the publisher's confirm fails, and its outbox keeps it.
    """
    return {
        "dead-letter-exchange": own_exchange(service),
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
        "max-length-bytes": MOST_BYTES,
        **more,
    }
