"""The applicant's own page, behind an emailed link: status, documents, the offer, leaving."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from applications.admissions import replying, store
from applications.admissions.act import on
from applications.admissions.application import Application, document_title, documents_needed
from applications.admissions.choosing_a_version import confirm_address
from applications.admissions.public_history import public_steps
from applications.admissions.states import Action, actions_for, next_state
from applications.documents.adding import add_documents
from applications.documents.inspection import LARGEST, Upload
from applications.documents.pages.uploading import keep_uploads
from applications.study_leave.declaration import STATUSES
from applications.study_leave.missing_leave import missing_of
from applications.web.acting import Person, perform, site, told
from nextstep_contracts import NoSuch, Refused
from nextstep_programme import Cohort
from nextstep_web import Form, Principal, blank, flash, read_form, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications/me", tags=["pages"])

HOME = "/applications/me"
TONES = {"offered": "good", "accepted": "good", "documents_needed": "asks"}
"""States in which the applicant has something to be glad of, or to do."""
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
        NoSuch: there is none in this cohort.

    """
    here = site(request)
    # by the index's two fields alone: with a third the embedded database looks through all
    mine = {"cohort": here.cohort.id, "person_id": person.person_id}
    found = await here.db.read(store.APPLICATIONS).find_one(mine)
    if found is None or found["erased"]:
        raise NoSuch("We have no application of yours.")
    application = store.application_from_document(found)
    await confirm_address(here.db, application, here.messaging.clock.now())
    return application


def must_be_allowed(application: Application, action: Action, reason: str = "") -> None:
    """Refuse what the state forbids before anybody waits in line for the ledger.

    Only a look ahead: the use case decides, on the state of its own transaction.
    """
    with told():
        next_state(application.state, action, "applicant", reason)


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


@router.post("/documents", max_body_size=UPLOAD_LIMIT)
async def upload(request: Request, person: Person) -> Response:
    """Send documents that were missing or could not be used."""
    application = await own_application(request, person)
    here = site(request)
    async with request.form() as sent:
        _may_send(application, here.cohort, here.messaging.clock.now(), sent)
        uploads = [
            Upload(key, given.filename, await given.read())
            for key in here.cohort.eligibility.documents
            if isinstance(given := sent.get(key), UploadFile) and given.filename
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
    now, keys = here.messaging.clock.now(), here.cohort.eligibility.documents
    history = await store.load_history(here.db.read, application.id)
    replaceable = _replaceable(application, here.cohort, now)
    ledger = await store.load_ledger(here.db.read, here.cohort)
    return render(
        request,
        "applications/me.html",
        status,
        application=application,
        cohort=here.cohort,
        public=FETCHING
        if application.state == "documents_needed" and not needed
        else application.public_state,
        actions=actions_for(application.state, "applicant"),
        position=ledger.position(application.id),
        tone=TONES.get(application.state, "quiet"),
        uploads=_uploads(application, keys) if needed else [],
        before_deadline=now <= here.cohort.deadline,
        replaceable=[{"key": key, "label": document_title(key)} for key in replaceable],
        replacing=bool(set(form.errors) & set(replaceable)),
        steps=public_steps(history, here.cohort.zone),
        documents=_documents(application),
        kept=", ".join(document_title(key) for key in kept),
        reasons=[r.applicant for r in application.assessment.concerns]
        if application.assessment and application.state == "referred"
        else [],
        leave=_leave(application, here.cohort),
        leave_missing=bool(missing_of(application, here.cohort, here.messaging.clock.now())),
        form=form,
    )


def _uploads(application: Application, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The files still asked for."""
    asked = []
    for key in keys:
        held = application.documents.get(key)
        if held is None or held.problem:
            why = f"We could not use what you sent: {held.problem}. " if held else ""
            asked.append({"key": key, "label": document_title(key), "why": why})
    return asked


def _replaceable(application: Application, cohort: Cohort, now: datetime) -> list[str]:
    """The documents that may still be replaced: until the deadline, while nothing is decided."""
    if application.decided or now > cohort.deadline:
        return []
    held = application.documents
    return [key for key in cohort.eligibility.documents if key in held and held[key].usable]


def _may_send(application: Application, cohort: Cohort, now: datetime, sent: FormData) -> None:
    """Refuse to replace a document that we have, once it is too late for that."""
    fixed = {key for key, held in application.documents.items() if held.usable}
    fixed -= set(_replaceable(application, cohort, now))
    if not application.decided and any(_chosen(sent.get(key)) for key in fixed):
        raise Refused("The deadline has passed: documents that we have can no longer be replaced.")


def _chosen(given: object) -> bool:
    return isinstance(given, UploadFile) and bool(given.filename)


def _documents(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "document": document_title(key),
            "file": held.name,
            "sent": short_moment(held.sent_at),
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
