"""Applications as a CSV file, in the order in which the list shows them."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from applications.admissions.application import Application
from applications.admissions.needed_documents import documents_coming, documents_needed
from applications.admissions.store import applications_by_id
from applications.web.acting import applications_here
from nextstep_programme import Cohort
from nextstep_web import csv_response

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
    "source",
    "submitted_at",
    "documents_needed",
    "documents_coming",
    "concerns",
    "application_id",
    "person_id",
)
AT_ONCE = 200
"""Applications read together; between two readings other requests have their turn."""


async def spreadsheet(request: Request, ids: Sequence[str]) -> Response:
    """The applications with these ids."""
    here = applications_here(request)
    lines = []
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        found = await applications_by_id(here.db.read, part)
        lines += [_cells(found[one], here.cohort) for one in part]
    return csv_response("applications.csv", HEADER, lines)


def _cells(application: Application, cohort: Cohort) -> list[Any]:
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
        application.source,
        application.submitted_at.isoformat(),
        "; ".join(documents_needed(application, cohort)),
        "; ".join(documents_coming(application, cohort)),
        " ".join(result.office for result in concerns),
        application.id,
        application.person_id,
    ]
