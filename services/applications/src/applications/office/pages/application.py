"""One application on one page: answers, documents, rules, history, emails, and what can be done."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import deciding, replying, store
from applications.admissions.act import Act, on
from applications.admissions.application import Application
from applications.admissions.needed_documents import document_title, documents_awaited
from applications.admissions.states import Action, allowed
from applications.documents.pages.document import standing_tags
from applications.office.list.filters import list_filter
from applications.office.pages.duplicate import same_person
from applications.office.pages.list_query import (
    Neighbours,
    back_to,
    came_from,
    look,
    neighbours,
)
from applications.office.pages.record import Record
from applications.office.pages.versions import version_rows
from applications.study_leave.pages.evidence import evidence_rows
from applications.web.access import Office, Reader, conflict_free
from applications.web.acting import applications_here, find_application_here, perform
from applications.web.answer_labels import answer_rows
from applications.web.cells import application_path, state_tag
from nextstep_web import Form, blank, flash, read_form, redirect, render
from nextstep_web.display import moment, short_moment, size

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)

Step = Callable[[Act, Application, str], Awaitable[object]]
STEPS: dict[str, tuple[Step, str]] = {
    "eligible": (
        deciding.decide_eligible,
        "Eligible: goes on to a place, the waiting list or the reviewers",
    ),
    "offer": (deciding.offer_place, "Offer a free place out of order"),
    "reject": (deciding.reject, "Reject: the applicant is sent the reason below"),
    "withdraw": (replying.withdraw, "Withdraw on the applicant's behalf"),
    "documents": (deciding.ask_for_documents, "Ask the applicant again for what is missing"),
    "seen": (deciding.mark_seen, "Looked at: take it off the list of things to do"),
}
LATE = "Accept this late application: offer a place or join the waiting list"
GOVERNED_BY: dict[str, Action] = {
    "eligible": "qualify",
    "offer": "offer",
    "reject": "reject",
    "withdraw": "withdraw",
}

WHERE = {"eligible": "referred", "documents": "documents_needed"}
"""What the office may do in one state alone."""

RULES = {"cct": "CCT date"}
"""What a rule is called, where that is not its key."""


class OfficeDecision(BaseModel):
    """What the office decided, and why."""

    action: Annotated[str, Field(title="Decision")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{application_id}")
async def one(request: Request, reader: Reader, application_id: str) -> Response:
    """Everything about one application."""
    return await _page(request, application_id, blank(), office=reader.has("office"))


@router.post("/{application_id}/decide")
async def decide(request: Request, office: Office, application_id: str) -> Response:
    """Record what the office decided."""
    form = await read_form(request, OfficeDecision)
    if form.value("action") not in STEPS:
        form.refuse("action", "Choose what to do")
    if not form.valid:
        return await _page(request, application_id, form, office=True, status=422)
    step, _ = STEPS[form.data.action]
    await perform(request, office, on(application_id, step, form.data.reason))
    flash(request, "Recorded.")
    return redirect(back_to(request, application_id))


async def _page(
    request: Request, application_id: str, form: Form[Any], *, office: bool, status: int = 200
) -> Response:
    here = applications_here(request)
    application = await find_application_here(request, application_id)
    record = await Record.of(here.db.read, application)
    choices = _choices(application) if office and not application.erased else []
    needed = documents_awaited(application, here.cohort)
    return render(
        request,
        "applications/application.html",
        status,
        application=application,
        answers=answer_rows(application.answers),
        results=_results(application),
        documents=_documents(application),
        evidence=evidence_rows(application, here.cohort),
        record=record,
        versions=version_rows(record.versions),
        facts=_facts(application, needed, await _position(request, application_id)),
        choices=choices,
        office=office and not application.erased,
        same=await same_person(here.db.read, application),
        form=form,
        path=application_path(application_id),
        here=back_to(request, application_id).removeprefix(application_path(application_id)),
        around=await _neighbours(request, application_id),
    )


async def _neighbours(request: Request, application_id: str) -> Neighbours | None:
    """Where it is in the list that somebody came from."""
    query = came_from(request)
    if query is None:
        return None
    return neighbours((await look(request)).find(list_filter(query)), application_id, query)


def _facts(
    application: Application, needed: tuple[str, ...], position: int | None
) -> list[tuple[str, Any]]:
    """How the application stands."""
    late = [{"tag": "Late", "colour": "pink"}] if application.late else []
    facts: list[tuple[str, Any]] = [
        ("State", [state_tag(application.state), *late]),
        ("What the applicant sees", application.public_state),
        ("First submitted", moment(application.first_submitted_at)),
    ]
    if application.offer_expires_at:
        facts.append(("Offer open until", moment(application.offer_expires_at)))
    if position:
        facts.append(("Position on the waiting list", position))
    if needed and not application.decided:
        facts.append(("Waiting for", ", ".join(needed)))
    return facts


def _choices(application: Application) -> list[dict[str, str]]:
    """What the office may do now."""
    return [
        {"value": key, "text": LATE if key == "eligible" and application.late else text}
        for key, (_, text) in STEPS.items()
        if (
            application.awaits_office is not None
            if key == "seen"
            else application.state == WHERE[key]
            if key in WHERE
            else allowed(application.state, GOVERNED_BY[key], "office")
        )
    ]


def _results(application: Application) -> list[dict[str, Any]]:
    colours = {"pass": "green", "refer": "orange", "fail": "red"}
    results = application.assessment.results if application.assessment else ()
    return [
        {
            "rule": RULES.get(result.rule, result.rule.capitalize()),
            "outcome": {"tag": result.outcome.capitalize(), "colour": colours[result.outcome]},
            "office": {"text": result.office, "hint": f"Source: {result.source}"},
            "applicant": result.applicant,
        }
        for result in results
    ]


def _documents(application: Application) -> list[dict[str, Any]]:
    link = partial("{}/documents/{}".format, application_path(application.id))
    return [
        {
            "document": document_title(key),
            "file": {"text": held.name, "href": f"{link(key)}/preview"},
            "size": size(held.size),
            "standing": standing_tags(held),
            "problem": {"text": held.problem or "", "hint": " ".join(held.notes)},
            "sent": short_moment(held.sent_at),
        }
        for key, held in sorted(application.documents.items())
    ]


async def _position(request: Request, application_id: str) -> int | None:
    here = applications_here(request)
    return (await store.load_ledger(here.db.read, here.cohort)).position(application_id)
