"""Pages of the office and of applicants."""

from fastapi import APIRouter

from applications.admissions import Admissions
from applications.intake.worker import IntakeWorker
from nextstep_messaging import Messaging
from nextstep_programme import LoadedCohort


def page_routes(
    messaging: Messaging, admissions: Admissions, loaded: LoadedCohort, intake: IntakeWorker
) -> list[APIRouter]:
    """All pages of the service."""
    return []
