"""Event in, use case out. Each handler converges under any duplication and order."""

from nextstep_contracts import (
    ApplicationWithdrawn,
    EmailBounced,
    EmailSent,
    FellowGraduated,
    PersonErased,
    PlaceAccepted,
)
from nextstep_messaging import Subscription, UnitOfWork
from scheduling import fellows, messages
from scheduling.commands import people
from scheduling.programme import Programme

WHO_IS_A_FELLOW = "who is a Fellow"
"""These handlers may all change the learning sets, which are one document."""


def subscriptions(programme: Programme) -> list[Subscription]:
    """What this service hears, for the cohort it runs."""
    cohort = programme.cohort.id

    def of_this_cohort(event: PlaceAccepted | FellowGraduated) -> bool:
        return event.cohort == cohort

    def left_this_cohort(event: ApplicationWithdrawn) -> bool:
        return event.cohort == cohort and event.was_fellow

    async def accepted(event: PlaceAccepted, uow: UnitOfWork) -> None:
        person_id = event.person.person_id
        await people.learn(uow, programme, person_id, lambda f: fellows.accept(f, event))

    async def withdrawn(event: ApplicationWithdrawn, uow: UnitOfWork) -> None:
        person_id = event.person.person_id
        await people.learn(uow, programme, person_id, lambda f: fellows.withdraw(f, event))

    async def graduated(event: FellowGraduated, uow: UnitOfWork) -> None:
        person_id = event.person.person_id
        await people.learn(uow, programme, person_id, lambda f: fellows.graduate(f, event))

    async def erased(event: PersonErased, uow: UnitOfWork) -> None:
        await people.erase(uow, programme, event.person_id, event.erased_at)

    together = WHO_IS_A_FELLOW
    return [
        Subscription(PlaceAccepted, accepted, wants=of_this_cohort, one_at_a_time=together),
        Subscription(
            ApplicationWithdrawn, withdrawn, wants=left_this_cohort, one_at_a_time=together
        ),
        Subscription(FellowGraduated, graduated, wants=of_this_cohort, one_at_a_time=together),
        Subscription(PersonErased, erased, one_at_a_time=together),
        Subscription(EmailSent, messages.heard, wants=messages.ours),
        Subscription(EmailBounced, messages.heard, wants=messages.ours),
    ]
