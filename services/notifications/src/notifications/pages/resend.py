"""The office sends a mail again."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import Refused
from nextstep_messaging import UnitOfWork
from nextstep_web import actor_of, correlation_id, flash, read_form, redirect
from notifications.pages.mails import mail_page
from notifications.pages.site import Office, mail_path, site
from notifications.resending import resend

router = APIRouter(prefix="/notifications/mails", tags=["pages"])


class Resending(BaseModel):
    """Why a mail is sent again."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


@router.post("/{mail_id}/resend")
async def send_again(request: Request, mail_id: str, office: Office) -> Response:
    """Queue a failed or uncertain mail again; the audit trail remembers who and why."""
    form = await read_form(request, Resending)
    if not form.valid:
        return await mail_page(request, mail_id, form, 422)
    actor = actor_of(request, office)

    async def work(uow: UnitOfWork) -> str | None:
        return await resend(uow, actor, mail_id, form.data.reason)

    here = site(request)
    why_not = await here.messaging.transact(work, correlation_id=correlation_id(request))
    if why_not is not None:
        raise Refused(why_not)
    here.queued()
    flash(request, "The mail is queued again.")
    return redirect(mail_path(mail_id))
