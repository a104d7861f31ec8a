"""The rules run over an application, and where they send it. Pure."""

from typing import Literal

from applications.admissions.application import Application
from applications.admissions.eligibility import Assessment, assess
from applications.admissions.needed_documents import documents_awaited
from nextstep_programme import Cohort


def judged(application: Application, cohort: Cohort) -> Assessment:
    """Run the rules over the answers and documents now in force; nothing is kept."""
    return assess(
        application.answers,
        documents_awaited(application, cohort),
        application.first_submitted_at,
        cohort,
        identity_concern=application.identity_concern,
    )


def reassessed(application: Application, cohort: Cohort) -> Application:
    """Keep with the application what the rules now find."""
    return application.model_copy(update={"assessment": judged(application, cohort)})


Course = Literal["referred", "documents_needed", "eligible"]


def course(application: Application, cohort: Cohort) -> Course:
    """Where the rules send an undecided application: a doubt first, then documents, then on."""
    if application.assessment is None:
        raise ValueError("an application is assessed before its course is decided")
    if application.assessment.verdict != "pass" and not application.cleared:
        return "referred"
    return "documents_needed" if documents_awaited(application, cohort) else "eligible"
