"""Which documents are still needed. Pure."""

from applications.admissions.application import Application
from applications.admissions.document_names import document_name, document_title
from nextstep_programme import Cohort
from nextstep_programme.writing import listed

FETCHING = "we are fetching it from the form"
CHECKING = "we are checking it"
LONGEST_ENDING = 4
"""Characters: pdf, docx."""


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


def files_left_out(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """Files that were given beside another one in one question, in words for the applicant."""
    held = {key: application.documents.get(key) for key in cohort.eligibility.documents}
    return tuple(
        f"{document_title(key)}: we use {_quoted(document.name)}, not"
        f" {listed([_quoted(name) for name in document.others])}"
        for key, document in held.items()
        if document is not None and document.others
    )


def _quoted(name: str) -> str:
    """A file's name without its ending, which makes it look like an address in an email."""
    stem, _, ending = name.rpartition(".")
    known = stem and ending.isalnum() and len(ending) <= LONGEST_ENDING
    return f"\u201c{stem}\u201d ({ending.upper()})" if known else f"\u201c{name}\u201d"


def documents_coming(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """The required documents that are being fetched or checked, in words for the applicant."""
    held = {key: application.documents.get(key) for key in cohort.eligibility.documents}
    return tuple(
        f"{document_name(key)} ({CHECKING if document.being_checked else FETCHING})"
        for key, document in held.items()
        if document is not None and document.coming
    )


def documents_awaited(application: Application, cohort: Cohort) -> tuple[str, ...]:
    """The required documents that are not here, whether the applicant or a fetch brings them."""
    return documents_needed(application, cohort) + documents_coming(application, cohort)
