"""Event or timer in, use case out."""

from applications.admissions.act import LEDGER, in_one_act, on
from applications.admissions.offers import OFFER_TIMER, REMINDER_TIMER
from applications.admissions.replying import lapse
from applications.data_protection import erase, free_place
from applications.intake.reconciliation.uploads import FORGET, forget_upload
from applications.office.emails import record_email
from applications.study_leave.reminding import remind
from nextstep_contracts import EmailBounced, EmailSent, PersonErased
from nextstep_messaging import Subscription, Timer, TimerHandler, UnitOfWork
from nextstep_programme import Cohort


def about_us(event: EmailSent | EmailBounced) -> bool:
    """Whether the email told of something that this service published."""
    return event.cause_type.startswith("applications.")


def addressee(event: EmailSent | EmailBounced) -> str:
    """A new Fellow is sent a dozen emails at once, and all of a person's are in one document."""
    return f"mail to {event.person_id}"


def subscriptions(cohort: Cohort) -> list[Subscription]:
    """What the service hears."""

    async def mail(event: EmailSent | EmailBounced, uow: UnitOfWork) -> None:
        await record_email(uow, event)

    async def erased(event: PersonErased, uow: UnitOfWork) -> None:
        await erase(uow, event.person_id)
        await in_one_act(uow, cohort, lambda act: free_place(act, event.person_id))

    return [
        Subscription(EmailSent, mail, wants=about_us, one_at_a_time=addressee),
        Subscription(EmailBounced, mail, wants=about_us, one_at_a_time=addressee),
        Subscription(PersonErased, erased, one_at_a_time=LEDGER),
    ]


def timers(cohort: Cohort) -> dict[str, TimerHandler]:
    """What happens when a moment comes."""

    async def offer_ends(timer: Timer, uow: UnitOfWork) -> None:
        await in_one_act(uow, cohort, on(timer.data["application_id"], lapse))

    async def reminder_due(timer: Timer, uow: UnitOfWork) -> None:
        await in_one_act(uow, cohort, on(timer.data["application_id"], remind))

    async def upload_ends(timer: Timer, uow: UnitOfWork) -> None:
        await forget_upload(uow, timer.data["upload_id"])

    return {OFFER_TIMER: offer_ends, REMINDER_TIMER: reminder_due, FORGET: upload_ends}
