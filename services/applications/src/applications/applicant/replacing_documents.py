"""Which documents an applicant may still replace. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from applications.admissions.application import Application
from applications.admissions.eligibility import is_late
from nextstep_contracts import Refused
from nextstep_programme import Cohort


def replaceable(application: Application, cohort: Cohort, now: datetime) -> list[str]:
    """The keys of documents that we have: until the deadline, while nothing is decided."""
    if application.decided or is_late(now, cohort):
        return []
    held = application.documents
    return [key for key in cohort.eligibility.documents if key in held and held[key].usable]


def had_already(application: Application, sent: Mapping[str, tuple[str, int]]) -> bool:
    """Whether each of these files, by its name and size, is in force: they were sent twice."""
    held = application.documents
    return bool(sent) and all(
        key in held and held[key].usable and (held[key].given_name, held[key].size) == file
        for key, file in sent.items()
    )


def refuse_if_too_late(
    application: Application, cohort: Cohort, now: datetime, sent: Collection[str]
) -> None:
    """Look whether a document is sent instead of one that can no longer be replaced.

    Raises:
        Refused: it is. After a decision nothing is: what is sent then is looked at elsewhere.

    """
    fixed = {key for key, held in application.documents.items() if held.usable}
    fixed -= set(replaceable(application, cohort, now))
    if not application.decided and fixed & set(sent):
        raise Refused("The deadline has passed: documents that we have can no longer be replaced.")
