"""What the office types instead of what arrived: read as an answer is, before it is kept. Pure."""

from collections.abc import Mapping

from applications.admissions.answers import Answers
from applications.admissions.wording import folded
from applications.intake.field_map.answer_readers import Customs, reader
from applications.intake.sources import MAPPABLE
from nextstep_documents.clean_text import LONGEST, clean
from nextstep_programme import Cohort

HOW = {
    "email": "Enter one email address, for example name@example.org",
    "gmc_number": "Enter the seven digits of a GMC reference",
    "gdc_number": "Enter the four to seven digits of a GDC number",
    "cct_date": "Enter a date, for example 6 August 2025",
    "ltft_percentage": "Enter a percentage from 1 to 100, for example 80",
    "in_training_on": "Enter yes or no",
}
"""How an answer that is more than text is typed."""


def typed_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without what was left empty."""
    found = {name: clean(text) for name, text in answers.items() if name in MAPPABLE}
    return {name: text for name, text in found.items() if text}


def faults_in(typed: Mapping[str, str], cohort: Cohort) -> dict[str, str]:
    """What cannot be kept as an answer, by its name, each with what to type instead."""
    return {name: fault for name, text in typed.items() if (fault := _fault(name, text, cohort))}


def _fault(name: str, text: str, cohort: Cohort) -> str | None:
    if len(text) > LONGEST:
        return f"Enter at most {LONGEST} characters"
    value = reader(name)(text, Customs(zone=cohort.zone))
    if value is None or not _plausible(name, value):
        return HOW.get(name, "Enter the answer in words")
    known = cohort.eligibility.disciplines
    if name == "discipline" and folded(text) not in map(folded, known):
        return f"Enter one of: {', '.join(known)}"
    return None


def _plausible(name: str, value: object) -> bool:
    """Whether a number is one that there can be."""
    if name == "ltft_percentage":
        return isinstance(value, int) and 1 <= value <= 100  # noqa: PLR2004 -- per cent
    if name in {"gmc_number", "gdc_number"}:
        said = Answers(name="", email="", **{name: value})
        return bool(said.gmc_reference or said.gdc_registration)
    return True
