"""Sending documents that were missing, could not be used, or are to be replaced."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from applications.admissions.act import on
from applications.admissions.needed_documents import document_title
from applications.applicant.pages.own_page import own_page
from applications.applicant.replacing_documents import refuse_if_too_late
from applications.documents.adding import add_documents
from applications.documents.inspection import LARGEST, Upload
from applications.documents.pages.uploading import keep_uploads
from applications.web.access import Person
from applications.web.acting import applications_here, perform
from applications.web.own_application import HOME, own_application
from nextstep_web import Form, flash, redirect

router = APIRouter(prefix=HOME, tags=["pages"])

UPLOAD_LIMIT = 3 * LARGEST + 1024 * 1024
"""Bytes of one upload: three documents and what a form adds."""


@router.post("/documents", max_body_size=UPLOAD_LIMIT)
async def send(request: Request, person: Person) -> Response:
    """Keep what can be used; say of the rest why it cannot."""
    application = await own_application(request, person)
    here = applications_here(request)
    async with request.form() as sent:
        files = {
            key: given
            for key, given in sent.items()
            if isinstance(given, UploadFile) and given.filename
        }
        refuse_if_too_late(application, here.cohort, here.messaging.clock.now(), files)
        uploads = [
            Upload(key, files[key].filename or "", await files[key].read())
            for key in here.cohort.eligibility.documents
            if key in files
        ]
    owner = f"{application.id}:{uuid4().hex}"
    documents = await keep_uploads(request, owner, uploads)
    faults = {
        key: f"{document_title(key)}: {document.problem}"
        for key, document in documents.items()
        if document.problem
    }
    good = {key: document for key, document in documents.items() if document.usable}
    if good:  # kept though others are not: nobody sends a file twice
        await perform(request, person, on(application.id, add_documents, good))
    if faults or not documents:
        errors: Form[Any] = Form({}, None, faults or {"": "Choose a file first"})
        now_held = await own_application(request, person)
        return await own_page(request, now_held, errors, kept=list(good), status=422)
    flash(request, "Thank you. We have your documents.")
    return redirect(HOME)
