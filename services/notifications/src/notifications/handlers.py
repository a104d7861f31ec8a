"""Everything this service hears: event in, use case out. What is told of which event is an email's.

Each handler converges under any duplication and order.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from nextstep_contracts import Event, PersonErased
from nextstep_messaging import Subscription, UnitOfWork
from notifications.calendar.dating import DATED, date_entry
from notifications.data_protection import erase_held
from notifications.emails.registry import EMAIL_OF, EVENT_EMAILS, TOLD_BY_NO_EMAIL
from notifications.hearing.act import Act, Notifications
from notifications.hearing.hear import hear
from notifications.hearing.meet import meet


def concerned(event: Any) -> str:
    """Whom an event is about: what comes in at once about one person changes the same documents."""
    person = getattr(event, "person", None)
    return str(person.person_id if person else getattr(event, "person_id", event.subject))


async def told(event: Event, uow: UnitOfWork, here: Notifications) -> None:
    """Something that an email tells of."""
    await hear(Act(uow, here), EMAIL_OF[type(event)], event)


async def told_by_no_email(event: Any, uow: UnitOfWork, here: Notifications) -> None:
    """Something that says who a person is, and that nobody need be told of."""
    await meet(Act(uow, here), event.person, event)


async def dated(event: Event, uow: UnitOfWork, here: Notifications) -> None:
    """A session or slot was dated, changed or called off."""
    act = Act(uow, here)
    if (person := getattr(event, "person", None)) is not None:
        await meet(act, person, event)
    await date_entry(act, event)


async def erased(event: PersonErased, uow: UnitOfWork, _here: Notifications) -> None:
    """A person is to be forgotten."""
    await erase_held(uow, event.person_id)


def subscriptions(here: Callable[[], Notifications]) -> list[Subscription]:
    """What this service hears, for what the process holds once it is built."""

    def hears(
        event: type[Event],
        handler: Callable[[Any, UnitOfWork, Notifications], Awaitable[None]],
        wants: Callable[[Any], bool] | None = None,
        line: Callable[[Event], str] | None = concerned,
    ) -> Subscription:
        async def handle(heard: Any, uow: UnitOfWork) -> None:
            await handler(heard, uow, here())

        return Subscription(event, handle, wants=wants, one_at_a_time=line)

    return [
        *(hears(email.event, told, email.wants) for email in EVENT_EMAILS),
        *(hears(event, told_by_no_email) for event in TOLD_BY_NO_EMAIL),
        *(hears(event, dated) for event in DATED),
        hears(PersonErased, erased, line=None),
    ]
