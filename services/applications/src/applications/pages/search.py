"""The list of applications: search, filters, sorting, CSV. The database does the work."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from applications import store
from applications.application import Application, documents_needed
from applications.pages.site import Reader, application_path, column, site, state_tag
from applications.wording import folded
from applications.workflow import STATES
from nextstep_messaging import Database
from nextstep_web import asked, csv_response, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications", tags=["pages"])

SORT_FIELDS = {
    "reference": "reference",
    "name": "sort_name",
    "state": "state",
    "submitted": "submitted_at",
}
COLUMNS = [
    column("reference", "Reference", sort=True),
    column("name", "Name", sort=True),
    column("discipline", "Discipline"),
    column("trust", "Trust or practice"),
    column("state", "State", sort=True),
    column("submitted", "Submitted", sort=True),
]
FLAGS = {
    "late": "Late",
    "after_decision": "Submission to decide on",
    "leave_missing": "Leave not possible, trust not told",
    "bounced": "Mail came back",
}
HEADER = (
    "reference",
    "state",
    "name",
    "email",
    "gmc_number",
    "gdc_number",
    "discipline",
    "specialty",
    "region",
    "trust",
    "training_grade",
    "cct_date",
    "ltft_percentage",
    "late",
    "submitted_at",
    "documents_needed",
    "concerns",
    "application_id",
    "person_id",
)
MOST_WORDS = 6
"""Words of a search that count; more only make it slower."""


@router.get("/list")
async def every(request: Request, _: Reader) -> Response:
    """Applications that match the search and the filters."""
    here = site(request)
    query = dict(request.query_params)
    matching = {"cohort": here.cohort.id} | _search(query) | await _flag(here.db, query)
    how = asked(request, tuple(SORT_FIELDS), "-submitted")
    order = [(SORT_FIELDS[how.sort], -1 if how.descending else 1), ("_id", 1)]
    rows = here.db.read(store.APPLICATIONS)
    if query.get("format") == "csv":
        found = await rows.find(matching, sort=order)
        lines = [_line(store.application_from_document(row), here.cohort) for row in found]
        return csv_response("applications.csv", HEADER, lines)
    total = await rows.count(matching)
    found = await rows.find(matching, sort=order, skip=how.skip, limit=how.per_page)
    applications = [store.application_from_document(row) for row in found]
    return render(
        request,
        "applications/list.html",
        found=how.listing(applications, total),
        rows=[_cells(application) for application in applications],
        columns=COLUMNS,
        filters=_filters(here.cohort.eligibility.disciplines),
    )


def _search(query: dict[str, str]) -> dict[str, Any]:
    """Every word of the search begins a word of the application; state and discipline are equal."""
    wanted: list[dict[str, Any]] = [
        {"search": {"$regex": f"^{re.escape(word)}"}}
        for word in store.words(query.get("q", ""))[:MOST_WORDS]
    ]
    if query.get("state") in STATES:
        wanted.append({"state": query["state"]})
    if query.get("discipline"):
        wanted.append({"discipline": folded(query["discipline"])})
    return {"$and": wanted} if wanted else {}


async def _flag(db: Database, query: dict[str, str]) -> dict[str, Any]:
    match query.get("flag"):
        case "late":
            return {"late": True}
        case "after_decision":
            return {"awaits_office": {"$ne": None}}
        case "leave_missing":
            no_trust = {"status": "not_possible", "trust_notified": None}
            return {"state": "accepted", "study_leave": {"$elemMatch": no_trust}}
        case "bounced":
            letters = await db.read(store.CORRESPONDENCE).find({"mail.bounced.permanent": True})
            return {"person_id": {"$in": [person["_id"] for person in letters]}}
    return {}


def _filters(disciplines: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"name": "q", "label": "Name, number, trust or specialty"},
        {
            "name": "state",
            "label": "State",
            "items": [(state, name.office) for state, name in STATES.items()],
        },
        {
            "name": "discipline",
            "label": "Discipline",
            "items": [(name, name.capitalize()) for name in disciplines],
        },
        {"name": "flag", "label": "Marked", "items": list(FLAGS.items())},
    ]


def _cells(application: Application) -> dict[str, Any]:
    answers = application.answers
    tags = [state_tag(application.state)]
    if application.late:
        tags.append({"tag": "Late", "colour": "pink"})
    return {
        "reference": {"text": application.reference, "href": application_path(application.id)},
        "name": answers.name,
        "discipline": answers.discipline,
        "trust": answers.trust,
        "state": tags,
        "submitted": short_moment(application.submitted_at),
    }


def _line(application: Application, cohort: Any) -> list[Any]:
    answers = application.answers
    concerns = application.assessment.concerns if application.assessment else ()
    return [
        application.reference,
        application.state,
        answers.name,
        answers.email,
        answers.gmc_number,
        answers.gdc_number,
        answers.discipline,
        answers.specialty,
        answers.region,
        answers.trust,
        answers.training_grade,
        answers.cct_date,
        answers.ltft_percentage,
        application.late,
        application.submitted_at.isoformat(),
        "; ".join(documents_needed(application, cohort)),
        " ".join(result.office for result in concerns),
        application.id,
        application.person_id,
    ]
