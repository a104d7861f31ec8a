"""Everything this service hears: event in, use case out.

Each handler converges under any duplication and order.
"""

from collections.abc import Callable
from typing import Annotated

from faststream import Context

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    ConflictChanged,
    EmailBounced,
    EmailSent,
    EmployersChanged,
    FellowGraduated,
    PersonDataRequested,
    PersonErased,
    PlaceAccepted,
    RecusalChanged,
)
from nextstep_messaging import (
    ERASE_AGAIN,
    EventRouter,
    Timer,
    Unit,
    asked_of,
    forget_mentions_again,
    gathered,
    look_again,
    whom,
)
from nextstep_messaging.operating.audit.holding import hear_audit
from nextstep_web import hear_access
from nextstep_web.access_ended import close_for_erased
from nextstep_web.conflicts import hear_conflicts
from nextstep_web.employers import hear_employers
from nextstep_web.kept_conflicts import forget
from scheduling.calendar.announcing import seeded_calendar
from scheduling.completion.restanding import RECHECK, recheck_standings, restand
from scheduling.data_protection import erase_held, export_person, heeds_erasure, owner_of
from scheduling.fellows import who_is_a_fellow
from scheduling.fellows.act import Act, Scheduling
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import find_fellow, in_every_cohort, save_fellow
from scheduling.holdings import HOLDINGS
from scheduling.learning_sets.settling import resettle
from scheduling.office import emails
from scheduling.office.store import email_outcome, save_email_outcome

router = EventRouter("scheduling")
hear_access(router, owner_of)
hear_audit(router)
hear_conflicts(router, ConflictChanged, RecusalChanged)
Here = Annotated[Scheduling, Context()]
WHO_IS_A_FELLOW = "who is a Fellow"
"""These handlers may all change the learning sets, which are one document."""


def of_this_cohort(event: PlaceAccepted | FellowGraduated, here: Here) -> bool:
    """Of the cohort in hand."""
    return event.cohort == here.cohort.id


def left_this_cohort(event: ApplicationWithdrawn, here: Here) -> bool:
    """A Fellow of the cohort in hand, not just an applicant."""
    return event.cohort == here.cohort.id and event.was_fellow


def of_our_fellow(event: ApplicationAmended, here: Here) -> bool:
    """About a Fellow of the cohort in hand, not just an applicant."""
    return event.cohort == here.cohort.id and event.of_a_fellow


def about_our_email(event: EmailSent | EmailBounced) -> bool:
    """Caused by an event of this service."""
    return emails.ours(event)


@router.hears(PlaceAccepted, wants=of_this_cohort, in_line=WHO_IS_A_FELLOW)
async def accepted(event: PlaceAccepted, uow: Unit, here: Here) -> None:
    """Somebody is a Fellow now."""
    person_id = event.person.person_id
    await _learn(Act(uow, here), person_id, lambda f: who_is_a_fellow.accept(f, event))


@router.hears(ApplicationAmended, wants=of_our_fellow, in_line=WHO_IS_A_FELLOW)
async def amended(event: ApplicationAmended, uow: Unit, here: Here) -> None:
    """A Fellow may be called or reached otherwise: so we know them by that address, too."""
    person_id = event.person.person_id
    await _learn(Act(uow, here), person_id, lambda f: who_is_a_fellow.amend(f, event))


@router.hears(ApplicationWithdrawn, wants=left_this_cohort, in_line=WHO_IS_A_FELLOW)
async def withdrawn(event: ApplicationWithdrawn, uow: Unit, here: Here) -> None:
    """A Fellow left."""
    person_id = event.person.person_id
    await _learn(Act(uow, here), person_id, lambda f: who_is_a_fellow.withdraw(f, event))


@router.hears(FellowGraduated, wants=of_this_cohort, in_line=WHO_IS_A_FELLOW)
async def graduated(event: FellowGraduated, uow: Unit, here: Here) -> None:
    """A Fellow graduated."""
    person_id = event.person.person_id
    await _learn(Act(uow, here), person_id, lambda f: who_is_a_fellow.graduate(f, event))


@router.hears(EmployersChanged)
async def employers_changed(event: EmployersChanged, uow: Unit) -> None:
    """The office knows more of where people work."""
    await hear_employers(uow, event)


@router.hears(PersonErased, in_line=WHO_IS_A_FELLOW)
async def erased(event: PersonErased, uow: Unit, here: Here) -> None:
    """A person is to be forgotten; kept in mind even if nothing was heard of them yet."""
    known = await in_every_cohort(uow.collection, event.person_id)
    if not heeds_erasure(uow.sender, known=bool(known)):
        await forget(uow, event.person_id, by=uow.sender)  # a panellist who was kept from others
        return
    await erase_held(uow, event.person_id, event.erased_at)
    await look_again(uow, event.person_id)
    await close_for_erased(uow, event.person_id)
    act = Act(uow, here)
    if await find_fellow(act.read, here.cohort.id, event.person_id) is None:
        unknown = Fellow(cohort=here.cohort.id, person_id=event.person_id)
        await save_fellow(uow, who_is_a_fellow.erase(unknown, event.erased_at))
    await resettle(act)


@router.due(ERASE_AGAIN)
async def erase_once_more(timer: Timer, uow: Unit) -> None:
    """What was being written when somebody was erased has ended by now, and goes too."""
    await erase_held(uow, whom(timer), uow.now)
    await forget_mentions_again(uow, timer, HOLDINGS.written_in)


@router.hears(PersonDataRequested, wants=asked_of("scheduling"))
async def data_asked_for(event: PersonDataRequested, uow: Unit, here: Here) -> None:
    """Somebody asked for a copy of their data."""
    held = await export_person(here.messaging, event.person_id)
    uow.publish(gathered(event, held, uow.now))


@router.hears(EmailSent, wants=about_our_email)
@router.hears(EmailBounced, wants=about_our_email)
async def email_told(event: EmailSent | EmailBounced, uow: Unit) -> None:
    """An email of ours was sent, or came back."""
    known = await email_outcome(uow.collection, event.email_id)
    outcome = emails.outcome(known, event)
    if outcome is not None:
        await save_email_outcome(uow, outcome)


@router.due(RECHECK)
async def recheck(_timer: Timer, uow: Unit, here: Here) -> None:
    """A little after the calendar changed: look for whom that change could not see."""
    act = Act(uow, here)
    await recheck_standings(act)
    await resettle(act)


async def _learn(act: Act, person_id: str, fact: Callable[[Fellow], Fellow]) -> None:
    """Merge a fact about a person; their standing and the learning sets follow from it."""
    calendar = await seeded_calendar(act)
    known = await find_fellow(act.read, act.cohort.id, person_id)
    known = known or Fellow(cohort=act.cohort.id, person_id=person_id)
    learnt = fact(known)
    if learnt == known:
        return
    await save_fellow(act.uow, restand(act, learnt, calendar))
    await resettle(act)
