"""What the virus scanner said of a file that is part of an application."""

from typing import Any

from applications.admissions import kept_versions
from applications.admissions.act import Act
from applications.admissions.application import (
    Application,
    Document,
    Evidence,
    held_file,
    with_found,
)
from applications.admissions.needed_documents import document_title
from applications.documents.discarding import discard
from applications.documents.storing import INFECTED
from applications.documents.virus_scanner import Verdict

SCANNER = "Virus scanner"
"""Who did it, in the history, when the scanner did."""


async def record_scan(act: Act, application: Application, file_id: str, verdict: Verdict) -> None:
    """Keep a verdict on a document or on evidence; a file that is no longer held is left alone.

    An infected file is removed. Before a decision the applicant is asked for another; after one
    the office looks at it.
    """
    held = held_file(application, file_id)
    if held is None or held.scan == verdict.scan:
        return
    found: dict[str, Any] = {"scan": verdict.scan}
    if verdict.scan == "infected":
        found |= {"file_id": None, "problem": INFECTED, "notes": (*held.notes, verdict.note)}
    after = act.put(with_found(application, file_id, found))
    if verdict.scan != "infected":
        return
    await _remove(act, application.id, held, found)
    title = _title(application, held)
    what = f"{title}: a virus was found"
    act.note(application.id, "infected", what, SCANNER, verdict.note)
    if application.decided:
        waiting = f"{title}: the virus scanner found something. The file was removed."
        act.put(after.model_copy(update={"awaits_office": waiting}))
    else:
        await act.settle(after)


async def _remove(act: Act, application_id: str, held: Document, found: dict[str, Any]) -> None:
    """Discard the bytes; the version that brought the file must not bring it back, either."""
    await discard(act.uow, [held.file_id] if held.file_id else [])
    await kept_versions.take_file_away(act.uow, application_id, held, found)


def _title(application: Application, held: Document) -> str:
    """What the office calls it: evidence by its number, because its name can be a person's."""
    if not isinstance(held, Evidence):
        return document_title(held.key)
    return f"Evidence of study leave, file {application.leave_evidence.index(held) + 1}"
