"""What the office writes about an application for itself. Added to, never changed."""

from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Act
from applications.admissions.application import Application
from nextstep_contracts import Refused

LONGEST = 4000
"""Characters of a note."""


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
    note = {"application_id": application.id, "at": act.now, "who": act.actor.name}
    await act.uow.collection(store.NOTES).insert(
        note | {"_id": uuid4().hex, "text": text.strip()[:LONGEST]}
    )
    act.audit("note", application.id, why="")
