"""Which documents are still needed. Pure."""

from collections.abc import Mapping

from applications.admissions.application import Application, Document
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


def about_files(
    application: Application, sent: Mapping[str, Document], cohort: Cohort
) -> tuple[str, ...]:
    """What else the applicant is told of the files that they sent: those that are not used.

    What is asked of them is among `documents_needed`.

    Args:
        application: as it stands with them.
        sent: the documents of one submission, or of the application itself.
        cohort: it says which documents there are.

    """
    known = ((key, sent.get(key), application.documents.get(key)) for key in sent)
    required = cohort.eligibility.documents
    said = (_about(key, one, held) for key, one, held in known if key in required and one and held)
    return tuple(one for one in said if one)


def _about(key: str, sent: Document, held: Document) -> str:
    title, file, kept = document_title(key), _quoted(sent.name), _quoted(held.name)
    if sent.problem and held.usable:
        return f"{title}: we cannot use {file}: {sent.problem}. We keep {kept}"
    if sent.coming and held.usable:
        doing = "checking" if sent.being_checked else "fetching"
        return f"{title}: we are still {doing} {file}. Until then we use {kept}"
    if held.others and held.file_id == sent.file_id:
        return f"{title}: we use {kept}, not {listed([_quoted(name) for name in held.others])}"
    return ""


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
