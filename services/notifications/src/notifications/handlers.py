"""Events in, use cases out. Which events, and what follows, is the policy's table."""

from functools import partial

from nextstep_contracts import Event, PersonErased
from nextstep_messaging import Subscription, UnitOfWork
from notifications.commands import Desk, date_entry, hear, meet
from notifications.people import erase_person
from notifications.policy import CALENDAR, RULES


def subscriptions(desk: Desk) -> list[Subscription]:
    """Everything the service hears."""

    async def change_calendars(event: Event, uow: UnitOfWork) -> None:
        if (person := getattr(event, "person", None)) is not None:
            await meet(desk, uow, person, event)
        await date_entry(desk, event, uow)

    async def erase(event: PersonErased, uow: UnitOfWork) -> None:
        await erase_person(uow, event.person_id)

    told = [
        Subscription(
            rule.event, partial(hear, desk, rule), wants=rule.wants, one_at_a_time=concerned
        )
        for rule in RULES
    ]
    dated = [
        Subscription(event, change_calendars, one_at_a_time=concerned) for event, _ in CALENDAR
    ]
    return [*told, *dated, Subscription(PersonErased, erase)]


def concerned(event: Event) -> str:
    """Whom an event is about: what comes in at once about one person changes the same documents."""
    person = getattr(event, "person", None)
    return str(person.person_id if person else getattr(event, "person_id", event.subject))
