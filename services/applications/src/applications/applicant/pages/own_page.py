"""The applicant's own page: where the application stands, what is needed, what happened."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from applications.admissions import kept_versions, store
from applications.admissions.application import Application, Document
from applications.admissions.document_names import document_title
from applications.admissions.eligibility import is_late
from applications.admissions.needed_documents import documents_needed
from applications.admissions.public_history import public_steps
from applications.admissions.states import actions_for
from applications.applicant.filling_in_again import correcting, may_apply_again, sent_again
from applications.applicant.replacing_documents import replaceable
from applications.documents.pages.document import awaited_tag
from applications.study_leave.missing_leave import missing_of
from applications.study_leave.own_leave import OwnLeave, own_leave, still_missing
from applications.study_leave.pages.declaration import programme_dates
from applications.study_leave.store import calendar_of
from applications.web.access import Person
from applications.web.acting import applications_here
from applications.web.own_application import HOME, own_application
from nextstep_programme.writing import listed
from nextstep_web import Form, blank, render
from nextstep_web.display import weekday

router = APIRouter(prefix=HOME, tags=["pages"])

TONES = {"offered": "good", "accepted": "good", "documents_needed": "asks"}
"""States in which the applicant has something to be glad of, or to do."""
NOTHING_TO_DO = "you need not do anything now"


@router.get("")
async def me(request: Request, person: Person) -> Response:
    """Where the application stands, and what is needed."""
    return await own_page(request, await own_application(request, person), blank())


async def own_page(
    request: Request,
    application: Application,
    form: Form[Any],
    *,
    kept: Sequence[str] = (),
    status: int = 200,
) -> Response:
    """The whole page; `kept` names documents that a form just brought, though others failed."""
    here = applications_here(request)
    needed = documents_needed(application, here.cohort)
    now, keys = here.messaging.clock.now(), here.cohort.eligibility.documents
    history = await store.load_history(here.db.read, application.id)
    can_replace = replaceable(application, here.cohort, now)
    ledger = await store.load_ledger(here.db.read, here.cohort)
    calendar = await calendar_of(here.db.read, here.cohort)
    again = sent_again(await kept_versions.of_application(here.db.read, application.id))
    return render(
        request,
        "applications/own_page.html",
        status,
        application=application,
        cohort=here.cohort,
        public=_coming(application)
        if application.state == "documents_needed" and not needed
        else application.public_state,
        actions=actions_for(application.state, "applicant"),
        position=ledger.position(application.id),
        tone=TONES.get(application.state, "quiet"),
        uploads=_uploads(application, keys) if needed else [],
        before_deadline=not is_late(now, here.cohort),
        correcting=correcting(application, here.cohort, now),
        again=again,
        may_apply_again=may_apply_again(application, again, here.cohort, now),
        replaceable=[{"key": key, "label": document_title(key)} for key in can_replace],
        replacing=bool(set(form.errors) & set(can_replace)),
        steps=public_steps(history, here.cohort.zone),
        documents=_documents(application, can_replace),
        kept=", ".join(document_title(key) for key in kept),
        reasons=[r.applicant for r in application.assessment.concerns]
        if application.assessment and application.state == "referred"
        else [],
        dates=programme_dates(calendar, now),
        leave=[_leave(line) for line in own_leave(application, calendar, now)],
        leave_missing=still_missing(missing_of(application, calendar, now)),
        form=form,
    )


def _coming(application: Application) -> str:
    """What is done with documents of which nothing is needed from the applicant."""
    coming = [one for one in application.documents.values() if one.coming]
    if all(one.being_checked for one in coming):
        return f"We are checking your documents; {NOTHING_TO_DO}"
    return f"We are fetching your documents from the form; {NOTHING_TO_DO}"


def _uploads(application: Application, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The files still asked for."""
    asked = []
    for key in keys:
        held = application.documents.get(key)
        if held is None or held.problem:
            why = f"We could not use what you sent: {held.problem}. " if held else ""
            asked.append({"key": key, "label": document_title(key), "why": why})
    return asked


def _left_out(held: Document, can_replace: bool) -> str:
    """What to do about files that were given in the same question."""
    if not held.others:
        return ""
    how = "replace this one below" if can_replace else "ask the programme office"
    names = listed(held.others)
    return f"You gave us {names} as well, which we do not use. If you meant that one, {how}."


def _documents(application: Application, can_replace: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "document": document_title(key),
            "file": {"text": held.name, "hint": _left_out(held, key in can_replace)},
            "sent": held.sent_at,
            "state": {"tag": "Received", "colour": "green"} if held.usable else awaited_tag(held),
        }
        for key, held in sorted(application.documents.items())
    ]


def _leave(line: OwnLeave) -> dict[str, Any]:
    return {
        "session": line.title,
        "on": {"text": weekday(line.on), "hint": line.note},
        "status": line.said or {"tag": "Not told yet", "colour": "yellow"},
        "trust": line.trust_told,
    }
