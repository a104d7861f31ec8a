"""The review of one application as the office sees it: reviewers, sheets, conflicts, the draft."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.review import deciding_conflicts, reviewing, staging
from applications.review.blindness import open_sheets
from applications.review.case import Case, Selection
from applications.review.conflicts import KIND_NAMES, Conflict, same_person
from applications.review.dealing import coverage
from applications.review.pages.access import closed_here, reviewed_only, seen_selection
from applications.review.pages.form_fields import last, number, seen_again, typed_in
from applications.review.pages.my_reviews import SHEET_COLOURS, compared
from applications.review.ranking import presented, result_of
from applications.review.sheets import STATE_NAMES
from applications.review.staged_decisions import CHOICE_NAMES, ToStage, checked_choice, stale
from applications.web.access import Office, Reader
from applications.web.acting import applications_here, perform
from applications.web.cells import application_path, state_tag
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Form, Principal, blank, flash, redirect, render
from nextstep_web.display import short_moment

HOME = "/applications/selection"
router = APIRouter(
    prefix=f"{HOME}/application", tags=["pages"], dependencies=[Depends(reviewed_only)]
)


def case_path(application_id: str) -> str:
    """Where the office finds the review of an application."""
    return f"{HOME}/application/{application_id}"


@router.get("/{application_id}")
async def one(request: Request, reader: Reader, application_id: str) -> Response:
    """The review of one application."""
    return await _page(request, reader, application_id, blank())


@router.post("/{application_id}/{deed}")
async def change(request: Request, office: Office, application_id: str, deed: str) -> Response:
    """Ask somebody, take that back, unlock a sheet, decide a conflict, stage or drop a decision."""
    typed = await typed_in(request)
    email, reason = last(typed, "reviewer"), last(typed, "reason")
    deeds: dict[str, tuple[Any, str]] = {
        "assign": (lambda act: reviewing.assign(act, application_id, email), "Asked."),
        "unassign": (
            lambda act: reviewing.unassign(act, application_id, email, reason),
            "Taken back.",
        ),
        "unlock": (
            lambda act: reviewing.unlock(act, application_id, email, reason),
            "Unlocked: the reviewer can correct it and lock it again.",
        ),
        "conflict": (
            lambda act: deciding_conflicts.decide_conflict(
                act,
                application_id,
                email,
                kind=last(typed, "kind"),
                reason=reason,
                effective=last(typed, "decision") != "clear",
            ),
            "Recorded.",
        ),
        "stage": (lambda act: staging.stage(act, application_id, _wanted(typed)), "Staged."),
        "drop": (lambda act: staging.drop(act, application_id), "Dropped: undecided again."),
    }
    if deed not in deeds:
        raise NoSuch
    work, said = deeds[deed]
    if deed == "stage" and last(typed, "choice") == "undecided":
        work, said = deeds["drop"]
    try:
        await perform(request, office, work)
    except AlreadySo:
        raise
    except Refused as refused:
        if not refused.fields or deed == "conflict":
            raise
        form = seen_again(typed, refused.fields)
        return await _page(request, office, application_id, form, status=422)
    flash(request, said)
    back = last(typed, "back")
    return redirect(f"{HOME}/ranking" if back == "ranking" else case_path(application_id))


def _wanted(typed: dict[str, list[str]]) -> ToStage:
    return ToStage(
        checked_choice(last(typed, "choice")),
        position=number(last(typed, "position")),
        reason=last(typed, "reason"),
        exception=last(typed, "exception"),
    )


async def _page(
    request: Request,
    principal: Principal,
    application_id: str,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    selection = await seen_selection(request, principal, ids=[application_id])
    mine = same_person(selection.reviewers, principal.subject)
    case = selection.case(application_id)
    if case is None:
        raise NoSuch("There is no such application.")
    apart = await closed_here(request, principal)
    closed = any(
        one in selection.active and open_sheets([case], one, selection.method) for one in mine
    )
    counting = () if closed else case.counting(selection.method)
    draft = None if apart else case.review.draft
    if draft and not form.typed:
        form = blank(**draft.model_dump(include={"choice", "position", "reason", "exception"}))
    office = principal.has("office")
    return render(
        request,
        "applications/case.html",
        status,
        application=case.application,
        case=case,
        facts=_facts(selection, case),
        closed=closed,
        apart=None if closed else apart,
        comparison=compared(selection, counting, {}),
        comments=[(selection.name(s.reviewer), s.comment) for s in counting if s.comment],
        unlocks=[]
        if closed
        else [(selection.name(s.reviewer), u) for s in case.visible_sheets() for u in s.unlocks],
        result=result_of(selection.method, counting),
        sheets=[_sheet(selection, case, s.reviewer) for s in case.review.sheets],
        free=[
            {"value": one, "text": selection.name(one)}
            for one in selection.active
            if case.review.sheet_of(one) is None and one not in case.hidden_from
        ],
        everybody=[
            {"value": key, "text": one.name}
            for key, one in selection.reviewers.items()
            if key not in mine
        ],
        conflicts=_conflicts(selection, case, mine, applications_here(request).cohort.zone),
        kinds=[{"value": key, "text": text} for key, text in KIND_NAMES.items()],
        choices=[{"value": key, "text": text} for key, text in CHOICE_NAMES.items()]
        + [{"value": "undecided", "text": "Undecided: drop what was staged"}],
        draft=draft,
        draft_name=CHOICE_NAMES[draft.choice] if draft else "",
        stale=stale(case, selection.method) if draft else None,
        can_change=office and case.under_review,
        can_stage=office and not apart and case.application.state in ("eligible", "waitlisted"),
        office=office,
        short=len(counting) < selection.method.required,
        form=form,
        here=case_path(case.id),
        presented=presented,
    )


def _facts(selection: Selection, case: Case) -> list[tuple[str, Any]]:
    found = coverage(case, selection.method, selection.active)
    path = application_path(case.id)
    return [
        ("Application", {"text": "Everything about it", "href": path}),
        ("State", state_tag(case.application.state)),
        ("Discipline", case.application.answers.discipline),
        ("Employer", case.application.answers.trust),
        ("Locked sheets", f"{found.counting} of {found.required} needed"),
    ]


def _sheet(selection: Selection, case: Case, email: str) -> dict[str, Any]:
    sheet = case.review.sheet_of(email)
    if sheet is None:
        raise NoSuch
    tags = [{"tag": STATE_NAMES[sheet.state], "colour": SHEET_COLOURS[sheet.state]}]
    if email in case.hidden_from:
        tags.append({"tag": "Conflict: does not count", "colour": "red"})
    if sheet.unlocks and not sheet.locked_at:
        tags.append({"tag": "Unlocked", "colour": "orange"})
    if sheet.locked_at and sheet.content != case.content:
        tags.append({"tag": "Amended since", "colour": "orange"})
    if sheet.locked_at and sheet.method != selection.method.fingerprint:
        tags.append({"tag": "Other criteria: does not count", "colour": "red"})
    return {
        "email": email,
        "reviewer": {"text": selection.name(email), "hint": email},
        "name": selection.name(email),
        "state": tags,
        "at": sheet.locked_at,
        "locked": sheet.locked_at is not None,
        "untouched": sheet.revision == 0,
    }


def _decided_by(conflict: Conflict, zone: str) -> str:
    said = f"{conflict.by}, {short_moment(conflict.at, zone)}"
    return f"{said}, on {conflict.carried_from}" if conflict.carried_from else said


def _conflicts(
    selection: Selection, case: Case, mine: list[str], zone: str
) -> list[dict[str, Any]]:
    rows = [
        {
            "reviewer": selection.name(c.reviewer),
            "kind": KIND_NAMES[c.kind],
            "effect": {
                "tag": "Hidden from the reviewer" if c.effective else "No conflict",
                "colour": "red" if c.effective else "grey",
            },
            "why": {"text": c.reason, "hint": _decided_by(c, zone)},
        }
        for c in case.review.conflicts
        if c.reviewer not in mine
    ]
    for key, found in case.suggested.items():
        rows.append(
            {
                "reviewer": selection.name(key),
                "kind": KIND_NAMES[found.kind],
                "effect": {"tag": "Suggested: hidden until answered", "colour": "orange"},
                "why": found.why,
            }
        )
    return rows
