"""What this service hears, and what its timers do: each folded into the record it is about."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from faststream import Context

from awards.data_protection import (
    erase_held,
    heard_erasure,
    held_files,
    owner_of,
    told_of_person,
)
from awards.fellows.act import Awards
from awards.fellows.attendance import Presence, hear_attendance
from awards.fellows.emails import Email, hear_email
from awards.fellows.fellow import Fellow, hear_acceptance, hear_amendment, hear_withdrawal
from awards.fellows.progress import Progress, hear_requirements, hear_standing
from awards.fellows.records import get, keep
from awards.graduation.membership import MEMBERSHIP_REMINDER, follow, remind
from awards.holdings import HOLDINGS
from awards.panel.saying_recusals import say_recusals
from awards.projects.attaching_a_poster import DELETE_POSTER, delete_poster
from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    ConflictChanged,
    EmailBounced,
    EmailSent,
    EmployersChanged,
    PersonDataRequested,
    PersonErased,
    PersonFileRequested,
    PlaceAccepted,
    RequirementsMet,
    SessionAttended,
    SessionMissed,
    StandingChanged,
)
from nextstep_contracts.applications import ApplicationEvent
from nextstep_messaging import (
    ERASE_AGAIN,
    EventRouter,
    Timer,
    Unit,
    UnitOfWork,
    asked_of,
    forget_mentions_again,
    gathered,
    listed,
    look_again,
    pieces_of,
    whom,
)
from nextstep_messaging.operating.audit.holding import hear_audit
from nextstep_web import hear_access
from nextstep_web.access_ended import close_for_erased
from nextstep_web.conflicts import hear
from nextstep_web.employers import hear_employers

E = TypeVar("E", bound=ApplicationEvent)
router = EventRouter("awards")
hear_access(router, owner_of)
hear_audit(router)
Here = Annotated[Awards, Context()]


def of_cohort(event: Any, here: Here) -> bool:
    """One deployment serves one cohort."""
    return bool(event.cohort == here.cohort.id)


def of_a_fellow(event: ApplicationAmended, here: Here) -> bool:
    """Applicants who are no Fellows are of no interest here."""
    return of_cohort(event, here) and event.of_a_fellow


def fellow_left(event: ApplicationWithdrawn, here: Here) -> bool:
    """Applicants who were no Fellows are of no interest here."""
    return of_cohort(event, here) and event.was_fellow


def at_module(event: SessionAttended | SessionMissed, here: Here) -> bool:
    """Projects are presented at a module."""
    return of_cohort(event, here) and event.session_kind == "module"


def about_us(event: EmailSent | EmailBounced) -> bool:
    """Only emails that follow from what this service said."""
    return event.cause_type.startswith("awards.")


@router.hears(PlaceAccepted, wants=of_cohort)
async def place_accepted(event: PlaceAccepted, uow: Unit, here: Here) -> None:
    """Somebody is a Fellow, and is to be reminded when the membership ends."""
    await _learn(uow, here, event, hear_acceptance)


@router.hears(ApplicationAmended, wants=of_a_fellow)
async def application_amended(event: ApplicationAmended, uow: Unit, here: Here) -> None:
    """A Fellow may be called or reached otherwise: so we know them by that address, too."""
    await _learn(uow, here, event, hear_amendment)


@router.hears(ApplicationWithdrawn, wants=fellow_left)
async def application_withdrawn(event: ApplicationWithdrawn, uow: Unit, here: Here) -> None:
    """Somebody is no Fellow any more."""
    await _learn(uow, here, event, hear_withdrawal)


@router.hears(StandingChanged, wants=of_cohort)
async def standing_changed(event: StandingChanged, uow: Unit) -> None:
    """What is met and missing, in scheduling's words."""
    known = await get(uow.collection, Progress, event.person_id)
    await keep(uow, known, hear_standing(known, event))


@router.hears(RequirementsMet, wants=of_cohort)
async def requirements_met(event: RequirementsMet, uow: Unit) -> None:
    """The attendance rules are met, or after a correction they are not."""
    known = await get(uow.collection, Progress, event.person_id)
    await keep(uow, known, hear_requirements(known, event))


@router.hears(SessionAttended, wants=at_module)
@router.hears(SessionMissed, wants=at_module)
async def attendance_recorded(event: SessionAttended | SessionMissed, uow: Unit) -> None:
    """Somebody was at a module, or was not."""
    known = await get(uow.collection, Presence, event.subject)
    await keep(uow, known, hear_attendance(known, event))


@router.hears(ConflictChanged)
async def conflict_elsewhere(event: ConflictChanged, uow: Unit, here: Here) -> None:
    """A conflict with an applicant, which suggests one with their project."""
    await hear(uow, event)
    await say_recusals(uow, here)


@router.hears(EmployersChanged)
async def employers_changed(event: EmployersChanged, uow: Unit, here: Here) -> None:
    """The office knows more of where people work, which suggests conflicts or no longer does."""
    if await hear_employers(uow, event):
        await say_recusals(uow, here)


@router.hears(EmailSent, wants=about_us)
@router.hears(EmailBounced, wants=about_us)
async def email_reported(event: EmailSent | EmailBounced, uow: Unit) -> None:
    """An email that we caused arrived or did not."""
    known = await get(uow.collection, Email, event.email_id)
    await keep(uow, known, hear_email(known, event))


@router.hears(PersonErased)
async def person_erased(event: PersonErased, uow: Unit) -> None:
    """Names, texts and posters go."""
    if await heard_erasure(uow, event.person_id):
        await look_again(uow, event.person_id)
        await close_for_erased(uow, event.person_id)


@router.due(ERASE_AGAIN)
async def erase_once_more(timer: Timer, uow: Unit) -> None:
    """What was being written when somebody was erased has ended by now, and goes too."""
    await erase_held(uow, whom(timer))
    await forget_mentions_again(uow, timer, HOLDINGS.written_in)


@router.hears(PersonDataRequested, wants=asked_of("awards"))
async def data_asked_for(event: PersonDataRequested, uow: Unit, here: Here) -> None:
    """Somebody asked for a copy of their data."""
    held = await told_of_person(here, event.person_id)
    files = await held_files(here.read, event.person_id)
    uow.publish(gathered(event, held, uow.now, await listed(here.messaging.db.files, files)))


@router.hears(PersonFileRequested, wants=asked_of("awards"), prefetch=1)
async def file_asked_for(event: PersonFileRequested, uow: Unit, here: Here) -> None:
    """Pieces of one of their posters are wanted; some megabytes, so one question at a time."""
    files = await held_files(here.read, event.person_id)
    for piece in await pieces_of(here.messaging.db.files, event, files):
        uow.publish(piece)


@router.due(MEMBERSHIP_REMINDER)
async def membership_ends(timer: Timer, uow: Unit, here: Here) -> None:
    """A membership is about to end."""
    await remind(timer, uow, here)


@router.due(DELETE_POSTER)
async def poster_goes(timer: Timer, uow: Unit, here: Here) -> None:
    """A poster that was replaced, or whose author was erased, is deleted."""
    await delete_poster(timer, uow, here)


async def _learn(
    uow: UnitOfWork, here: Awards, event: E, fact: Callable[[Fellow | None, E], Fellow]
) -> None:
    """Merge a fact about a Fellow; whether they are reminded, and who is like them, follows."""
    known = await get(uow.collection, Fellow, event.person.person_id)
    after = fact(known, event)
    if await keep(uow, known, after):
        await follow(uow, here, after)
        if known is not None:  # else no project has them as an author yet
            await say_recusals(uow, here)
