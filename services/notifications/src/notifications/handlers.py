"""Everything this service hears: event in, use case out. What is told of which event is an email's.

Each handler converges under any duplication and order.
"""

from typing import Annotated, Any

from faststream import Context

from nextstep_contracts import (
    ConflictChanged,
    Event,
    LinkRequested,
    PersonDataRequested,
    PersonErased,
    RecusalChanged,
)
from nextstep_messaging import (
    ERASE_AGAIN,
    EventRouter,
    NotEntitledError,
    Timer,
    Unit,
    asked_of,
    gathered,
    look_again,
    whom,
)
from nextstep_messaging.operating.audit.holding import hear_audit
from nextstep_web import hear_access
from nextstep_web.access_ended import close_for_erased
from nextstep_web.conflicts import hear_conflicts
from nextstep_web.link_requests import counted
from notifications.calendar.dating import DATED, date_entry
from notifications.data_protection import erase_again, erase_held, export_person, owner_of
from notifications.emails.all_emails import EMAIL_OF, EVENT_EMAILS, TOLD_BY_NO_EMAIL
from notifications.hearing.act import Act, Notifications
from notifications.hearing.hear import hear
from notifications.hearing.meet import meet

router = EventRouter("notifications")
hear_access(router, owner_of)
hear_audit(router)
hear_conflicts(router, ConflictChanged, RecusalChanged)
Here = Annotated[Notifications, Context()]


def concerned(event: Any) -> str:
    """Whom an event is about: what comes in at once about one person changes the same documents."""
    person = getattr(event, "person", None)
    return str(person.person_id if person else getattr(event, "person_id", event.subject))


async def told(event: Event, uow: Unit, here: Here) -> None:
    """Something that an email tells of."""
    await hear(Act(uow, here), EMAIL_OF[type(event)], event)


async def link_asked_for(event: LinkRequested, uow: Unit, here: Here) -> None:
    """A fresh link is wanted. Whoever asks in several services at once is sent no more for it.

    Raises:
        NotEntitledError: a service asks for a link to another's page.

    """
    if event.service != uow.sender:
        raise NotEntitledError(f"{uow.sender} may not ask for a link to a page of {event.service}")
    if event.requested_by == "office" or await counted(uow, event.person_id):
        await told(event, uow, here)


async def told_by_no_email(event: Any, uow: Unit, here: Here) -> None:
    """Something that says who a person is, and that nobody need be told of."""
    await meet(Act(uow, here), event.person, event)


async def dated(event: Event, uow: Unit, here: Here) -> None:
    """A session or slot was dated, changed or called off."""
    act = Act(uow, here)
    if (person := getattr(event, "person", None)) is not None:
        await meet(act, person, event)
    await date_entry(act, event)


@router.hears(PersonErased, in_line=concerned)
async def erased(event: PersonErased, uow: Unit) -> None:
    """A person is to be forgotten."""
    if await erase_held(uow, event.person_id):
        await look_again(uow, event.person_id)
        await close_for_erased(uow, event.person_id)


@router.due(ERASE_AGAIN)
async def erase_once_more(timer: Timer, uow: Unit) -> None:
    """What was being kept when somebody was erased has been by now, and goes too."""
    await erase_again(uow, whom(timer))


@router.hears(PersonDataRequested, wants=asked_of("notifications"))
async def data_asked_for(event: PersonDataRequested, uow: Unit, here: Here) -> None:
    """Somebody asked for a copy of their data."""
    held = await export_person(here.messaging, event.person_id)
    uow.publish(gathered(event, held, uow.now))


for email in EVENT_EMAILS:
    handler = link_asked_for if email.event is LinkRequested else told
    router.hears(email.event, in_line=concerned, wants=email.wants)(handler)
for untold in TOLD_BY_NO_EMAIL:
    router.hears(untold, in_line=concerned)(told_by_no_email)
for dating in DATED:
    router.hears(dating, in_line=concerned)(dated)
