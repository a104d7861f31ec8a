"""The collections of calendars: sessions and slots as they stand, and who was sent what of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from nextstep_messaging import Collection, Index
from notifications.calendar.entries import CalendarEntry
from notifications.calendar.what_to_send import Invitation
from notifications.hearing.store import Read

ENTRIES = "entries"
INVITATIONS = "invitations"

COLLECTIONS = (
    Collection(ENTRIES, (Index([("cohort", 1)]),)),
    Collection(INVITATIONS, (Index([("entry_id", 1)]), Index([("person_id", 1)]))),
)


async def entry(read: Read, entry_id: str) -> CalendarEntry | None:
    """A session or slot, if it was ever dated."""
    document = await read(ENTRIES).get(entry_id)
    return CalendarEntry.from_document(document) if document else None


async def entries(read: Read, matching: Mapping[str, Any]) -> list[CalendarEntry]:
    """Sessions and slots that were ever dated."""
    return [CalendarEntry.from_document(one) for one in await read(ENTRIES).find(matching)]


async def invitations(read: Read, matching: Mapping[str, Any]) -> list[Invitation]:
    """What people's calendars were sent."""
    return [Invitation.from_document(one) for one in await read(INVITATIONS).find(matching)]


async def newest_sequences(read: Read, keys: Iterable[str]) -> dict[str, int]:
    """The sequence that each invitation has come to, by its key."""
    found = await invitations(read, {"_id": {"$in": sorted(set(keys))}})
    return {one.key: one.sequence for one in found}


async def calendar_of(read: Read, person_id: str) -> list[Invitation]:
    """What a person's calendar holds, by date."""
    held = await invitations(read, {"person_id": person_id})
    return sorted(held, key=_when)


def _when(invitation: Invitation) -> tuple[str, str]:
    details = invitation.details
    return (details.on.isoformat(), details.starts.isoformat() if details.starts else "")
