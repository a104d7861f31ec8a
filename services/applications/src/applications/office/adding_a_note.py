"""The office writes a note about an application."""

from uuid import UUID, uuid4, uuid5

from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.office.note import LONGEST, Note
from applications.office.store import has_note, keep_note
from nextstep_contracts import Refused

NOTE = UUID("5d0a6a0e-7f0e-4a41-9a55-0c7d7c1f0b2d")
"""Namespace of the ids of notes by the form that they were written in."""


async def add_note(act: Act, application: Application, text: str, known: int | None = None) -> None:
    """Write a note; the same form sent twice is one.

    Args:
        act: where it happens.
        application: what it is about.
        text: what it says.
        known: how many notes whoever writes it had been shown; None: not said.

    Raises:
        Refused: it says nothing, or the person was erased.

    """
    if application.erased:
        raise Refused("This person was erased: nothing more is kept about them.")
    if not text.strip():
        raise Refused("Write the note first.")
    said = f"{application.id}:{known}:{act.actor.who}:{text.strip()}"
    note_id = uuid4().hex if known is None else uuid5(NOTE, said).hex
    if await has_note(act.read, note_id):
        return
    # stored as well, so that a note and an erasure at the same moment cannot miss each other
    act.put(application)
    note = Note(
        id=note_id,
        application_id=application.id,
        at=act.now,
        who=act.actor.name,
        text=text.strip()[:LONGEST],
    )
    await keep_note(act.uow, note)
    act.audit("note", application.id, why="")
