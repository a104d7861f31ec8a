"""A reviewer's own pages, for a phone or a desk: what is left to do, and one sheet at a time.

Everything comes from `sight`: an application that the reviewer was not asked about or has a
conflict with reads like none at all, and the others' sheets show only once the own is locked.
"""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions.document_names import document_title
from applications.documents.pages.document import KINDS, bytes_of, file_answer
from applications.review import deciding_conflicts, reviewing
from applications.review.blindness import Sight, mine
from applications.review.case import Case, Selection
from applications.review.conflicts import KIND_NAMES
from applications.review.pages.access import Panel, email_of, reviewed_only, seen_selection
from applications.review.pages.form_fields import last, number, seen_again, typed_in
from applications.review.ranking import presented
from applications.review.sheets import STATE_NAMES, Sheet, SheetState
from applications.web.acting import perform
from applications.web.answer_labels import answer_rows
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_programme.searching import says
from nextstep_web import Form, NotServed, Principal, blank, column, flash, redirect, render
from nextstep_web.answers import files
from nextstep_web.display import size

HOME = "/applications/reviews"
router = APIRouter(prefix=HOME, tags=["pages"], dependencies=[Depends(reviewed_only)])

POINTS = "points-"
"""Before a criterion's key in the name of a form field."""
COLUMNS = [
    column("application", "Application"),
    column("discipline", "Discipline"),
    column("state", "My sheet"),
    column("average", "My average", numeric=True),
]
SHEET_COLOURS: dict[SheetState, str] = {"missing": "grey", "draft": "yellow", "locked": "green"}
WITHHELD = ("Email address", "GMC reference", "GDC number", "National Training Number")
"""Answers that say who somebody is and nothing about what they bring."""


@router.get("")
async def every(request: Request, reviewer: Panel) -> Response:
    """My applications, with what is left to do first."""
    selection, found = await _mine(request, reviewer)
    words = request.query_params.get("q", "")
    wanted = request.query_params.get("sheet", "")
    shown = [
        (case, view)
        for case, view in found
        if says(words, case.application.reference, case.application.answers.name)
        and wanted in ("", view.mine.state)
    ]
    return render(
        request,
        "applications/my_reviews.html",
        columns=COLUMNS,
        rows=[_row(selection, case, view) for case, view in shown],
        states=list(STATE_NAMES.items()),
        locked=sum(view.mine.state == "locked" for _, view in found),
        number=len(found),
    )


@router.get("/{application_id}")
async def sheet(request: Request, reviewer: Panel, application_id: str) -> Response:
    """One application to read and score; the others' sheets once mine is locked."""
    selection, found = await _mine(request, reviewer)
    case, view = _one(found, application_id)
    points = {f"{POINTS}{key}": value for key, value in view.mine.scores.items()}
    return _sheet(request, selection, found, case, blank(comment=view.mine.comment, **points))


@router.post("/{application_id}")
async def score(request: Request, reviewer: Panel, application_id: str) -> Response:
    """Keep my sheet as a draft (`do=save`) or lock it (`lock`, or `lock-next` to go on)."""
    typed = await typed_in(request)
    do = last(typed, "do")
    lock = do in ("lock", "lock-next")
    scores, comment = _points(typed), last(typed, "comment")
    try:
        kept: Sheet = await perform(
            request,
            reviewer,
            lambda act: reviewing.score(act, application_id, scores, comment, lock=lock),
        )
    except AlreadySo:
        raise
    except Refused as refused:
        if not refused.fields:
            raise
        selection, found = await _mine(request, reviewer)
        case, _ = _one(found, application_id)
        fields = _named(refused.fields, selection)
        return _sheet(request, selection, found, case, seen_again(typed, fields), status=422)
    said = "Locked. Only the programme office can open it again."
    flash(request, said if kept.state == "locked" else "Saved as a draft.")
    onward = last(typed, "next") if do == "lock-next" else ""
    return redirect(f"{HOME}/{quote(onward or application_id, safe='')}")


@router.post("/{application_id}/conflict")
async def declare(request: Request, reviewer: Panel, application_id: str) -> Response:
    """Declare a conflict of interest: the application disappears at once."""
    typed = await typed_in(request)
    kind, reason = last(typed, "kind"), last(typed, "reason")
    try:
        await perform(
            request,
            reviewer,
            lambda act: deciding_conflicts.declare(act, application_id, kind, reason),
        )
    except AlreadySo as so:
        flash(request, so.message)
        return redirect(HOME)
    except Refused as refused:
        selection, found = await _mine(request, reviewer)
        case, _ = _one(found, application_id)
        form = seen_again(typed, refused.fields)
        return _sheet(request, selection, found, case, form, status=422)
    flash(request, "Recorded. You will not see this application again.")
    return redirect(HOME)


