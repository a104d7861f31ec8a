"""One application on one page: answers, documents, rules, history, emails, and what can be done."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import deciding, replying, store
from applications.admissions.act import Act, on
from applications.admissions.application import Application
from applications.admissions.by_hand import CAME_BY
from applications.admissions.document_names import document_title
from applications.admissions.history import HistoryLine, Kind, without_comparison
from applications.admissions.looked_at import look_at
from applications.admissions.needed_documents import documents_awaited
from applications.admissions.states import Action, allowed
from applications.admissions.waiting import HeldSubmission
from applications.documents.pages.document import standing_tags
from applications.employers.store import load_employers
from applications.office.list.filters import Query, list_filter
from applications.office.pages.duplicate import same_person
from applications.office.pages.list_query import (
    Neighbours,
    back_to,
    came_from,
    look,
    neighbours,
)
from applications.office.pages.record import ApplicationRecord
from applications.office.pages.versions import AFTERWARDS, version_rows
from applications.study_leave.declaration import STATUSES
from applications.study_leave.pages.evidence import evidence_rows
from applications.study_leave.store import calendar_of
from applications.web.access import Office, Reader, conflict_free, hidden_ids, hides_nothing
from applications.web.acting import applications_here, find_application_here, perform
from applications.web.answer_labels import answer_rows
from applications.web.cells import application_path, state_tag
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Form, Principal, blank, flash, read_form, redirect, render
from nextstep_web.display import deadline, moment, plural, size

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
}
LATE = "Accept this late application: offer a place or join the waiting list"
GOVERNED_BY: dict[str, Action] = {
    "eligible": "qualify",
    "offer": "offer",
    "reject": "reject",
    "withdraw": "withdraw",
}

DONE_AS: dict[str, frozenset[Kind]] = {
    "eligible": frozenset({"found_eligible", "accepted_late"}),
    "offer": frozenset({"offered"}),
    "reject": frozenset({"rejected"}),
    "withdraw": frozenset({"withdrawn"}),
    "documents": frozenset({"documents_requested"}),
}
"""What the history says of each decision."""

COMPARING = frozenset({"offer", "reject"})
"""What decides between applications: for those alone who may know all of them."""
WHERE = {"eligible": "referred", "documents": "documents_needed"}
"""What the office may do in one state alone."""

RULES = {"cct": "CCT date"}
"""What a rule is called, where that is not its key."""


class OfficeDecision(BaseModel):
    """What the office decided, and why."""

    action: Annotated[str, Field(title="Decision")]
    seen: Annotated[int | None, Field(title="Version")] = None
    """The version of the application that the page showed."""
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{application_id}")
async def one(request: Request, reader: Reader, application_id: str) -> Response:
    """Everything about one application."""
    return await _page(request, reader, application_id, blank())


@router.post("/{application_id}/decide")
async def decide(request: Request, office: Office, application_id: str) -> Response:
    """Record what the office decided."""
    form = await read_form(request, OfficeDecision)
    if form.value("action") not in STEPS:
        form.refuse("action", "Choose what to do")
    if not form.valid:
        return await _page(request, office, application_id, form, status=422)
    if form.data.action in COMPARING:
        await hides_nothing(request, office)
    before = await find_application_here(request, application_id)
    try:
        done = await perform(request, office, on(application_id, _decided, form.data))
    except (AlreadySo, NoSuch):
        raise
    except Refused as no:
        form.show(no)
        return await _page(request, office, application_id, form, status=409)
    hidden = await hidden_ids(request, office)
    said = [line.what for line in (map(without_comparison, done) if hidden else done)]
    flash(request, f"{before.answers.name} ({before.reference}): {'. '.join(said)}.")
    return redirect(back_to(request, application_id, queue_of(before)))


class Settled(BaseModel):
    """Which of the reasons that an application waits for is settled, and why."""

    what: Annotated[str, Field(title="What is settled", max_length=200)]
    settled_because: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.post("/{application_id}/settle")
async def settle(request: Request, office: Office, application_id: str) -> Response:
    """Settle one of the reasons that an application waits for; the others wait on."""
    before = await find_application_here(request, application_id)
    form = await read_form(request, Settled)
    if not form.valid:
        return await _page(request, office, application_id, form, status=422)
    what, why = form.data.what, form.data.settled_because
    await perform(request, office, on(application_id, look_at, what, why))
    after = await find_application_here(request, application_id)
    left = plural(len(after.awaits_office), "other thing waits", "other things wait")
    more = f" {left} here." if after.awaits_office else ""
    flash(request, f"{before.answers.name} ({before.reference}): settled.{more}")
    queue = None if after.awaits_office else queue_of(before)
    return redirect(back_to(request, application_id, queue))


async def _decided(
    act: Act, application: Application, wanted: OfficeDecision
) -> tuple[HistoryLine, ...]:
    """Do it, once; what it led to."""
    if wanted.seen is not None and wanted.seen != application.version:
        await _refuse_or_say_so(act, application, wanted)
    step, _ = STEPS[wanted.action]
    await step(act, application, wanted.reason)
    return act.noted(application.id)


async def _refuse_or_say_so(act: Act, application: Application, wanted: OfficeDecision) -> None:
    """Say what is so if the page was looked at before the same press of the same person.

    That is the last change, and the only one since: what they did for the same reason another day
    is not what they want to do now.

    Raises:
        AlreadySo: they did this, for the same reason.
        Refused: something else was changed since.

    """
    lines = await store.load_history(act.read, application.id)
    by, why, last = act.actor.name, wanted.reason.strip(), application.updated_at
    only = wanted.seen == application.version - 1
    for line in lines if only else ():
        alike = (line.who, line.why.strip(), line.at) == (by, why, last)
        if alike and line.kind in DONE_AS[wanted.action]:
            raise AlreadySo(f"{line.what}: this was done already.")
    deciding.refuse_if_changed(application, wanted.seen or 0)


def queue_of(application: Application) -> Query | None:
    """The list of what waits for the office like this application, oldest first."""
    if application.state == "referred":
        return {"state": ["referred"], "sort": ["submitted"]}
    if application.awaits_office:
        return AFTERWARDS
    return None


async def _page(
    request: Request,
    reader: Principal,
    application_id: str,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    here, office = applications_here(request), reader.has("office")
    application = await find_application_here(request, application_id)
    hidden = await hidden_ids(request, reader)
    if hidden:
        application = application.without_others()
    record = await ApplicationRecord.of(here.db.read, application, comparing=not hidden)
    choices = _choices(application, comparing=not hidden) if office else []
    needed = documents_awaited(application, here.cohort)
    employers = (await load_employers(here.db.read)).employers
    calendar = await calendar_of(here.db.read, here.cohort)
    return render(
        request,
        "applications/application.html",
        status,
        application=application,
        answers=answer_rows(application.answers, employers),
        results=_results(application),
        documents=_documents(application),
        evidence=evidence_rows(application, calendar),
        session_titles={one.key: one.title for one in calendar.sessions},
        leave_statuses=STATUSES,
        record=record,
        versions=version_rows(record.versions),
        facts=_facts(
            application,
            needed,
            None if hidden else await _position(request, application_id),
            here.cohort.zone,
        ),
        choices=choices,
        waiting=_waiting(application, here.cohort.zone),
        office=office and not application.erased,
        same=await same_person(here.db.read, application, hidden),
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
    return neighbours(await look(request), list_filter(query), application_id, query)


def _waiting(application: Application, zone: str) -> list[dict[str, str]]:
    """What else the office has to settle, each with what settles it."""
    path = application_path(application.id)
    return [
        {
            "key": one.key,
            "text": one.sentence(zone),
            "button": "Set it aside" if isinstance(one, HeldSubmission) else "Looked at",
            "decide": f"{path}/versions/{one.submission_id}"
            if isinstance(one, HeldSubmission)
            else "",
        }
        for one in application.awaits_office
    ]


def _facts(
    application: Application, needed: tuple[str, ...], position: int | None, zone: str
) -> list[tuple[str, Any]]:
    """How the application stands."""
    late = [{"tag": "Late", "colour": "pink"}] if application.late else []
    facts: list[tuple[str, Any]] = [
        ("State", [state_tag(application.state), *late]),
        ("What the applicant sees", application.public_state),
        ("First submitted", moment(application.first_submitted_at, zone)),
    ]
    if entered := application.by_hand:
        facts.append(("Entered by hand", f"By {entered.by}; it came {CAME_BY[entered.came_by]}"))
    if application.offer_expires_at:
        facts.append(("Offer open until", deadline(application.offer_expires_at, zone)))
    if position:
        facts.append(("Position on the waiting list", position))
    if needed and not application.decided:
        facts.append(("Waiting for", ", ".join(needed)))
    return facts


def _choices(application: Application, *, comparing: bool) -> list[dict[str, str]]:
    """What the office may do now."""
    if application.erased:
        return []
    return [
        {"value": key, "text": LATE if key == "eligible" and application.late else text}
        for key, (_, text) in STEPS.items()
        if (comparing or key not in COMPARING)
        and (
            application.state == WHERE[key]
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
            "sent": held.sent_at,
        }
        for key, held in sorted(application.documents.items())
    ]


async def _position(request: Request, application_id: str) -> int | None:
    here = applications_here(request)
    return (await store.load_ledger(here.db.read, here.cohort)).position(application_id)
