"""Event or timer in, use case out."""

from typing import Annotated

from faststream import Context

from applications.admissions.act import LEDGER, Applications, in_one_act, on
from applications.admissions.offers import OFFER_TIMER, REMINDER_TIMER
from applications.admissions.replying import lapse
from applications.data_protection import erase, free_place
from applications.intake.reconciliation.uploads import FORGET, forget_upload
from applications.office.recording_emails import record_email
from applications.study_leave.reminding import remind
from nextstep_contracts import EmailBounced, EmailSent, PersonErased
from nextstep_messaging import EventRouter, Timer, Unit

router = EventRouter("applications")
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


@router.hears(PersonErased, in_line=LEDGER)
async def erased(event: PersonErased, uow: Unit, here: Here) -> None:
    """A person is to be forgotten; the place that they held goes to the next."""
    await erase(uow, event.person_id)
    await in_one_act(uow, here.cohort, lambda act: free_place(act, event.person_id))


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
