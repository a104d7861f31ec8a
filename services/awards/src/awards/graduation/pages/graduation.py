"""Graduation: a dry run that shows who and why not, then everybody together."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from awards.graduation.graduating import graduate
from awards.graduation.store import dry_run
from awards.graduation.who_graduates import OUTCOME_NAMES, DryRun, PlanLine
from awards.panel.store import known_panel
from awards.result.store import load_result
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from nextstep_programme.searching import says
from nextstep_web import (
    NotServed,
    asks_for_file,
    column,
    flash,
    listing,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import nothing_closed

RECUSED = (
    "You are on the panel, and a conflict of interest keeps a project from you. Who graduates is "
    "about all Fellows: ask a colleague without one."
)


async def not_recused(request: Request) -> None:
    """Let graduation exist for who may know every author: it says how each of them stands.

    Raises:
        NotServed: a conflict of interest keeps a project from whoever asks.

    """
    here = awards_of(request)
    if (await known_panel(here.read, here, people_here(request))).left_out:
        raise NotServed(RECUSED, 403)


# who graduates is decided of all together, by who may know all
router = APIRouter(
    prefix="/awards/graduation",
    tags=["pages"],
    dependencies=[Depends(nothing_closed), Depends(not_recused)],
)
COLOURS = {
    "graduate": "blue",
    "update": "purple",
    "graduated": "green",
    "not_yet": "orange",
    "discrepancy": "red",
}
COLUMNS = [
    column("name", "Fellow", sort=True),
    column("outcome", "Outcome", sort=True),
    column("bursary", "Bursary", sort=True),
    column("reasons", "Reasons"),
    column("discount", "Discount until"),
]
HEADER = (
    "person_id",
    "name",
    "outcome",
    "bursary",
    "graduated_on",
    "discount_until",
    "revision",
    "reasons",
)


@router.get("", responses=TABLE_FILES)
async def graduation(request: Request, _: Viewer) -> Response:
    """Who would graduate now, and who would not, with the reasons."""
    here = awards_of(request)
    result = await load_result(here.read, here)
    run = await dry_run(here.read, here, result)
    if asks_for_file(request):
        return await table_file(
            request, "graduation", HEADER, [_csv_row(run, one) for one in run.lines]
        )
    keys: dict[str, Any] = {
        "name": lambda one: run.fellows[one.person_id].name.casefold(),
        "outcome": lambda one: one.outcome,
        "bursary": lambda one: not one.bursary,
    }
    page = listing(request, _found(request, run), keys, "name", per_page=0)
    return render(
        request,
        "awards/graduation.html",
        download=HEADER,
        found=page,
        columns=COLUMNS,
        rows=[_row(run, one) for one in page.rows],
        outcomes=list(OUTCOME_NAMES.items()),
        acting=sum(1 for one in run.lines if one.acts),
        fingerprint=run.fingerprint,
        decided=result.announced is not None,
        cohort=here.cohort,
    )


def _found(request: Request, run: DryRun) -> list[PlanLine]:
    """The lines that were asked for."""
    wanted = request.query_params.get("outcome", "")
    words = request.query_params.get("q", "")
    return [
        one
        for one in run.lines
        if wanted in ("", one.outcome) and says(words, run.fellows[one.person_id].name)
    ]


def _row(run: DryRun, line: PlanLine) -> dict[str, Any]:
    known = run.graduations.get(line.person_id)
    return {
        "name": run.fellows[line.person_id].name,
        "outcome": {"tag": OUTCOME_NAMES[line.outcome], "colour": COLOURS[line.outcome]},
        "bursary": "Yes" if line.bursary else None,
        "reasons": " ".join(line.reasons),
        "discount": known.discount_until if known else None,
    }


def _csv_row(run: DryRun, line: PlanLine) -> tuple[Any, ...]:
    known = run.graduations.get(line.person_id)
    return (
        line.person_id,
        run.fellows[line.person_id].name,
        line.outcome,
        line.bursary,
        known.graduated_on if known else None,
        known.discount_until if known else None,
        known.revision if known else None,
        " ".join(line.reasons),
    )


@router.post("")
async def graduate_all(
    request: Request, office: Office, plan: Annotated[str, Form()] = ""
) -> Response:
    """Graduate everybody on the list that was looked at."""
    number = await perform(request, office, lambda act: graduate(act, plan))
    flash(request, f"{number} Fellows are told of their graduation.")
    return redirect("/awards/graduation")
