"""Events, settings and services for these tests."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from nextstep_contracts import OfferLapsed, Person, PlaceOffered
from nextstep_messaging import EventRouter, MessagingSettings

START = datetime(2024, 9, 9, 12, tzinfo=UTC)
Handler = Callable[..., Awaitable[None]]


def person(number: int = 1) -> Person:
    return Person(person_id=f"p{number}", name="Ada Fellow", email="ada@example.org")


def lapsed(number: int, revision: int = 1) -> OfferLapsed:
    return OfferLapsed(
        cohort="2024-25",
        application_id=f"a{number}",
        revision=revision,
        person=person(number),
        reference=f"NS24-{number:04}",
        lapsed_at=START,
    )


def offered(number: int, revision: int = 1) -> PlaceOffered:
    return PlaceOffered(
        cohort="2024-25",
        application_id=f"a{number}",
        revision=revision,
        person=person(number),
        reference=f"NS24-{number:04}",
        offered_at=START,
        expires_at=START,
    )


def settings(amqp_url: str, mongo_url: str, database: str, **given: Any) -> MessagingSettings:
    # retry delays so short that a test can wait for all of them
    values = {"environment": "local", "retry_delays": (0.1, 0.2, 0.3), "stop_seconds": 5}
    return MessagingSettings(
        amqp_url=amqp_url, mongo_url=mongo_url, mongo_database=database, **(values | given)
    )


def hearing(event: Any, handler: Handler, **options: Any) -> Callable[[EventRouter], None]:
    """That a service hears an event: what a decorated handler would declare."""

    def declare(router: EventRouter) -> None:
        router.hears(event, **options)(handler)

    return declare


def router(
    service: str,
    hears: Iterable[Callable[[EventRouter], None]] = (),
    timers: Mapping[str, Handler] = {},
) -> EventRouter:
    """The router of a service with these handlers."""
    made = EventRouter(service)
    for declare in hears:
        declare(made)
    for kind, handler in timers.items():
        made.due(kind)(handler)
    return made
