"""The office writes a note about an application."""

from uuid import uuid4

from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.office.note import LONGEST, Note
from applications.office.store import keep_note
from nextstep_contracts import Refused


async def add_note(act: Act, application: Application, text: str) -> None:
    """Write a note.

    Raises:
        Refused: it says nothing, or the person was erased.

    """
    if application.erased:
        raise Refused("This person was erased: nothing more is kept about them.")
    if not text.strip():
        raise Refused("Write the note first.")
    # stored as well, so that a note and an erasure at the same moment cannot miss each other
    act.put(application)
    note = Note(
        id=uuid4().hex,
        application_id=application.id,
        at=act.now,
        who=act.actor.name,
        text=text.strip()[:LONGEST],
    )
    await keep_note(act.uow, note)
    act.audit("note", application.id, why="")
