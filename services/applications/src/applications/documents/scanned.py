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
from applications.admissions.submissions import awaiting_office
from applications.admissions.waiting import FoundVirus
from applications.documents.discarding import discard
from nextstep_documents.virus_scanner import INFECTED, Verdict

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
    virus = _virus(application, held, file_id)
    what = f"{virus.title}: a virus was found"
    act.note(application.id, "infected", what, SCANNER, verdict.note)
    if application.decided:
        await act.keep(awaiting_office(await act.about(after), virus))
    else:
        await act.settle(after)


async def _remove(act: Act, application_id: str, held: Document, found: dict[str, Any]) -> None:
    """Discard the bytes; the version that brought the file must not bring it back, either."""
    await discard(act.uow, [held.file_id] if held.file_id else [])
    await kept_versions.take_file_away(act.uow, application_id, held, found)


def _virus(application: Application, held: Document, file_id: str) -> FoundVirus:
    if not isinstance(held, Evidence):
        return FoundVirus(file_id=file_id, document=held.key, evidence=None)
    number = application.leave_evidence.index(held) + 1
    return FoundVirus(file_id=file_id, document=None, evidence=number)
