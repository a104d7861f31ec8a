"""The rules as a dry run over all applications, and applications that older rules judged."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.act import on
from applications.admissions.application import Application
from applications.admissions.deciding import run_current_rules
from applications.admissions.rule_trial import (
    STANDINGS,
    Changed,
    Changes,
    Standing,
    what_changes,
)
from applications.office.store import all_applications, judged_by_older_rules
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, attempt
from applications.web.cells import application_path, state_tag
from nextstep_programme import Cohort, CohortError, varied
from nextstep_web import (
    Form,
    asks_for_file,
    blank,
    column,
    flash,
    listing,
    read_form,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import TABLE_FILES
from nextstep_web.display import day, plural

router = APIRouter(
    prefix="/applications/eligibility", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

PAGE = "/applications/eligibility"
COLOURS: dict[Standing, str] = {
    "pass": "green",
    "documents": "yellow",
    "refer": "orange",
    "fail": "red",
}
QUESTIONS = {
    "window_years": "eligibility.cct_window_years",
    "less_than_full_time": "eligibility.less_than_full_time",
    "region": "eligibility.region",
    "training_on": "eligibility.training_on",
    "deadline_on": "deadline_on",
}
"""Fields of the form, and the fields of the cohort file that they would change."""
COLUMNS = [
    column("reference", "Reference", sort=True),
    column("name", "Name", sort=True),
    column("state", "State"),
    column("now", "Now", sort=True),
    column("then", "Then", sort=True),
    column("office", "What the other rules find"),
    column("applicant", "In words for the applicant"),
]
HEADER = ("reference", "name", "state", "now", "then", "office", "applicant", "application_id")
SORTED_BY = {
    "reference": lambda one: one.application.reference,
    "name": lambda one: one.application.answers.name.casefold(),
    "now": lambda one: one.now,
    "then": lambda one: one.then,
}


class Run(BaseModel):
    """Why the rules are run again."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("", responses=TABLE_FILES)
async def dry_run(request: Request, reader: Reader) -> Response:
    """What would change by other rules. Changes nothing."""
    here = applications_here(request)
    form = blank(**request.query_params)
    try:
        then = varied(here.cohort, _changes(form))
    except CohortError as wrong:
        for problem in wrong.problems:
            form.refuse(_field(problem.field), f"{problem.message} Allowed: {problem.allowed}.")
        return await _page(request, form, None, office=reader.has("office"), status=422)
    if then == here.cohort:
        return await _page(request, form, None, office=reader.has("office"))
    applications = await all_applications(here.db.read, here.cohort)
    changes = await asyncio.to_thread(what_changes, applications, here.cohort, then)
    if asks_for_file(request):
        return await table_file(request, "dry-run", HEADER, [_line(one) for one in changes.changed])
    return await _page(request, form, changes, office=reader.has("office"))


@router.post("/run")
async def run(request: Request, office: Office) -> Response:
    """Run the rules in force over undecided applications that older ones judged."""
    form = await read_form(request, Run)
    if not form.valid:
        return await _page(request, form, None, office=True, status=422)
    count, reason = 0, form.data.reason
    here = applications_here(request)
    for old in await judged_by_older_rules(here.db.read, here.cohort):
        # one that is decided meanwhile is left as it is
        count += await attempt(request, office, on(old.id, run_current_rules, reason))
    flash(request, f"The current rules were run over {plural(count, 'application')}.")
    return redirect(PAGE)


def _changes(form: Form[Any]) -> dict[str, str]:
    """What the form asks, as changes to the cohort file; an empty field changes nothing."""
    asked = {path: form.value(name) for name, path in QUESTIONS.items() if form.value(name)}
    if start := form.value("start"):
        asked["eligibility.commencement"] = start
        asked["eligibility.commencement_alternatives"] = "[]"
    return asked


def _field(path: str) -> str:
    return next((name for name, field in QUESTIONS.items() if field == path), "start")


async def _page(
    request: Request, form: Form[Any], changes: Changes | None, *, office: bool, status: int = 200
) -> Response:
    here = applications_here(request)
    found = listing(request, changes.changed if changes else (), SORTED_BY, "reference")
    return render(
        request,
        "applications/rule_trial.html",
        status,
        cohort=here.cohort,
        form=form,
        starts=_starts(here.cohort),
        changes=changes,
        counts=_counts(changes) if changes else [],
        found=found,
        columns=COLUMNS,
        rows=[_cells(one) for one in found.rows],
        older=[_old(one) for one in await judged_by_older_rules(here.db.read, here.cohort)],
        office=office,
    )


def _starts(cohort: Cohort) -> list[dict[str, str]]:
    """The days that "commencing" can mean: those of the file, named by the session on them."""
    titles = {s.on: s.title for s in cohort.sessions if s.on}
    rules = cohort.eligibility
    found = [{"value": "", "text": "As now"}]
    for start in (rules.commencement, *rules.commencement_alternatives):
        title = titles.get(start, "").partition(":")[0]
        text = f"{title}, {day(start)}, alone" if title else f"{day(start)}, alone"
        found.append({"value": start.isoformat(), "text": text})
    return found


def _counts(changes: Changes) -> list[dict[str, Any]]:
    return [
        {
            "outcome": text,
            "now": changes.now[one],
            "then": changes.then[one],
            "change": f"{changes.then[one] - changes.now[one]:+d}".replace("+0", "0"),
        }
        for one, text in STANDINGS.items()
    ]


def _cells(one: Changed) -> dict[str, Any]:
    application = one.application
    cleared = [{"tag": "Decided by the office", "colour": "grey"}] if application.cleared else []
    return {
        "reference": {"text": application.reference, "href": application_path(application.id)},
        "name": application.answers.name,
        "state": [state_tag(application.state), *cleared],
        "now": {"tag": STANDINGS[one.now], "colour": COLOURS[one.now]},
        "then": {"tag": STANDINGS[one.then], "colour": COLOURS[one.then]},
        "office": " ".join(finding.office for finding in one.findings),
        "applicant": " ".join(finding.applicant for finding in one.findings),
    }


def _line(one: Changed) -> tuple[str, ...]:
    application = one.application
    return (
        application.reference,
        application.answers.name,
        application.state,
        one.now,
        one.then,
        " ".join(finding.office for finding in one.findings),
        " ".join(finding.applicant for finding in one.findings),
        application.id,
    )


def _old(application: Application) -> dict[str, Any]:
    return {
        "reference": {"text": application.reference, "href": application_path(application.id)},
        "name": application.answers.name,
        "state": state_tag(application.state),
        "version": application.assessment.version if application.assessment else None,
    }
