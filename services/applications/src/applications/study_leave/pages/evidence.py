"""Evidence of study leave: files that a Fellow sends, for one date or in general."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from applications.admissions.act import on
from applications.admissions.application import Application, Evidence
from applications.documents.pages.document import KINDS, bytes_of, file_answer, standing_tags
from applications.documents.pages.uploading import kept_files
from applications.study_leave.quota import allowance, refuse_beyond
from applications.study_leave.reminding import add_evidence
from applications.study_leave.store import calendar_of
from applications.web.access import Evidencing, Reader, conflict_free
from applications.web.acting import applications_here, find_application_here, perform
from applications.web.cells import application_path
from applications.web.own_application import own_application
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_documents.inspection import LARGEST
from nextstep_programme import Cohort
from nextstep_web import Form, blank, flash, redirect, render
from nextstep_web.answers import files
from nextstep_web.display import day, size

router = APIRouter(prefix="/applications", tags=["pages"])

PAGE = "/applications/me/evidence"
GENERAL = "general"
SEVERAL = "Several dates, or all"
UNSCANNED = "No virus scanner has looked at this file yet. Download it only if you must."
UPLOAD_LIMIT = LARGEST + 1024 * 1024
"""Bytes of one upload: a file and what a form adds."""


@router.get("/me/evidence")
async def before_sending(request: Request, person: Evidencing) -> Response:
    """What was sent, and the form to send more."""
    application = await _fellow(request, person)
    asked = request.query_params.get("session")
    return await _page(request, application, blank(session=asked))


@router.post("/me/evidence", max_body_size=UPLOAD_LIMIT)
async def send(request: Request, person: Evidencing) -> Response:
    """Keep one file."""
    application = await _fellow(request, person)
    sent = await request.form()
    form: Form[Any] = Form({"session": [str(sent.get("session", ""))]}, None, {})
    given, about = sent.get("file"), form.value("session")
    dates = await _dates(request)
    if about not in {GENERAL, *(session["value"] for session in dates)}:
        form.refuse("session", "Choose what the file is about")
    if not isinstance(given, UploadFile) or not given.filename:
        form.refuse("file", "Choose a file first")
    elif not form.errors:
        try:
            refuse_beyond(application.leave_evidence, given.size or 0)
            fault = await _keep(request, person, application, about, given)
        except AlreadySo:
            raise
        except Refused as no:
            application = await _fellow(request, person)  # another file may have come meanwhile
            form.show(no)
        else:
            if fault:
                form.refuse("file", f"We could not use this file: {fault}.")
    if form.errors:
        return await _page(request, application, form, status=422)
    flash(request, "Thank you. We have your file.")
    return redirect(PAGE)


async def _keep(
    request: Request, person: Any, application: Application, about: str, given: UploadFile
) -> str | None:
    """Inspect the file as any document is, and keep it; why it cannot be used, if it cannot."""
    owner = f"{application.id}:evidence:{uuid4().hex}"
    async with kept_files(request, person, owner, {about: given}) as documents:
        document = documents[about]
        if document.problem:
            return document.problem
        key = None if about == GENERAL else about
        evidence = (Evidence(**document.model_dump(), session_key=key),)
        await perform(request, person, on(application.id, add_evidence, evidence))
    return None


@router.get(
    "/application/{application_id}/evidence/{number}",
    dependencies=[Depends(conflict_free)],
    responses=files(*KINDS),
)
async def download(request: Request, _: Reader, application_id: str, number: int) -> Response:
    """A file for the office, counted from 1. It is never shown inside a page."""
    application = await find_application_here(request, application_id)
    if not 1 <= number <= len(application.leave_evidence):
        raise NoSuch("There is no such file.")
    held = application.leave_evidence[number - 1]
    return file_answer(application, held, await bytes_of(request, held), "attachment")


def evidence_link(application: Application, number: int, text: str) -> dict[str, str]:
    """A link to download a file that has one; else the text alone."""
    href = f"{application_path(application.id)}/evidence/{number}"
    usable = application.leave_evidence[number - 1].usable
    return {"text": text, "href": href} if usable else {"text": text}


def evidence_rows(application: Application, cohort: Cohort) -> list[dict[str, Any]]:
    """Every file of a Fellow as the office sees it, with what speaks against opening it."""
    titles = {session.key: session.title for session in cohort.sessions}
    return [
        {
            "about": titles.get(held.session_key or "", SEVERAL),
            "file": evidence_link(application, number, held.name),
            "size": size(held.size),
            "standing": standing_tags(held),
            "sent": held.sent_at,
            "problem": {
                "text": held.problem or (UNSCANNED if held.scan == "unscanned" else ""),
                "hint": " ".join(held.notes),
            },
        }
        for number, held in enumerate(application.leave_evidence, start=1)
    ]


async def _fellow(request: Request, person: Any) -> Application:
    application = await own_application(request, person)
    if application.state != "accepted":
        raise Refused("Evidence of study leave is sent once a place is accepted.")
    return application


async def _dates(request: Request) -> list[dict[str, str]]:
    here = applications_here(request)
    calendar = await calendar_of(here.db.read, here.cohort)
    sessions = [s for s in calendar.sessions if s.on is not None]
    return [{"value": s.key, "text": f"{day(s.on)}: {s.title}"} for s in sessions]


async def _page(
    request: Request, application: Application, form: Form[Any], *, status: int = 200
) -> Response:
    dates = await _dates(request)
    titles = {one["value"]: one["text"] for one in dates}
    return render(
        request,
        "applications/evidence.html",
        status,
        choices=[{"value": GENERAL, "text": SEVERAL}, *dates],
        files=[
            {
                "about": titles.get(held.session_key or "", SEVERAL),
                "file": held.name,
                "size": size(held.size),
                "sent": held.sent_at,
                "state": {"tag": "Received", "colour": "green"}
                if held.usable
                else [{"tag": "Not usable", "colour": "red"}, f"{held.problem}"],
            }
            for held in application.leave_evidence
        ],
        form=form,
        allowance=allowance(application.leave_evidence),
    )
