"""What the virus scanner said of a file that is part of an application."""

from applications import store
from applications.application import document_title
from applications.commands.admission import settle
from applications.desk import Desk
from applications.intake.discards import discard
from applications.intake.scanner import Verdict
from applications.intake.uploads import INFECTED

SCANNER = "Virus scanner"
"""Who did it, in the history, when the scanner did."""
REMOVED = ("file_id", "problem", "notes", "scan")
"""What a document says of a file that was removed."""


async def record_scan(
    desk: Desk, application_id: str, key: str, file_id: str, verdict: Verdict
) -> None:
    """Keep a verdict; a file that was replaced meanwhile is left alone.

    An infected file is removed. Before a decision the applicant is asked for another; after one
    the office looks at it.
    """
    application = await desk.application(application_id)
    document = application.documents.get(key)
    if document is None or document.file_id != file_id or document.scan == verdict.scan:
        return
    infected = verdict.scan == "infected"
    facts = {"file_id": None, "problem": INFECTED, "notes": (*document.notes, verdict.note)}
    found = document.model_copy(update={"scan": verdict.scan, **(facts if infected else {})})
    application = application.model_copy(
        update={"documents": {**application.documents, key: found}}
    )
    desk.put(application)
    if not infected:
        return
    await discard(desk.uow, [file_id])
    # its version, too, must not bring the file back
    gone = {f"documents.{key}.{field}": found.model_dump(mode="json")[field] for field in REMOVED}
    named = {f"documents.{key}.file_id": file_id, "application_id": application_id}
    await desk.uow.collection(store.SUBMISSIONS).update(named, {"$set": gone})
    title = document_title(key)
    desk.note(application_id, f"{title}: a virus was found", SCANNER, verdict.note)
    if application.decided:
        waiting = f"{title}: the virus scanner found something. The file was removed."
        desk.put(application.model_copy(update={"awaits_office": waiting}))
    else:
        await settle(desk, application_id)
