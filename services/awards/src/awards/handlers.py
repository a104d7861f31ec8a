"""What this service hears. Each handler loads, folds the event in and saves if it changed."""

from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Any

from awards import emails, fellows, people, store
from awards.commands import membership
from awards.emails import Email
from awards.fellows import Fellow, Presence, Progress
from awards.records import Record
from awards.terms import Terms
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
from nextstep_messaging import Subscription, UnitOfWork

Fold = Callable[[Any, Any], Record]
Handler = Callable[[Any, UnitOfWork], Awaitable[None]]


def _keeps(kind: type[Record], key: Callable[[Any], str], fold: Fold) -> Handler:
    """A handler that folds an event into the record it is about."""

    async def handle(event: Event, uow: UnitOfWork) -> None:
        known = await store.get(uow.collection, kind, key(event))
        after = fold(known, event)
        if after != known:
            await store.save(uow, after)

    return handle


def _follows(terms: Terms, fold: Callable[[Fellow | None, Any], Fellow]) -> Handler:
    """A handler that folds an event into a Fellow, and keeps their reminder in step."""

    async def handle(event: PlaceAccepted | ApplicationWithdrawn, uow: UnitOfWork) -> None:
        known = await store.get(uow.collection, Fellow, event.person.person_id)
        after = fold(known, event)
        if after != known:
            await store.save(uow, after)
            await membership.follow(uow, terms, after)

    return handle


async def _erased(event: PersonErased, uow: UnitOfWork) -> None:
    await people.erase_person(uow, event.person_id)


def _ours(event: EmailSent | EmailBounced) -> bool:
    return event.cause_type.startswith("awards.")


def subscriptions(terms: Terms) -> list[Subscription]:
    """Everything the service hears, for the cohort it serves."""

    def of_cohort(event: Any) -> bool:
        return bool(event.cohort == terms.cohort.id)

    def fellow_left(event: ApplicationWithdrawn) -> bool:
        return of_cohort(event) and event.was_fellow

    def at_module(event: SessionAttended | SessionMissed) -> bool:
        return of_cohort(event) and event.session_kind == "module"

    accepted = _follows(terms, fellows.hear_acceptance)
    withdrawn = _follows(terms, fellows.hear_withdrawal)
    standing = _keeps(Progress, attrgetter("person_id"), fellows.hear_standing)
    requirements = _keeps(Progress, attrgetter("person_id"), fellows.hear_requirements)
    attendance = _keeps(Presence, attrgetter("subject"), fellows.hear_attendance)
    email = _keeps(Email, attrgetter("email_id"), emails.hear_email)
    return [
        Subscription(PlaceAccepted, accepted, wants=of_cohort),
        Subscription(ApplicationWithdrawn, withdrawn, wants=fellow_left),
        Subscription(StandingChanged, standing, wants=of_cohort),
        Subscription(RequirementsMet, requirements, wants=of_cohort),
        Subscription(SessionAttended, attendance, wants=at_module),
        Subscription(SessionMissed, attendance, wants=at_module),
        Subscription(EmailSent, email, wants=_ours),
        Subscription(EmailBounced, email, wants=_ours),
        Subscription(PersonErased, _erased),
    ]
