"""Everything this service hears: event in, use case out. What is told of which event is an email's.

Each handler converges under any duplication and order.
"""

from typing import Annotated, Any

from faststream import Context

from nextstep_contracts import Event, PersonErased
from nextstep_messaging import EventRouter, Unit
from notifications.calendar.dating import DATED, date_entry
from notifications.data_protection import erase_held
from notifications.emails.all_emails import EMAIL_OF, EVENT_EMAILS, TOLD_BY_NO_EMAIL
from notifications.hearing.act import Act, Notifications
from notifications.hearing.hear import hear
from notifications.hearing.meet import meet

router = EventRouter("notifications")
Here = Annotated[Notifications, Context()]


def concerned(event: Any) -> str:
    """Whom an event is about: what comes in at once about one person changes the same documents."""
    person = getattr(event, "person", None)
    return str(person.person_id if person else getattr(event, "person_id", event.subject))


async def told(event: Event, uow: Unit, here: Here) -> None:
    """Something that an email tells of."""
    await hear(Act(uow, here), EMAIL_OF[type(event)], event)


async def told_by_no_email(event: Any, uow: Unit, here: Here) -> None:
    """Something that says who a person is, and that nobody need be told of."""
    await meet(Act(uow, here), event.person, event)


async def dated(event: Event, uow: Unit, here: Here) -> None:
    """A session or slot was dated, changed or called off."""
    act = Act(uow, here)
    if (person := getattr(event, "person", None)) is not None:
        await meet(act, person, event)
    await date_entry(act, event)


@router.hears(PersonErased)
async def erased(event: PersonErased, uow: Unit) -> None:
    """A person is to be forgotten."""
    await erase_held(uow, event.person_id)


for email in EVENT_EMAILS:
    router.hears(email.event, in_line=concerned, wants=email.wants)(told)
for untold in TOLD_BY_NO_EMAIL:
    router.hears(untold, in_line=concerned)(told_by_no_email)
for dating in DATED:
    router.hears(dating, in_line=concerned)(dated)
