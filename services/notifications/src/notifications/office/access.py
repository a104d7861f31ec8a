"""Who of the staff may see the office's pages, and in whose name the office acts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from nextstep_contracts import NoSuch
from nextstep_web import Principal, actor_of, correlation_id, here_of, require
from nextstep_web.conflicts import closed_people
from notifications.emails.all_emails import EMAILS
from notifications.emails.email import names_others
from notifications.hearing.act import Act, Notifications
from notifications.hearing.email_record import EmailBody, EmailRecord
from notifications.hearing.store import body, email
from notifications.office.store import is_kept_from

T = TypeVar("T")

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]


def notifications_of(request: Request) -> Notifications:
    """What the process holds that this request came to."""
    here: Notifications = here_of(request)
    return here


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case in one transaction, in the name of whoever asks.

    Raises:
        Refused: a rule says no; nothing is changed.

    """
    return await notifications_of(request).perform(
        use_case, actor_of(request, principal), correlation_id(request)
    )


async def email_here(request: Request, email_id: str) -> EmailRecord:
    """An email, for whoever asks.

    Raises:
        NoSuch: there is none, or it may tell of somebody of whom they must learn nothing.

    """
    closed = await closed_people(request)
    record = await email(notifications_of(request).db.read, email_id)
    if record is None or is_kept_from(closed, record):
        raise NoSuch("There is no such email.")
    return record


async def body_here(request: Request, record: EmailRecord) -> EmailBody | None:
    """The words of an email, as far as whoever asks may read them.

    Who must learn nothing of somebody reads no words in which anybody else may be named, whether or
    not that person is.
    """
    if await closed_people(request) and names_others(EMAILS[record.template]):
        return None
    return await body(notifications_of(request).db.read, record.email_id)
