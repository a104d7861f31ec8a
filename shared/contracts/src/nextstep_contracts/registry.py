"""Find an event class by its type, and bring data of an old version up to date."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nextstep_contracts import applications, audit, awards, notifications, people, scheduling
from nextstep_contracts.event import ANY_PUBLISHER, Event

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[type[Event], Upcaster] = {}
"""For an old event class: how its data becomes data of the next version of the same event."""


class UnknownEventError(ValueError):
    """No event class has this type; deploy the consumer after the contracts that define it."""


def _concrete(cls: type[Event]) -> Iterator[type[Event]]:
    children = cls.__subclasses__()
    for child in children:
        yield from _concrete(child)
    if not children and cls is not Event:
        yield cls


def _published() -> tuple[type[Event], ...]:
    grouped = (applications, scheduling, awards, notifications, people, audit)
    modules = {m.__name__ for m in grouped}
    found = [cls for cls in _concrete(Event) if cls.__module__ in modules]
    return tuple(sorted(found, key=lambda cls: (cls.publisher, cls.event_name, cls.version)))


EVENTS: tuple[type[Event], ...] = _published()
"""Every event of the catalogue, sorted by publisher, name and version."""


def event_class(event_type: str, events: tuple[type[Event], ...] = EVENTS) -> type[Event]:
    """The class for a CloudEvents type such as `applications.PlaceOffered.v1`.

    Raises:
        UnknownEventError: no class in the catalogue has that type.

    """
    publisher = event_type.partition(".")[0]
    for cls in events:
        if cls.publisher in (publisher, ANY_PUBLISHER) and cls.type_for(publisher) == event_type:
            return cls
    raise UnknownEventError(f"{event_type!r} is not in the event catalogue")


def decode(
    event_type: str,
    data: dict[str, Any],
    *,
    events: tuple[type[Event], ...] = EVENTS,
    upcasters: Mapping[type[Event], Upcaster] = UPCASTERS,
) -> Event:
    """Validate `data` as `event_type` and bring it up to the newest version of the event.

    `events` and `upcasters` are the catalogue's unless a test brings its own.

    Raises:
        UnknownEventError: the type is not in the catalogue.
        pydantic.ValidationError: the data does not fit the type.

    """
    cls = event_class(event_type, events)
    versions = {
        c.version: c
        for c in events
        if (c.publisher, c.event_name) == (cls.publisher, cls.event_name)
    }
    event = cls.model_validate(data)
    for version in range(cls.version, max(versions)):
        older = event.model_dump(mode="json")
        event = versions[version + 1].model_validate(upcasters[versions[version]](older))
    return event
