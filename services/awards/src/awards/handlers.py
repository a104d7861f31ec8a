"""What this service hears, and what its timers do: each folded into the record it is about."""

from collections.abc import Awaitable, Callable
from typing import Any

from awards.data_protection import erase_person
from awards.fellows.act import Awards
from awards.fellows.attendance import Presence, hear_attendance
from awards.fellows.emails import Email, hear_email
from awards.fellows.fellow import Fellow, hear_acceptance, hear_withdrawal
from awards.fellows.progress import Progress, hear_requirements, hear_standing
from awards.fellows.records import get, keep
from awards.graduation.membership import MEMBERSHIP_REMINDER, follow, remind
from awards.projects.attaching_a_poster import DELETE_POSTER, delete_poster
from nextstep_contracts import (
    ApplicationWithdrawn,
    EmailBounced,
    EmailSent,
    Event,
    PersonErased,
    PlaceAccepted,
    RequirementsMet,
    SessionAttended,
    SessionMissed,
    StandingChanged,
)
from nextstep_messaging import Subscription, Timer, TimerHandler, UnitOfWork

Here = Callable[[], Awards]
"""Asked when something arrives: the service is wired before it is whole."""


async def place_accepted(event: PlaceAccepted, uow: UnitOfWork, here: Awards) -> None:
    """Somebody is a Fellow, and is to be reminded when the membership ends."""
    known = await get(uow.collection, Fellow, event.person.person_id)
    after = hear_acceptance(known, event)
    if await keep(uow, known, after):
        await follow(uow, here, after)


async def application_withdrawn(event: ApplicationWithdrawn, uow: UnitOfWork, here: Awards) -> None:
    """Somebody is no Fellow any more."""
    known = await get(uow.collection, Fellow, event.person.person_id)
    after = hear_withdrawal(known, event)
    if await keep(uow, known, after):
        await follow(uow, here, after)


async def standing_changed(event: StandingChanged, uow: UnitOfWork, _here: Awards) -> None:
    """What is met and missing, in scheduling's words."""
    known = await get(uow.collection, Progress, event.person_id)
    await keep(uow, known, hear_standing(known, event))


async def requirements_met(event: RequirementsMet, uow: UnitOfWork, _here: Awards) -> None:
    """The attendance rules are met, or after a correction they are not."""
    known = await get(uow.collection, Progress, event.person_id)
    await keep(uow, known, hear_requirements(known, event))


async def attendance_recorded(
    event: SessionAttended | SessionMissed, uow: UnitOfWork, _here: Awards
) -> None:
    """Somebody was at a module, or was not."""
    known = await get(uow.collection, Presence, event.subject)
    await keep(uow, known, hear_attendance(known, event))


async def email_reported(event: EmailSent | EmailBounced, uow: UnitOfWork, _here: Awards) -> None:
    """An email that we caused arrived or did not."""
    known = await get(uow.collection, Email, event.email_id)
    await keep(uow, known, hear_email(known, event))


async def person_erased(event: PersonErased, uow: UnitOfWork, _here: Awards) -> None:
    """Names, texts and posters go."""
    await erase_person(uow, event.person_id)


def of_cohort(event: Any, here: Awards) -> bool:
    """One deployment serves one cohort."""
    return bool(event.cohort == here.cohort.id)


def fellow_left(event: ApplicationWithdrawn, here: Awards) -> bool:
    """Applicants who were no Fellows are of no interest here."""
    return of_cohort(event, here) and event.was_fellow


def at_module(event: SessionAttended | SessionMissed, here: Awards) -> bool:
    """Projects are presented at a module."""
    return of_cohort(event, here) and event.session_kind == "module"


def about_us(event: EmailSent | EmailBounced, _here: Awards) -> bool:
    """Only emails that follow from what this service said."""
    return event.cause_type.startswith("awards.")


def subscriptions(here: Here) -> list[Subscription]:
    """Everything the service hears."""

    def hears(
        event: type[Event],
        handler: Callable[[Any, UnitOfWork, Awards], Awaitable[None]],
        wants: Callable[[Any, Awards], bool] = lambda _event, _here: True,
    ) -> Subscription:
        return Subscription(
            event,
            lambda heard, uow: handler(heard, uow, here()),
            wants=lambda heard: wants(heard, here()),
        )

    return [
        hears(PlaceAccepted, place_accepted, of_cohort),
        hears(ApplicationWithdrawn, application_withdrawn, fellow_left),
        hears(StandingChanged, standing_changed, of_cohort),
        hears(RequirementsMet, requirements_met, of_cohort),
        hears(SessionAttended, attendance_recorded, at_module),
        hears(SessionMissed, attendance_recorded, at_module),
        hears(EmailSent, email_reported, about_us),
        hears(EmailBounced, email_reported, about_us),
        hears(PersonErased, person_erased),
    ]


def timers(here: Here) -> dict[str, TimerHandler]:
    """What happens when a moment comes."""

    def fires(handler: Callable[[Timer, UnitOfWork, Awards], Awaitable[None]]) -> TimerHandler:
        return lambda timer, uow: handler(timer, uow, here())

    return {MEMBERSHIP_REMINDER: fires(remind), DELETE_POSTER: fires(delete_poster)}
