"""Sending documents that were missing, could not be used, or are to be replaced."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from applications.admissions.act import on
from applications.admissions.application import Application
from applications.admissions.document_names import document_title
from applications.admissions.submissions import refuse_if_decided
from applications.applicant.pages.own_page import own_page
from applications.applicant.replacing_documents import had_already, refuse_if_too_late
from applications.documents.adding import add_documents
from applications.documents.pages.uploading import kept_files
from applications.web.access import Person
from applications.web.acting import applications_here, perform
from applications.web.own_application import HOME, own_application
from nextstep_contracts import AlreadySo, Refused
from nextstep_documents.inspection import LARGEST
from nextstep_programme.writing import listed
from nextstep_web import Form, flash, redirect
from nextstep_web.bodies import in_memory

router = APIRouter(prefix=HOME, tags=["pages"])

UPLOAD_LIMIT = 3 * LARGEST + 1024 * 1024
"""Bytes of one upload: three documents and what a form adds."""


@router.post("/documents", max_body_size=UPLOAD_LIMIT)
async def send(request: Request, person: Person) -> Response:
    """Keep what can be used; say of the rest why it cannot."""
    application = await own_application(request, person)
    here = applications_here(request)
    chosen: dict[str, list[UploadFile]] = {}
    for key, given in (await request.form()).multi_items():
        if isinstance(given, UploadFile) and given.filename:
            chosen.setdefault(key, []).append(given)
    if several := {key: _choose_one(key, given) for key, given in chosen.items() if given[1:]}:
        return await own_page(request, application, Form({}, None, several), status=422)
    files = {key: given for key, (given,) in chosen.items()}
    try:
        refuse_if_decided(application)
        refuse_if_too_late(application, here.cohort, here.messaging.clock.now(), files)
    except Refused:
        if await _sent_just_so(request, application, files):
            raise AlreadySo("We have these documents already. Thank you.") from None
        raise
    if await _sent_just_so(request, application, files):
        raise AlreadySo("We have these documents already. Thank you.")
    wanted = {k: files[k] for k in here.cohort.eligibility.documents if k in files}
    owner = f"{application.id}:{uuid4().hex}"
    async with kept_files(request, person, owner, wanted) as documents:
        good = {key: document for key, document in documents.items() if document.usable}
        if good:  # kept though others are not: nobody sends a file twice
            await perform(request, person, on(application.id, add_documents, good))
    faults = {
        key: f"{document_title(key)}: {document.problem}"
        for key, document in documents.items()
        if document.problem
    }
    if faults or not documents:
        errors: Form[Any] = Form({}, None, faults or {"": "Choose a file first"})
        now_held = await own_application(request, person)
        return await own_page(request, now_held, errors, kept=list(good), status=422)
    flash(request, "Thank you. We have your documents.")
    return redirect(HOME)


def _choose_one(key: str, given: Sequence[UploadFile]) -> str:
    names = listed([one.filename or "" for one in given])
    return f"{document_title(key)}: choose one file. You sent {names}, and we kept none of them"


async def _sent_just_so(
    request: Request, application: Application, files: Mapping[str, UploadFile]
) -> bool:
    """Whether each of these files is what we have, to the last byte."""
    named = {key: (given.filename or "", given.size or 0) for key, given in files.items()}
    if not had_already(application, named):
        return False
    kept = applications_here(request).db.files
    async with in_memory(request.app.state.rooms, 2 * LARGEST):
        for key, given in files.items():
            held = application.documents[key].file_id
            same = held is not None and await kept.get(held) == await given.read()
            await given.seek(0)
            if not same:
                return False
    return True
