"""The cohort definition: a YAML file a year, and the loader that checks it."""

from nextstep_programme.findings import CohortError, OpenPoint, Problem
from nextstep_programme.legal_pages import LegalPages, LegalText
from nextstep_programme.loading import LoadedCohort, cohort_path, load, load_cohort
from nextstep_programme.model import (
    SUBMITTED,
    Awards,
    Benefits,
    Cohort,
    Completion,
    Criterion,
    Eligibility,
    LearningSets,
    LegalPageName,
    Selection,
    Session,
    SessionKind,
    StartingEmployer,
    StudyLeave,
    Topic,
    Window,
)
from nextstep_programme.variation import varied

__all__ = [
    "SUBMITTED",
    "Awards",
    "Benefits",
    "Cohort",
    "CohortError",
    "Completion",
    "Criterion",
    "Eligibility",
    "LearningSets",
    "LegalPageName",
    "LegalPages",
    "LegalText",
    "LoadedCohort",
    "OpenPoint",
    "Problem",
    "Selection",
    "Session",
    "SessionKind",
    "StartingEmployer",
    "StudyLeave",
    "Topic",
    "Window",
    "cohort_path",
    "load",
    "load_cohort",
    "varied",
]