@router.get("/{application_id}/documents/{key}", responses=files(*KINDS))
async def document(request: Request, reviewer: Panel, application_id: str, key: str) -> Response:
    """Download a document of an application that I review. Never shown inside a page."""
    _, found = await _mine(request, reviewer)
    case, _ = _one(found, application_id)
    held = case.application.documents.get(key)
    if held is None:
        raise NoSuch("There is no such document.")
    return file_answer(case.application, held, await bytes_of(request, held), "attachment")


Found = tuple[tuple[Case, Sight], ...]


async def _mine(request: Request, principal: Principal) -> tuple[Selection, Found]:
    email = email_of(principal)
    selection = await seen_selection(request, principal, reviewer=email)
    if email not in selection.active:
        raise NotServed(
            "The programme office has not asked you to review. If you expected it to, tell the "
            f"office the address that you signed in with: {principal.subject}.",
            403,
        )
    return selection, mine(selection.cases, email, selection.method)


def _one(found: Found, application_id: str) -> tuple[Case, Sight]:
    for case, view in found:
        if case.id == application_id:
            return case, view
    raise NoSuch("There is no such application.")


def _next(found: Found, application_id: str) -> Case | None:
    """The application to score after this one: the next in the list without a locked sheet."""
    ids = [case.id for case, _ in found]
    here = ids.index(application_id)
    for case, view in (*found[here + 1 :], *found[:here]):
        if view.mine.state != "locked":
            return case
    return None


def _row(selection: Selection, case: Case, view: Sight) -> dict[str, Any]:
    text = f"{case.application.answers.name} ({case.application.reference})"
    state = view.mine.state
    return {
        "application": {"text": text, "href": f"{HOME}/{case.id}"},
        "discipline": case.application.answers.discipline,
        "state": {"tag": STATE_NAMES[state], "colour": SHEET_COLOURS[state]},
        "average": presented(selection.method.average(view.mine.scores))
        if state == "locked" and not selection.method.problems(view.mine.scores)
        else None,
    }


def _sheet(
    request: Request,
    selection: Selection,
    found: Found,
    case: Case,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    _, view = _one(found, case.id)
    return render(
        request,
        "applications/my_sheet.html",
        status,
        application=case.application,
        answers=[row for row in answer_rows(case.application.answers) if row[0] not in WITHHELD],
        documents=_documents(case),
        method=selection.method,
        points=POINTS,
        mine=view.mine,
        state={
            "tag": STATE_NAMES[view.mine.state],
            "colour": SHEET_COLOURS[view.mine.state],
        },
        amended=view.mine.state == "locked" and view.mine.content != case.content,
        comparison=compared(selection, (view.mine, *view.others), {view.mine.reviewer: "You"}),
        comments=[(selection.name(s.reviewer), s.comment) for s in view.others if s.comment],
        result=view.result,
        kinds=[{"value": key, "text": text} for key, text in KIND_NAMES.items()],
        next=_next(found, case.id),
        form=form,
        here=f"{HOME}/{case.id}",
        presented=presented,
    )


def compared(
    selection: Selection, sheets: tuple[Sheet, ...], names: dict[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Columns and rows of a table: criteria down, reviewers across, the averages last."""
    whole = [s for s in sheets if s.locked_at and not selection.method.problems(s.scores)]
    columns = [column("title", "Criterion")]
    for place, one in enumerate(whole):
        label = names.get(one.reviewer, selection.name(one.reviewer))
        columns.append(column(f"r{place}", label, numeric=True))
    rows: list[dict[str, Any]] = []
    for criterion in selection.method.criteria:
        cells = {f"r{n}": str(one.scores[criterion.key]) for n, one in enumerate(whole)}
        rows.append({"title": criterion_title(criterion.title, criterion.weight)} | cells)
    averages = {f"r{n}": presented(selection.method.average(s.scores)) for n, s in enumerate(whole)}
    rows.append({"title": "Average"} | averages)
    return columns, rows if whole else []


def criterion_title(title: str, weight: int) -> str:
    """A criterion with how often it counts, where that is more than once."""
    return f"{title} (counts {weight} times)" if weight > 1 else title


def _documents(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "document": document_title(key),
            "file": {"text": held.name, "href": f"{HOME}/{case.id}/documents/{key}"}
            if held.usable
            else held.name,
            "size": size(held.size),
        }
        for key, held in sorted(case.application.documents.items())
    ]


def _points(typed: dict[str, list[str]]) -> dict[str, int]:
    """The points by criterion key; what is no number counts as off the scale."""
    return {
        name.removeprefix(POINTS): number(values[-1].strip()) or 0
        for name, values in typed.items()
        if name.startswith(POINTS) and values[-1].strip()
    }


def _named(fields: dict[str, str], selection: Selection) -> dict[str, str]:
    """Faults by the name of the form's field."""
    keys = selection.method.keys
    return {f"{POINTS}{key}" if key in keys else key: text for key, text in fields.items()}
