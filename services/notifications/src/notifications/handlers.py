"""Events in, use cases out. Which events, and what follows, is the policy's table."""

from collections.abc import Awaitable, Callable
from functools import partial

from nextstep_contracts import Event, PersonErased
from nextstep_messaging import Subscription, UnitOfWork
from notifications.commands import Desk, date_entry, hear, meet
from notifications.people import erase_person
from notifications.policy import CALENDAR, RULES

Handler = Callable[[Event, UnitOfWork], Awaitable[None]]


def subscriptions(desk: Desk, wake: Callable[[], None]) -> list[Subscription]:
    """Everything the service hears. `wake` tells the workers that there will be work."""

    def waking(handle: Handler) -> Handler:
        async def handled(event: Event, uow: UnitOfWork) -> None:
            await handle(event, uow)
            wake()

        return handled

    async def change_calendars(event: Event, uow: UnitOfWork) -> None:
        if (person := getattr(event, "person", None)) is not None:
            await meet(desk, uow, person, event)
        await date_entry(event, uow)

    async def erase(event: PersonErased, uow: UnitOfWork) -> None:
        await erase_person(uow, event.person_id)

    told = [
        Subscription(rule.event, waking(partial(hear, desk, rule)), wants=rule.wants)
        for rule in RULES
    ]
    dated = [Subscription(event, waking(change_calendars)) for event, _ in CALENDAR]
    return [*told, *dated, Subscription(PersonErased, erase)]
