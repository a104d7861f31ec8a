"""Giving an offered place back, and withdrawing: each asked once more before it is done."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import replying
from applications.admissions.act import on
from applications.admissions.application import Application
from applications.admissions.eligibility import is_late
from applications.web.access import Deciding
from applications.web.acting import applications_here, perform
from applications.web.own_application import HOME, must_be_allowed, own_application
from nextstep_web import Form, blank, flash, keep_session, read_form, redirect, render

router = APIRouter(prefix=HOME, tags=["pages"])


class Leaving(BaseModel):
    """Why somebody withdraws."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


class Declining(BaseModel):
    """Why somebody declines; they need not say."""

    reason: Annotated[str, Field(title="Reason", max_length=1000)] = ""


@router.get("/decline")
async def before_declining(request: Request, person: Deciding) -> Response:
    """Ask once more before a place is given back."""
    return _ask(request, "decline", await own_application(request, person), blank())


@router.post("/decline")
async def decline(request: Request, person: Deciding) -> Response:
    """Give the offered place back."""
    application = await own_application(request, person)
    form = await read_form(request, Declining)
    if not form.valid:
        return _ask(request, "decline", application, form, 422)
    must_be_allowed(application, "decline")
    await perform(request, person, on(application.id, replying.decline, form.data.reason))
    flash(request, "You have declined the place. Thank you for telling us.")
    return redirect(HOME)


@router.get("/withdraw")
async def before_withdrawing(request: Request, person: Deciding) -> Response:
    """Ask for the reason before somebody leaves."""
    return _ask(request, "withdraw", await own_application(request, person), blank())


@router.post("/withdraw")
async def withdraw(request: Request, person: Deciding) -> Response:
    """Leave, with a reason."""
    application = await own_application(request, person)
    form = await read_form(request, Leaving)
    if not form.valid:
        return _ask(request, "withdraw", application, form, 422)
    must_be_allowed(application, "withdraw", form.data.reason)
    await perform(request, person, on(application.id, replying.withdraw, form.data.reason))
    keep_session(request, person)
    flash(request, "You have withdrawn.")
    return redirect(HOME)


def _ask(
    request: Request, page: str, application: Application, form: Form[Any], status: int = 200
) -> Response:
    here = applications_here(request)
    return render(
        request,
        f"applications/{page}.html",
        status,
        application=application,
        cohort=here.cohort,
        before_deadline=not is_late(here.messaging.clock.now(), here.cohort),
        form=form,
    )
