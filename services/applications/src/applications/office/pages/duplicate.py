"""The office says that two applications are the same person."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.act import on
from applications.admissions.application import Application
from applications.admissions.store import Read, find_application
from applications.office.duplicates import merge
from applications.office.pages.list_query import look
from applications.office.store import duplicates_of
from applications.web.access import Office, conflict_free
from applications.web.acting import find_application_here, perform
from applications.web.cells import application_path
from nextstep_web import Form, blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)


class Same(BaseModel):
    """Which application counts, and why they are one person's."""

    reference: Annotated[str, Field(title="Reference of the application that counts")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{application_id}/duplicate")
async def before_merging(request: Request, _: Office, application_id: str) -> Response:
    """Ask which application counts."""
    return await _page(request, application_id, blank())


@router.post("/{application_id}/duplicate")
async def say_same(request: Request, office: Office, application_id: str) -> Response:
    """Make this one the duplicate of another."""
    form = await read_form(request, Same)
    counts = await _by_reference(request, form.value("reference"))
    if counts is None:
        form.refuse("reference", "There is no application with this reference")
    if counts is None or not form.valid:
        return await _page(request, application_id, form, 422)
    await perform(request, office, on(application_id, merge, counts, form.data.reason))
    flash(request, "Recorded. This is the application that counts.")
    return redirect(application_path(counts))


async def same_person(
    read: Read, application: Application, hidden: Collection[str]
) -> list[dict[str, Any]]:
    """The application that counts, or the duplicates of this one, to open; but for `hidden`."""
    found = [
        {"text": f"Duplicate: {one.reference}", "href": application_path(one.id)}
        for one in await duplicates_of(read, application.id)
        if one.id not in hidden
    ]
    counting = application.duplicate_of
    if counting and counting not in hidden and (counts := await find_application(read, counting)):
        text = f"This is a duplicate of {counts.reference}"
        found.append({"text": text, "href": application_path(counts.id)})
    return found


async def _by_reference(request: Request, reference: str) -> str | None:
    """The id of the application with a reference, of those that whoever asks may see."""
    wanted, seen = reference.strip().upper(), await look(request)
    return next((card.id for card in seen.cards if card.reference == wanted), None)


async def _page(
    request: Request, application_id: str, form: Form[Any], status: int = 200
) -> Response:
    application = await find_application_here(request, application_id)
    return render(
        request, "applications/duplicate.html", status, application=application, form=form
    )
