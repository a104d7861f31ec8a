"""The office sends an email again."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_web import flash, read_form, redirect
from nextstep_web.conflicts import ClosedPeople
from notifications.office.access import Office, perform
from notifications.office.pages.cells import email_path
from notifications.office.pages.emails import email_page
from notifications.office.resending import resend

router = APIRouter(prefix="/notifications/mails", tags=["pages"])


class Resending(BaseModel):
    """Why an email is sent again."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


@router.post("/{email_id}/resend")
async def send_again(
    request: Request, email_id: str, office: Office, closed: ClosedPeople
) -> Response:
    """Queue a failed or uncertain email again; the audit trail remembers who and why."""
    form = await read_form(request, Resending)
    if not form.valid:
        return await email_page(request, email_id, form, 422)
    await perform(request, office, lambda act: resend(act, email_id, form.data.reason, closed))
    flash(request, "The email is queued again.")
    return redirect(email_path(email_id))
