"""What the office writes about an application for itself. Added to, never changed."""

from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Desk, Doer
from applications.admissions.states import NotAllowedError

LONGEST = 4000
"""Characters of a note."""


async def add_note(desk: Desk, application_id: str, text: str, who: Doer) -> None:
    """Write a note.

    Raises:
        NotAllowedError: it says nothing, or the person was erased.

    """
    application = await desk.application(application_id)
    if application.erased:
        raise NotAllowedError("This person was erased: nothing more is kept about them.")
    if not text.strip():
        raise NotAllowedError("Write the note first.")
    # stored as well, so that a note and an erasure at the same moment cannot miss each other
    desk.put(application)
    note = {"application_id": application_id, "at": desk.now, "who": who.name}
    await desk.uow.collection(store.NOTES).insert(
        note | {"_id": uuid4().hex, "text": text.strip()[:LONGEST]}
    )
    await desk.audit(who, "note", application_id, "")
