"""The applicant's own page, behind an emailed link: status, documents, the offer, leaving."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from applications import store
from applications.application import Application, document_title, documents_needed
from applications.commands import replies
from applications.commands.submissions import add_documents
from applications.intake.documents import LARGEST, Upload
from applications.intake.uploads import store_uploads
from applications.pages.site import Person, act, doer, site
from applications.study_leave import STATUSES, dates_ahead, outstanding
from applications.workflow import STATES, actions_for
from nextstep_web import Form, NotFound, Principal, blank, flash, read_form, redirect, render

router = APIRouter(prefix="/applications/me", tags=["pages"])

HOME = "/applications/me"
FETCHING = "We are fetching your documents from the form; you need not do anything now"
UPLOAD_LIMIT = 3 * LARGEST + 1024 * 1024
"""Bytes of one upload: three documents and what a form adds."""


class Leaving(BaseModel):
    """Why somebody withdraws."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


class Declining(BaseModel):
    """Why somebody declines; they need not say."""

    reason: Annotated[str, Field(title="Reason", max_length=1000)] = ""


async def own_application(request: Request, person: Principal) -> Application:
    """The application of whoever opened the link.

    Raises:
        NotFound: there is none in this cohort.

    """
    here = site(request)
    mine = {"cohort": here.cohort.id, "person_id": person.person_id, "erased": False}
    found = await here.db.read(store.APPLICATIONS).find_one(mine)
    if found is None:
        raise NotFound("We have no application of yours.")
    return store.application_from_document(found)


@router.get("")
async def me(request: Request, person: Person) -> Response:
    """Where the application stands, and what is needed."""
    return await _page(request, await own_application(request, person), blank())


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
    who, reason = doer(request, person), form.data.reason
    await act(request, lambda desk: replies.decline(desk, application.id, who, reason))
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
    who, reason = doer(request, person), form.data.reason
    await act(request, lambda desk: replies.withdraw(desk, application.id, who, reason))
    flash(request, "You have withdrawn.")
    return redirect(HOME)


@router.post("/documents", max_body_size=UPLOAD_LIMIT)
async def upload(request: Request, person: Person) -> Response:
    """Send documents that were missing or could not be used."""
    application = await own_application(request, person)
    here = site(request)
    sent = await request.form()
    uploads = [
        Upload(key, given.filename, await given.read())
        for key in here.cohort.eligibility.documents
        if isinstance(given := sent.get(key), UploadFile) and given.filename
    ]
    owner = f"{application.id}:{uuid4().hex}"
    now = here.messaging.clock.now()
    documents = await store_uploads(here.db, owner, uploads, now, here.intake.scanner)
    faults = {
        key: f"{document_title(key)}: {document.problem}"
        for key, document in documents.items()
        if document.problem
    }
    good = {key: document for key, document in documents.items() if document.usable}
    if good:  # kept though others are not: nobody sends a file twice
        who = doer(request, person)
        await act(request, lambda desk: add_documents(desk, application.id, good, who))
    if faults or not documents:
        errors: Form[Any] = Form({}, None, faults or {"": "Choose a file first"})
        now_held = await own_application(request, person)
        return await _page(request, now_held, errors, kept=list(good), status=422)
    flash(request, "Thank you. We have your documents.")
    return redirect(HOME)


async def _page(
    request: Request,
    application: Application,
    form: Form[Any],
    *,
    kept: Sequence[str] = (),
    status: int = 200,
) -> Response:
    here = site(request)
    needed = documents_needed(application, here.cohort)
    document = await here.db.read(store.LEDGERS).get(here.cohort.id)
    ledger = store.ledger_from_document(document) if document else None
    today = here.messaging.clock.now().date()
    return render(
        request,
        "applications/me.html",
        status,
        application=application,
        cohort=here.cohort,
        public=FETCHING
        if application.state == "documents_needed" and not needed
        else STATES[application.state].public,
        actions=actions_for(application.state, "applicant"),
        position=ledger.position(application.id) if ledger else None,
        uploads=_uploads(application, here.cohort.eligibility.documents) if needed else [],
        documents=_documents(application),
        kept=", ".join(document_title(key) for key in kept),
        reasons=[r.applicant for r in application.assessment.concerns]
        if application.assessment and application.state == "referred"
        else [],
        leave=_leave(application, here.cohort),
        leave_missing=bool(outstanding(application.study_leave))
        or len(dates_ahead(here.cohort, today)) > len(application.study_leave),
        form=form,
    )


def _uploads(application: Application, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The files still asked for."""
    asked = []
    for key in keys:
        held = application.documents.get(key)
        if held is None or held.problem:
            why = f"We could not use what you sent: {held.problem}." if held else ""
            asked.append({"key": key, "label": document_title(key), "why": why})
    return asked


def _documents(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "document": document_title(key),
            "file": held.name,
            "state": {"tag": "Received", "colour": "green"}
            if held.usable
            else {"tag": "Being fetched", "colour": "blue"}
            if held.coming
            else {"tag": "Not usable", "colour": "red"},
        }
        for key, held in sorted(application.documents.items())
    ]


def _leave(application: Application, cohort: Any) -> list[dict[str, Any]]:
    titles = {session.key: session.title for session in cohort.sessions}
    return [
        {
            "session": titles.get(entry.session_key, entry.session_key),
            "on": entry.on,
            "status": STATUSES[entry.status],
            "trust": entry.trust_notified,
        }
        for entry in application.study_leave
    ]
