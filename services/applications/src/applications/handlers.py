"""Event or timer in, use case out."""

from datetime import timedelta
from typing import Annotated

from faststream import Context

from applications.admissions.act import LEDGER, Applications, in_one_act, on
from applications.admissions.offers import OFFER_TIMER, REMINDER_TIMER
from applications.admissions.replying import lapse
from applications.data_protection import erase, free_place, heeds_erasure, is_known, owner_of
from applications.data_requests.gathering import (
    ASK_AGAIN,
    FORGET_GATHERED,
    ask_again,
    forget_gathered,
    keep_part,
    keep_piece,
)
from applications.holdings import ABOUT_OTHERS, HOLDINGS
from applications.intake.quarantine.erasing import (
    ERASE_UNOWNED,
    erase_unowned,
    look_by_digests,
    sent_by,
)
from applications.intake.reconciliation.uploads import FORGET, forget_upload
from applications.office.recording_emails import record_email
from applications.study_leave.following_the_calendar import follow
from applications.study_leave.reminding import remind
from nextstep_contracts import (
    EmailBounced,
    EmailSent,
    PersonDataGathered,
    PersonErased,
    PersonFilePiece,
    RecusalChanged,
    SessionCancelled,
    SessionChanged,
    SessionScheduled,
)
from nextstep_messaging import (
    ERASE_AGAIN,
    EventRouter,
    Timer,
    Unit,
    forget_mentions_again,
    look_again,
    whom,
)
from nextstep_messaging.operating.audit.holding import hear_audit
from nextstep_web import hear_access
from nextstep_web.access_ended import close_for_erased
from nextstep_web.conflicts import hear_conflicts
from nextstep_web.kept_conflicts import forget

router = EventRouter("applications")
hear_access(router, owner_of)
hear_audit(router)
hear_conflicts(router, RecusalChanged)
Here = Annotated[Applications, Context()]


def about_us(event: EmailSent | EmailBounced) -> bool:
    """Whether the email told of something that this service published."""
    return event.cause_type.startswith("applications.")


def addressee(event: EmailSent | EmailBounced) -> str:
    """A new Fellow is sent a dozen emails at once, and all of a person's are in one document."""
    return f"email to {event.person_id}"


@router.hears(EmailSent, wants=about_us, in_line=addressee)
@router.hears(EmailBounced, wants=about_us, in_line=addressee)
async def email_reported(event: EmailSent | EmailBounced, uow: Unit) -> None:
    """An email that we caused arrived or did not."""
    await record_email(uow, event)


@router.hears(SessionScheduled, in_line=LEDGER)
@router.hears(SessionChanged, in_line=LEDGER)
@router.hears(SessionCancelled, in_line=LEDGER)
async def calendar_changed(
    event: SessionScheduled | SessionChanged | SessionCancelled, uow: Unit, here: Here
) -> None:
    """A session has a day, another day, or none any more: study leave follows."""
    await in_one_act(uow, here.cohort, lambda act: follow(act, event))


@router.hears(PersonErased, in_line=LEDGER)
async def erased(event: PersonErased, uow: Unit, here: Here) -> None:
    """A person is to be forgotten; the place that they held goes to the next."""
    if not heeds_erasure(uow.sender, known=await is_known(uow, event.person_id)):
        await forget(uow, event.person_id, by=uow.sender)  # a panellist who was kept from others
        return
    await erase(uow, event.person_id)
    await look_again(uow, event.person_id)
    await close_for_erased(uow, event.person_id)
    await in_one_act(uow, here.cohort, lambda act: free_place(act, event.person_id))


def of_request(event: PersonDataGathered | PersonFilePiece) -> str:
    """What comes for one request is noted in one document."""
    return f"answers to {event.request_id}"


@router.hears(PersonDataGathered, in_line=of_request)
async def data_gathered(event: PersonDataGathered, uow: Unit) -> None:
    """A service says what it holds about somebody who asked."""
    await keep_part(uow, event)


@router.hears(PersonFilePiece, in_line=of_request, prefetch=2)  # each is 1.4 MB
async def piece_came(event: PersonFilePiece, uow: Unit, here: Here) -> None:
    """A service gives a piece of a file of somebody who asked."""
    await keep_piece(uow, here.db.files, event)


@router.due(ASK_AGAIN)
async def not_answered(timer: Timer, uow: Unit) -> None:
    """Not everything that a request needs has come."""
    await ask_again(uow, timer.data["request_id"], timedelta(seconds=timer.data["wait"]))


@router.due(FORGET_GATHERED)
async def gathered_for_long_enough(timer: Timer, uow: Unit) -> None:
    """What came for a request was kept long enough."""
    await forget_gathered(uow, timer.data["request_id"])


@router.due(ERASE_AGAIN)
async def erase_again(timer: Timer, uow: Unit) -> None:
    """What was being written when somebody was erased has ended by now, and goes too."""
    await erase(uow, whom(timer))
    await look_by_digests(uow)
    applied = await is_known(uow, whom(timer))
    await forget_mentions_again(uow, timer, ABOUT_OTHERS if applied else HOLDINGS.written_in)


@router.due(ERASE_UNOWNED)
async def unowned_of_erased(timer: Timer, uow: Unit, here: Here) -> None:
    """An erased person may have sent what nobody could read."""
    addresses, after = timer.data["addresses"], timer.data.get("after", "")
    seen = await erase_unowned(uow, here.db, await sent_by(here.db, addresses), after)
    if seen is not None:
        going_on = {"addresses": addresses, "after": seen}
        await uow.schedule(timer.key, ERASE_UNOWNED, uow.now, going_on)


@router.due(OFFER_TIMER)
async def offer_ends(timer: Timer, uow: Unit, here: Here) -> None:
    """An offer's time is up."""
    await in_one_act(uow, here.cohort, on(timer.data["application_id"], lapse))


@router.due(REMINDER_TIMER)
async def reminder_due(timer: Timer, uow: Unit, here: Here) -> None:
    """It is time to look at what is missing of a Fellow's study leave."""
    await in_one_act(uow, here.cohort, on(timer.data["application_id"], remind))


@router.due(FORGET)
async def upload_ends(timer: Timer, uow: Unit) -> None:
    """An export that was uploaded to be compared is forgotten."""
    await forget_upload(uow, timer.data["upload_id"])
