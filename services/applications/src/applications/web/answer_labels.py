"""What the answers are called on the office's pages, and how they are read there."""

from typing import Any

from applications.admissions.answers import Answers
from nextstep_programme.employers import NONE_KNOWN, Employers
from nextstep_web.display import day

LABELS = {
    "name": "Name",
    "email": "Email address",
    "gmc_number": "GMC reference",
    "gdc_number": "GDC number",
    "discipline": "Discipline",
    "specialty": "Specialty",
    "region": "Training region",
    "deanery": "Deanery",
    "trust": "Employer",
    "training_grade": "Training grade",
    "ntn": "National Training Number",
    "cct_date": "Expected date of CCT or CCST",
    "ltft_percentage": "Less than full time",
    "in_training_on": "Still in training on the stated day",
}


def answer_rows(answers: Answers, employers: Employers = NONE_KNOWN) -> list[tuple[str, Any]]:
    """The answers for a person to read, with what could not be read as it was written.

    And with the name of the employer, where `employers` knows whom the applicant means.
    """
    rows: list[tuple[str, Any]] = []
    for name, label in LABELS.items():
        value = getattr(answers, name)
        if name in answers.unread:
            value = {"text": answers.unread[name], "hint": "This could not be read."}
        elif name in answers.vague:
            hint = f"Written as “{answers.vague[name]}”: its last day counts."
            value = {"text": day(value), "hint": hint}
        elif name == "trust" and (called := employers.called(value)) != value:
            value = {"text": called, "hint": f"Written as “{value}”."}
        elif name == "cct_date" and value:
            value = day(value)
        elif name == "ltft_percentage" and value is not None:
            value = f"{value}%"
        elif name == "in_training_on" and value is not None:
            value = "Yes" if value else "No"
        rows.append((label, value))
    return rows
