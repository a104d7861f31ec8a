"""The office's view of the review: who still lacks reviewers, and dealing the work out."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.review import reviewing
from applications.review.case import Selection
from applications.review.dealing import Coverage, coverage
from applications.review.pages.access import reviewed_only, seen_selection
from applications.review.pages.case import HOME, case_path
from applications.review.pages.form_fields import last, typed_in
from applications.web.access import Office, Reader
from applications.web.acting import applications_here, perform
from nextstep_programme.searching import says
from nextstep_web import asks_for_file, column, flash, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix=HOME, tags=["pages"], dependencies=[Depends(reviewed_only)])

COLUMNS = [
    column("application", "Application"),
    column("state", "Review"),
    column("locked", "Locked", numeric=True),
    column("asked", "Still open with"),
    column("lacking", "More reviewers needed", numeric=True),
]
HEADER = ("reference", "name", "locked", "required", "open_with", "lacking", "application_id")
STAGES = {
    "lacking": ("Lacks reviewers", "red"),
    "open": ("Sheets open", "yellow"),
    "enough": ("Enough sheets", "green"),
}


@router.get("", responses=TABLE_FILES)
async def overall(request: Request, reader: Reader) -> Response:
    """Coverage: for each application under review, how many sheets are locked, open or lacking."""
    selection = await seen_selection(request, reader)
    cases = [case for case in selection.cases if case.under_review]
    found = [coverage(case, selection.method, selection.active) for case in cases]
    wanted, words = (request.query_params.get(key, "") for key in ("review", "q"))
    shown = [one for one in found if wanted in ("", stage_of(one)) and _matches(one, words)]
    if asks_for_file(request):
        return await table_file(
            request, "coverage", HEADER, [_line(selection, one) for one in shown]
        )
    return render(
        request,
        "applications/coverage.html",
        download=HEADER,
        figures=_figures(found),
        columns=COLUMNS,
        rows=[_row(selection, one) for one in shown],
        stages=[(key, text) for key, (text, _) in STAGES.items()],
        reviewers=len(selection.active),
        suggested=len(selection.unanswered),
        lacking=sum(one.lacking for one in found),
        seed=applications_here(request).cohort.id,
    )


@router.post("/deal")
async def deal(request: Request, office: Office) -> Response:
    """Ask as many reviewers as are still needed, evenly."""
    typed = await typed_in(request)
    seed = last(typed, "seed")
    done = await perform(request, office, lambda act: reviewing.deal(act, seed))
    short = sum(done.short.values())
    said = f"Dealt: {len(done.assignments)} sheets."
    if short:
        said += f" Still missing: {short}, because no reviewer without a conflict is left."
    flash(request, said)
    return redirect(HOME)


def stage_of(found: Coverage) -> str:
    """How far the review is, as a key of `STAGES`."""
    return "enough" if found.enough else "lacking" if found.lacking else "open"


def _matches(found: Coverage, words: str) -> bool:
    application = found.case.application
    return says(words, application.reference, application.answers.name)


def _figures(found: list[Coverage]) -> list[dict[str, Any]]:
    stages = [stage_of(one) for one in found]
    figures = [{"label": "under review", "value": len(found), "href": HOME}]
    for key, (text, _) in STAGES.items():
        count = stages.count(key)
        figures.append({"label": text.lower(), "value": count, "href": f"{HOME}?review={key}"})
    return figures


def _row(selection: Selection, found: Coverage) -> dict[str, Any]:
    application = found.case.application
    text, colour = STAGES[stage_of(found)]
    amended = [s for s in found.case.counting(selection.method) if s.content != found.case.content]
    tags = [{"tag": text, "colour": colour}]
    if amended:
        tags.append({"tag": "Amended since", "colour": "orange"})
    return {
        "application": {
            "text": f"{application.answers.name} ({application.reference})",
            "href": case_path(application.id),
        },
        "state": tags,
        "locked": f"{found.counting} of {found.required}",
        "asked": ", ".join(selection.name(email) for email in found.open),
        "lacking": found.lacking or None,
    }


def _line(selection: Selection, found: Coverage) -> list[Any]:
    application = found.case.application
    return [
        application.reference,
        application.answers.name,
        found.counting,
        found.required,
        "; ".join(selection.name(email) for email in found.open),
        found.lacking,
        application.id,
    ]
