"""The office adds a note to an application."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.act import on
from applications.office.adding_a_note import add_note
from applications.office.note import LONGEST
from applications.office.pages.list_query import back_to
from applications.web.access import Office, conflict_free
from applications.web.acting import perform
from nextstep_web import NotServed, flash, read_form, redirect

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)


class Note(BaseModel):
    """What is written."""

    text: Annotated[str, Field(title="Note", max_length=LONGEST)]
    known: Annotated[int | None, Field(title="Notes")] = None
    """How many notes the page showed."""


@router.post("/{application_id}/notes")
async def add(request: Request, office: Office, application_id: str) -> Response:
    """Add a note."""
    form = await read_form(request, Note)
    if not form.valid:
        raise NotServed(f"Write a note of at most {LONGEST:,} characters. Go back to it.", 422)
    await perform(request, office, on(application_id, add_note, form.data.text, form.data.known))
    flash(request, "The note is kept.")
    return redirect(f"{back_to(request, application_id)}#notes")
