"""The ranking with its spread, and staging by rank."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions import store
from applications.admissions.application import Application
from applications.admissions.place_ledger import Ledger
from applications.review import staging
from applications.review.case import Case, Selection
from applications.review.pages.access import comparing, reviewed_only
from applications.review.pages.case import HOME, case_path
from applications.review.pages.form_fields import last, number, typed_in
from applications.review.ranking import BY_AVERAGE, Row, presented, ranked
from applications.review.staged_decisions import CHOICE_NAMES, Plan, stale
from applications.web.access import Office, Reader
from applications.web.acting import applications_here, perform
from applications.web.cells import state_tag
from nextstep_programme import SUBMITTED
from nextstep_programme.writing import listed
from nextstep_web import NotServed, asks_for_file, column, flash, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix=HOME, tags=["pages"], dependencies=[Depends(reviewed_only)])

COLUMNS = [
    column("rank", "Rank"),
    column("application", "Application"),
    column("average", "Average", numeric=True),
    column("range", "Lowest to highest"),
    column("deviation", "Standard deviation", numeric=True),
    column("sheets", "Sheets", numeric=True),
    column("separated", "Separated by"),
    column("state", "State"),
    column("draft", "Staged"),
]
HEADER = (
    "rank",
    "reference",
    "name",
    "average",
    "average_exact",
    "lowest",
    "highest",
    "deviation",
    "wide",
    "sheets",
    "separated_by",
    "state",
    "staged",
    "application_id",
)
COLOURS = {"offer": "blue", "waitlist": "purple", "reject": "red"}
SHOWN_TIES = 5
"""Names in a notice; a tie of more is looked up in the ranking."""


@router.get("/ranking", responses=TABLE_FILES)
async def ranking(request: Request, reader: Reader) -> Response:
    """All applications with a locked sheet, best first, with the spread beside the average."""
    here = applications_here(request)
    selection = await comparing(request, reader)
    rows = ranked(selection.method, selection.cases)
    if asks_for_file(request):
        return await table_file(request, "ranking", HEADER, [_line(row) for row in rows])
    ledger = await store.load_ledger(here.db.read, here.cohort)
    plan = staging.plan_of(selection, ledger.free)
    return render(
        request,
        "applications/ranking.html",
        download=HEADER,
        figures=figures(plan, ledger, selection),
        plan=plan,
        columns=COLUMNS,
        rows=[_row(selection, row) for row in rows],
        free=ledger.free,
        method=selection.method,
        tie_breaks=[_named(selection, key) for key in selection.method.tie_breaks],
        flag=presented(selection.method.spread_flag),
        can_change=reader.has("office"),
    )


@router.post("/by-rank")
async def by_rank(request: Request, office: Office) -> Response:
    """Stage offers for the first and the waiting list for the next."""
    typed = await typed_in(request)
    offer, waiting = (number(last(typed, key) or "0") for key in ("offers", "waiting"))
    if offer is None or waiting is None:
        raise NotServed(
            "Give two whole numbers: how many offers, how many on the waiting list.", 422
        )
    bulk = await perform(request, office, lambda act: staging.stage_by_rank(act, offer, waiting))
    flash(request, f"Staged: {len(bulk.wanted)}. Nothing is decided until you apply.")
    if bulk.tied:
        names = tuple(case.application.reference for case in bulk.tied[:SHOWN_TIES])
        more = len(bulk.tied) - len(names)
        said = f"{listed(names)}{f' and {more} more' if more else ''}"
        flash(request, f"A tie crosses the line: {said} stay undecided. Stage these by hand.")
    return redirect(f"{HOME}/ranking")


@router.post("/drop")
async def drop(request: Request, office: Office) -> Response:
    """Forget all drafts."""
    count = await perform(request, office, staging.drop_all)
    flash(request, f"Dropped: {count}. Nothing is staged.")
    return redirect(f"{HOME}/ranking")


def figures(plan: Plan, ledger: Ledger, selection: Selection) -> list[dict[str, Any]]:
    """The numbers of what is staged against the places there are."""
    undecided = [c for c in selection.cases if c.under_review and c.review.draft is None]
    return [
        {"label": f"of {ledger.places} places free", "value": ledger.free},
        {"label": "offers staged", "value": len(plan.offers)},
        {"label": "staged for the waiting list", "value": len(plan.waiting)},
        {"label": "rejections staged", "value": len(plan.rejections)},
        {"label": "undecided", "value": len(undecided)},
    ]


def who(application: Application) -> dict[str, Any]:
    """An applicant as a cell that leads to the review."""
    return {
        "text": f"{application.answers.name} ({application.reference})",
        "href": case_path(application.id),
    }


def _row(selection: Selection, row: Row) -> dict[str, Any]:
    case, result = row.case, row.result
    rank: list[Any] = [str(row.rank)]
    if row.tied:
        rank.append({"tag": "Tie", "colour": "yellow"})
    wide: list[Any] = [presented(result.deviation)]
    if result.wide:
        wide.append({"tag": "Wide", "colour": "orange"})
    return {
        "rank": rank,
        "application": who(case.application) | {"href": case_path(case.id)},
        "average": presented(result.average),
        "range": f"{presented(result.averages[0])} to {presented(result.averages[-1])}",
        "deviation": wide,
        "sheets": f"{len(result.averages)} of {selection.method.required}",
        "separated": _separated(selection, row),
        "state": state_tag(case.application.state),
        "draft": _draft(selection, case),
    }


def _separated(selection: Selection, row: Row) -> str | None:
    """What puts a row below the one above it; there is none above the first."""
    if row.rank == 1 and row.separated_by:
        return None
    return _named(selection, row.separated_by) if row.separated_by else "nothing"


def _draft(selection: Selection, case: Case) -> list[Any] | None:
    draft = case.review.draft
    if draft is None:
        return None
    turn = f" {draft.position}" if draft.position else ""
    tags = [{"tag": f"{CHOICE_NAMES[draft.choice]}{turn}", "colour": COLOURS[draft.choice]}]
    if stale(case, selection.method):
        tags.append({"tag": "Stale", "colour": "orange"})
    return tags


def _line(row: Row) -> list[Any]:
    result, application = row.result, row.case.application
    draft = row.case.review.draft
    return [
        row.rank,
        application.reference,
        application.answers.name,
        presented(result.average),
        f"{result.average.numerator}/{result.average.denominator}",
        presented(result.averages[0]),
        presented(result.averages[-1]),
        presented(result.deviation),
        result.wide,
        len(result.averages),
        row.separated_by,
        application.state,
        draft.choice if draft else None,
        application.id,
    ]


def _named(selection: Selection, key: str) -> str:
    """What separates two rows, in words."""
    if key == SUBMITTED:
        return "the earlier first submission"
    if key == BY_AVERAGE:
        return "the average"
    return next(c.title for c in selection.method.criteria if c.key == key)
