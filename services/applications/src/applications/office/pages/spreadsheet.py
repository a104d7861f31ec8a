"""Applications as a CSV file, in the order in which the list shows them."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from applications.admissions.application import Application
from applications.admissions.needed_documents import documents_coming, documents_needed
from applications.admissions.store import applications_by_id
from applications.admissions.waiting import listed_sentences
from applications.employers.store import load_employers
from applications.web.acting import applications_here
from nextstep_programme import Cohort
from nextstep_programme.employers import Employers
from nextstep_web import table_file

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
    "employer",
    "employer_as_written",
    "training_grade",
    "cct_date",
    "ltft_percentage",
    "late",
    "source",
    "entered_by",
    "came_by",
    "submitted_at",
    "documents_needed",
    "documents_coming",
    "concerns",
    "awaits_office",
    "application_id",
    "person_id",
)
AT_ONCE = 200
"""Applications read together; between two readings other requests have their turn."""


async def spreadsheet(
    request: Request,
    ids: Sequence[str],
    *,
    knows_all: bool = True,
    columns: Sequence[str] | None = None,
) -> Response:
    """The applications with these ids, for somebody who `knows_all` or is told of no other.

    `columns` are those chosen, where it is not the address that says so.
    """
    here = applications_here(request)
    employers = (await load_employers(here.db.read)).employers
    lines = []
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        found = await applications_by_id(here.db.read, part)
        shown = (found[one] if knows_all else found[one].without_others() for one in part)
        lines += [_cells(one, here.cohort, employers) for one in shown]
    return await table_file(request, "applications", HEADER, lines, columns=columns)


def _cells(application: Application, cohort: Cohort, employers: Employers) -> list[Any]:
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
        employers.called(answers.trust),
        answers.trust,
        answers.training_grade,
        answers.cct_date,
        answers.ltft_percentage,
        application.late,
        application.source,
        application.by_hand.by if application.by_hand else "",
        application.by_hand.came_by if application.by_hand else "",
        application.submitted_at.isoformat(),
        "; ".join(documents_needed(application, cohort)),
        "; ".join(documents_coming(application, cohort)),
        " ".join(result.office for result in concerns),
        " ".join(listed_sentences(application.awaits_office, cohort.zone)),
        application.id,
        application.person_id,
    ]
