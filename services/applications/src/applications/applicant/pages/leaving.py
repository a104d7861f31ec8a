"""Giving an offered place back, and withdrawing: each asked once more before it is done."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import replying
from applications.admissions.act import on
from applications.web.access import Person
from applications.web.acting import perform
from applications.web.own_application import HOME, must_be_allowed, own_application
from nextstep_web import blank, flash, read_form, redirect, render

router = APIRouter(prefix=HOME, tags=["pages"])


class Leaving(BaseModel):
    """Why somebody withdraws."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


class Declining(BaseModel):
    """Why somebody declines; they need not say."""

    reason: Annotated[str, Field(title="Reason", max_length=1000)] = ""


@router.get("/decline")
async def before_declining(request: Request, person: Person) -> Response:
    """Ask once more before a place is given back."""
    application = await own_application(request, person)
    return render(request, "applications/decline.html", application=application, form=blank())


@router.post("/decline")
async def decline(request: Request, person: Person) -> Response:
    """Give the offered place back."""
    application = await own_application(request, person)
    form = await read_form(request, Declining)
    if not form.valid:
        return render(request, "applications/decline.html", 422, application=application, form=form)
    must_be_allowed(application, "decline")
    await perform(request, person, on(application.id, replying.decline, form.data.reason))
    flash(request, "You have declined the place. Thank you for telling us.")
    return redirect(HOME)


@router.get("/withdraw")
async def before_withdrawing(request: Request, person: Person) -> Response:
    """Ask for the reason before somebody leaves."""
    application = await own_application(request, person)
    return render(request, "applications/withdraw.html", application=application, form=blank())


@router.post("/withdraw")
async def withdraw(request: Request, person: Person) -> Response:
    """Leave, with a reason."""
    application = await own_application(request, person)
    form = await read_form(request, Leaving)
    if not form.valid:
        return render(
            request, "applications/withdraw.html", 422, application=application, form=form
        )
    must_be_allowed(application, "withdraw", form.data.reason)
    await perform(request, person, on(application.id, replying.withdraw, form.data.reason))
    flash(request, "You have withdrawn.")
    return redirect(HOME)
