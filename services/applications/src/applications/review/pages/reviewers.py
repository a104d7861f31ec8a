"""Who reviews: added by the office, with a hint where conflicts may lie; suggestions to answer."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions.store import people_with_bounces
from applications.employers.store import load_employers
from applications.review import reviewing
from applications.review.case import Selection
from applications.review.conflicts import KIND_NAMES, told_as
from applications.review.dealing import loads
from applications.review.pages.access import reviewed_only, seen_selection
from applications.review.pages.case import HOME, case_path
from applications.review.pages.form_fields import last, seen_again, typed_in
from applications.web.access import Office, Reader
from applications.web.acting import applications_here, perform
from nextstep_contracts import AlreadySo, Refused
from nextstep_programme.employers import Employers
from nextstep_web import Form, Principal, blank, column, flash, redirect, render, service_url

router = APIRouter(
    prefix=f"{HOME}/reviewers", tags=["pages"], dependencies=[Depends(reviewed_only)]
)

COLUMNS = [
    column("name", "Reviewer"),
    column("trust", "Employer"),
    column("sheets", "Sheets", numeric=True),
    column("locked", "Locked", numeric=True),
    column("state", "State"),
]


@router.get("")
async def everybody(request: Request, reader: Reader) -> Response:
    """All reviewers, and the conflicts that likeness suggests."""
    return await _page(request, reader, blank())


@router.post("")
async def add(request: Request, office: Office) -> Response:
    """Add a reviewer, or bring one up to date."""
    typed = await typed_in(request)
    entries = [last(typed, key) for key in ("email", "name", "trust", "registration")]
    email, name, *_ = entries
    try:
        await perform(request, office, lambda act: reviewing.add_reviewer(act, *entries))
    except AlreadySo:
        raise
    except Refused as refused:
        if not refused.fields:
            raise
        return await _page(request, office, seen_again(typed, refused.fields), status=422)
    flash(request, f"{name} can review now, after signing in as {email}, and is sent the address.")
    return redirect(f"{HOME}/reviewers")


@router.post("/stand-down")
async def stand_down(request: Request, office: Office) -> Response:
    """Ask a reviewer nothing more."""
    typed = await typed_in(request)
    email, reason = last(typed, "reviewer"), last(typed, "reason")
    taken = await perform(request, office, lambda act: reviewing.stand_down(act, email, reason))
    flash(request, f"Stood down. {taken} sheets that were not locked can be dealt again.")
    return redirect(f"{HOME}/reviewers")


async def _page(
    request: Request, principal: Principal, form: Form[Any], *, status: int = 200
) -> Response:
    selection = await seen_selection(request, principal)
    here = applications_here(request)
    back = await people_with_bounces(here.db.read)
    known = await load_employers(here.db.read)
    unreached = [
        reviewer
        for email, reviewer in selection.reviewers.items()
        if not reviewer.left and told_as(here.cohort.id, email) in back
    ]
    own_address = service_url(request.app.state.pages.settings, "applications")
    return render(
        request,
        "applications/reviewers.html",
        status,
        columns=COLUMNS,
        rows=_rows(selection, {one.email for one in unreached}, known.employers),
        unreached=unreached,
        active=[{"value": one, "text": selection.name(one)} for one in selection.active],
        suggestions=_suggestions(selection),
        address=f"{own_address}/applications/reviews",
        form=form,
        can_change=principal.has("office"),
    )


def _rows(selection: Selection, unreached: set[str], employers: Employers) -> list[dict[str, Any]]:
    given = loads(selection.cases)
    locked = [s.reviewer for case in selection.cases for s in case.visible_sheets() if s.locked_at]
    return [
        {
            "name": {"text": reviewer.name, "hint": email},
            "trust": employers.called(reviewer.trust),
            "sheets": given[email],
            "locked": locked.count(email),
            "state": [
                {"tag": "Stood down", "colour": "grey"}
                if reviewer.left
                else {"tag": "Reviews", "colour": "green"},
                *([{"tag": "Email came back", "colour": "red"}] if email in unreached else []),
            ],
        }
        for email, reviewer in selection.reviewers.items()
    ]


def _suggestions(selection: Selection) -> list[dict[str, Any]]:
    return [
        {
            "email": email,
            "reviewer": selection.name(email),
            "application": case.application,
            "href": case_path(case.id),
            "kind": found.kind,
            "kind_name": KIND_NAMES[found.kind],
            "why": found.why,
        }
        for case, email, found in selection.unanswered
    ]
