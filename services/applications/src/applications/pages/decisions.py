"""Comparing and deciding: the ranking with its spread, drafts as a whole, and what was applied."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications import store
from applications.commands import staging
from applications.pages import overview
from applications.pages.reviewed import (
    comparing,
    email_of,
    hidden_ids,
    last,
    number,
    reviewed_only,
    typed_in,
)
from applications.pages.selection import HOME, case_path
from applications.pages.site import Office, Reader, act, column, doer, site, state_tag
from applications.places import Ledger
from applications.review.case import Board, Case
from applications.review.drafts import CHOICE_NAMES, Plan, stale
from applications.review.ranking import BY_AVERAGE, Row, presented, ranked
from applications.wording import listed
from nextstep_programme import SUBMITTED
from nextstep_web import NotFound, Refusal, csv_response, flash, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(prefix=HOME, tags=["pages"], dependencies=[Depends(reviewed_only)])

COLUMNS = [
    column("rank", "Rank", numeric=True),
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


@router.get("/ranking")
async def ranking(request: Request, reader: Reader) -> Response:
    """All applications with a locked sheet, best first, with the spread beside the average."""
    here = site(request)
    board = await comparing(request, reader)
    person = email_of(reader)
    every = ranked(board.method, board.cases)
    rows = [row for row in every if person not in row.case.hidden_from]
    if request.query_params.get("format") == "csv":
        return csv_response("ranking.csv", HEADER, [_line(row) for row in rows])
    ledger = await overview.ledger(here.db, here.cohort)
    plan = staging.plan_of(board, person, ledger.free)
    return render(
        request,
        "applications/ranking.html",
        figures=_figures(plan, ledger, board, person),
        plan=plan,
        columns=COLUMNS,
        rows=[_row(board, row) for row in rows],
        free=ledger.free,
        method=board.method,
        tie_breaks=[_named(board, key) for key in board.method.tie_breaks],
        flag=presented(board.method.spread_flag),
        can_change=reader.has("office"),
    )


@router.post("/by-rank")
async def by_rank(request: Request, office: Office) -> Response:
    """Stage offers for the first and the waiting list for the next."""
    typed = await typed_in(request)
    offer, waiting = (number(last(typed, key) or "0") for key in ("offers", "waiting"))
    if offer is None or waiting is None:
        raise Refusal("Give two whole numbers: how many offers, how many on the waiting list.", 422)
    who = doer(request, office)
    bulk = await act(request, lambda desk: staging.stage_by_rank(desk, who, offer, waiting))
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
    who = doer(request, office)
    count = await act(request, lambda desk: staging.drop_all(desk, who))
    flash(request, f"Dropped: {count}. Nothing is staged.")
    return redirect(f"{HOME}/ranking")


@router.get("/decisions")
async def whole(request: Request, reader: Reader) -> Response:
    """The drafts as a whole, in the order in which they would be applied; and what was applied."""
    here = site(request)
    board = await comparing(request, reader)
    ledger = await overview.ledger(here.db, here.cohort)
    plan = staging.plan_of(board, email_of(reader), ledger.free)
    rounds = await here.db.read(store.ROUNDS).find({"cohort": here.cohort.id}, sort=[("at", -1)])
    ranks = {row.case.id: row.rank for row in ranked(board.method, board.cases)}
    return render(
        request,
        "applications/decisions.html",
        figures=_figures(plan, ledger, board, email_of(reader)),
        plan=plan,
        offers=[_planned(case, ranks) for case in plan.offers],
        waiting=[
            _planned(case, ranks) | {"turn": len(ledger.waiting) + place}
            for place, case in enumerate(plan.waiting, start=1)
        ],
        rejections=[_planned(case, ranks) for case in plan.rejections],
        refused=[_planned(case, ranks) | {"why": why} for case, why in plan.refused],
        left=min(ledger.free - len(plan.offers), len(ledger.waiting) + len(plan.waiting)),
        rounds=[_round(one) for one in rounds],
        can_change=reader.has("office"),
    )


@router.post("/apply")
async def apply(request: Request, office: Office) -> Response:
    """Make the decisions that were looked at."""
    typed = await typed_in(request)
    who, digest = doer(request, office), last(typed, "digest")
    done = await act(request, lambda desk: staging.apply(desk, who, digest))
    return redirect(f"{HOME}/rounds/{done}")


@router.get("/rounds/{round_id}")
async def applied(request: Request, reader: Reader, round_id: str) -> Response:
    """Exactly what was applied, and what was refused."""
    here = site(request)
    found = await here.db.read(store.ROUNDS).get(round_id)
    if found is None:
        raise NotFound
    hidden = await hidden_ids(here, reader)
    lines = [line for line in found["lines"] if line["application_id"] not in hidden]
    wanted = {"_id": {"$in": [line["application_id"] for line in lines] + found["promoted"]}}
    rows = await here.db.read(store.APPLICATIONS).find(wanted)
    people = {row["_id"]: store.application_from_document(row) for row in rows}
    return render(
        request,
        "applications/round.html",
        round=found,
        at=short_moment(found["at"]),
        lines=[_applied(line, people) for line in lines if line["outcome"] == "applied"],
        refused=[_applied(line, people) for line in lines if line["outcome"] == "refused"],
        promoted=[{"who": _who(people[one])} for one in found["promoted"] if one not in hidden],
    )


def _named(board: Board, key: str) -> str:
    """What separates two rows, in words."""
    if key == SUBMITTED:
        return "the earlier first submission"
    if key == BY_AVERAGE:
        return "the average"
    return next(c.title for c in board.method.criteria if c.key == key)


def _figures(plan: Plan, ledger: Ledger, board: Board, person: str) -> list[dict[str, Any]]:
    undecided = [
        case
        for case in board.cases
        if case.under_review and case.review.draft is None and person not in case.hidden_from
    ]
    return [
        {"label": f"of {ledger.places} places free", "value": ledger.free},
        {"label": "offers staged", "value": len(plan.offers)},
        {"label": "staged for the waiting list", "value": len(plan.waiting)},
        {"label": "rejections staged", "value": len(plan.rejections)},
        {"label": "undecided", "value": len(undecided)},
    ]


def _row(board: Board, row: Row) -> dict[str, Any]:
    case, result = row.case, row.result
    rank: list[Any] = [str(row.rank)]
    if row.tied:
        rank.append({"tag": "Tie", "colour": "yellow"})
    wide: list[Any] = [presented(result.deviation)]
    if result.wide:
        wide.append({"tag": "Wide", "colour": "orange"})
    return {
        "rank": rank,
        "application": _who(case.application) | {"href": case_path(case.id)},
        "average": presented(result.average),
        "range": f"{presented(result.averages[0])} to {presented(result.averages[-1])}",
        "deviation": wide,
        "sheets": f"{len(result.averages)} of {board.method.required}",
        "separated": _named(board, row.separated_by) if row.separated_by else "nothing",
        "state": state_tag(case.application.state),
        "draft": _draft(board, case),
    }


def _draft(board: Board, case: Case) -> list[Any]:
    draft = case.review.draft
    if draft is None:
        return []
    turn = f" {draft.position}" if draft.position else ""
    tags = [{"tag": f"{CHOICE_NAMES[draft.choice]}{turn}", "colour": COLOURS[draft.choice]}]
    if stale(case, board.method):
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


def _who(application: Any) -> dict[str, Any]:
    return {
        "text": f"{application.answers.name} ({application.reference})",
        "href": case_path(application.id),
    }


def _planned(case: Case, ranks: dict[str, int]) -> dict[str, Any]:
    draft = case.review.draft
    return {
        "who": _who(case.application),
        "rank": str(ranks[case.id]) if case.id in ranks else None,
        "choice": CHOICE_NAMES[draft.choice] if draft else None,
        "reason": draft.reason if draft else None,
        "exception": draft.exception if draft else None,
        "by": draft.by if draft else None,
        "case_id": case.id,
    }


def _round(found: dict[str, Any]) -> dict[str, Any]:
    outcomes = [line["outcome"] for line in found["lines"]]
    return {
        "at": {"text": short_moment(found["at"]), "href": f"{HOME}/rounds/{found['_id']}"},
        "by": found["by"],
        "applied": outcomes.count("applied"),
        "refused": outcomes.count("refused"),
    }


def _applied(line: dict[str, Any], people: dict[str, Any]) -> dict[str, Any]:
    person = people.get(line["application_id"])
    return {
        "who": _who(person) if person else line["reference"],
        "what": {
            "tag": CHOICE_NAMES[line["choice"]],
            "colour": COLOURS[line["choice"]],
        },
        "now": state_tag(person.state) if person else None,
        "why": line["why"],
    }
