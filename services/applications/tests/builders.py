"""Plausible people and moments for tests, each with one thing changed."""

from datetime import UTC, date, datetime
from typing import Any

from applications.admissions.answers import Answers
from nextstep_programme import Cohort, load

IN_TIME = datetime(2024, 8, 1, 9, 30, tzinfo=UTC)
NO_DOCUMENTS_NEEDED: tuple[str, ...] = ()


def cohort(**selection: Any) -> Cohort:
    """The 2024-25 cohort, with some of its selection rules changed."""
    found = load("2024-25").cohort
    changes: dict[str, Any] = {}
    if "places" in selection:
        changes["places"] = selection.pop("places")
    if "eligibility" in selection:
        rules = selection.pop("eligibility")
        changes["eligibility"] = found.eligibility.model_copy(update=rules)
    changes["selection"] = found.selection.model_copy(update=selection)
    return found.model_copy(update=changes)


def answers(**changes: Any) -> Answers:
    """Answers that pass every rule, but for the changes."""
    eligible: dict[str, Any] = {
        "name": "Amara Okafor",
        "email": "amara.okafor@example.org",
        "gmc_number": "7012345",
        "discipline": "secondary care",
        "specialty": "Anaesthetics",
        "region": "East of England",
        "trust": "Norfolk and Norwich University Hospitals",
        "training_grade": "ST6",
        "cct_date": date(2025, 8, 6),
        "in_training_on": True,
    }
    return Answers(**(eligible | changes))
