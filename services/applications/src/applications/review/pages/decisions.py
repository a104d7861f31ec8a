"""Drafts looked at as a whole and applied together; and exactly what was applied."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions import store
from applications.admissions.application import Application
from applications.review import staging
from applications.review.case import Case
from applications.review.pages.access import comparing, reviewed_only
from applications.review.pages.case import HOME
from applications.review.pages.form_fields import last, typed_in
from applications.review.pages.ranking import COLOURS, figures, who
from applications.review.ranking import ranked
from applications.review.rounds import Round, RoundLine
from applications.review.staged_decisions import CHOICE_NAMES
from applications.review.store import load_round, load_rounds
from applications.web.access import Office, Reader
from applications.web.acting import applications_here, perform
from applications.web.cells import state_tag
from nextstep_contracts import NoSuch
from nextstep_web import redirect, render

router = APIRouter(prefix=HOME, tags=["pages"], dependencies=[Depends(reviewed_only)])


@router.get("/decisions")
async def whole(request: Request, reader: Reader) -> Response:
    """The drafts as a whole, in the order in which they would be applied; and what was applied."""
    here = applications_here(request)
    selection = await comparing(request, reader)
    ledger = await store.load_ledger(here.db.read, here.cohort)
    plan = staging.plan_of(selection, ledger.free)
    rounds = await load_rounds(here.db.read, here.cohort)
    ranks = {row.case.id: row.rank for row in ranked(selection.method, selection.cases)}
    return render(
        request,
        "applications/decisions.html",
        figures=figures(plan, ledger, selection),
        plan=plan,
        offers=[_planned(case, ranks) for case in plan.offers],
        waiting=[
            _planned(case, ranks) | {"turn": len(ledger.waiting) + place}
            for place, case in enumerate(plan.waiting, start=1)
        ],
        rejections=[_planned(case, ranks) for case in plan.rejections],
        refused=[_planned(case, ranks) | {"why": why} for case, why in plan.refused],
        exceptions=any(c.review.draft and c.review.draft.exception for c in selection.cases),
        left=min(ledger.free - len(plan.offers), len(ledger.waiting) + len(plan.waiting)),
        rounds=[_round(one) for one in rounds],
        can_change=reader.has("office"),
    )


@router.post("/apply")
async def apply(request: Request, office: Office) -> Response:
    """Make the decisions that were looked at."""
    typed = await typed_in(request)
    digest = last(typed, "digest")
    done = await perform(request, office, lambda act: staging.apply(act, digest))
    return redirect(f"{HOME}/rounds/{done}")


@router.get("/rounds/{round_id}")
async def applied(request: Request, reader: Reader, round_id: str) -> Response:
    """Exactly what was applied, and what was refused."""
    here = applications_here(request)
    await comparing(request, reader)
    found = await load_round(here.db.read, round_id)
    if found is None:
        raise NoSuch
    named = [*(line.application_id for line in found.lines), *found.promoted]
    people = await store.applications_by_id(here.db.read, named)
    return render(
        request,
        "applications/selection_round.html",
        round=found,
        at=found.at,
        lines=[_applied(line, people) for line in found.lines if line.outcome == "applied"],
        refused=[_applied(line, people) for line in found.lines if line.outcome == "refused"],
        promoted=[{"who": who(people[one])} for one in found.promoted],
    )


def _planned(case: Case, ranks: dict[str, int]) -> dict[str, Any]:
    draft = case.review.draft
    return {
        "who": who(case.application),
        "rank": str(ranks[case.id]) if case.id in ranks else None,
        "choice": CHOICE_NAMES[draft.choice] if draft else None,
        "reason": draft.reason if draft else None,
        "exception": draft.exception if draft else None,
        "by": draft.by if draft else None,
        "case_id": case.id,
    }


def _round(found: Round) -> dict[str, Any]:
    return {
        "at": {"text": found.at, "href": f"{HOME}/rounds/{found.id}"},
        "by": found.by,
        "applied": found.count("applied"),
        "refused": found.count("refused"),
    }


def _applied(line: RoundLine, people: Mapping[str, Application]) -> dict[str, Any]:
    person = people.get(line.application_id)
    return {
        "who": who(person) if person else line.reference,
        "rank": str(line.rank) if line.rank else None,
        "what": {
            "tag": CHOICE_NAMES[line.choice],
            "colour": COLOURS[line.choice],
        },
        "now": state_tag(person.state) if person else None,
        "why": line.why,
    }
