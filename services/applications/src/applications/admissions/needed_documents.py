"""Which documents are still needed, and what they are called to people. Pure."""

from applications.admissions.application import Application
from nextstep_programme import Cohort

DOCUMENT_NAMES = {
    "cv": "your CV",
    "statement_1": "your first supporting statement",
    "statement_2": "your second supporting statement",
}
"""What the documents of known cohorts are called to the applicant."""


def documents_needed(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """The required documents that the applicant must send, in words for the applicant.

    One that is still being fetched is not among them: it is asked for only when that failed.
    """
    needed = []
    for key in cohort.eligibility.documents:
        document = application.documents.get(key)
        if document is None:
            needed.append(document_name(key))
        elif document.problem:
            needed.append(f"{document_name(key)} ({document.problem})")
    return tuple(needed)


def documents_coming(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """The required documents that are being fetched, in words for the applicant."""
    held = {key: application.documents.get(key) for key in cohort.eligibility.documents}
    return tuple(
        f"{document_name(key)} (we are fetching it from the form)"
        for key, document in held.items()
        if document is not None and document.coming
    )


def documents_awaited(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """The required documents that are not here, whether the applicant or a fetch brings them."""
    return documents_needed(application, cohort) + documents_coming(application, cohort)


def document_name(key: str) -> str:
    """What a document is called to the applicant."""
    return DOCUMENT_NAMES.get(key, key.replace("_", " "))


def document_title(key: str) -> str:
    """What a document is called in a heading or a table."""
    name = document_name(key).removeprefix("your ")
    return name[:1].upper() + name[1:]
