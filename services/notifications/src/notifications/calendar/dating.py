"""A session or slot is dated, changed or called off: keep how it stands now."""

from collections.abc import Mapping

from nextstep_contracts import (
    Event,
    SessionCancelled,
    SessionChanged,
    SessionScheduled,
    SlotBooked,
    SlotReleased,
)
from notifications.calendar import store
from notifications.calendar.entries import entry_from
from notifications.hearing.act import Act
from notifications.hearing.marks import mark

DATED: Mapping[type[Event], str] = {
    SessionScheduled: "A calendar invitation to every Fellow of the session's audience.",
    SessionChanged: "An update to those whose calendar entry is no longer right.",
    SessionCancelled: "A cancellation that removes the entry from calendars.",
    SlotBooked: "A calendar invitation to the person who booked.",
    SlotReleased: "A cancellation of that invitation.",
}
"""Events that change calendars, and how the office is told what follows from them."""


async def date_entry(act: Act, event: Event) -> None:
    """Keep the newest state of a session or slot, and have calendars compared with it."""
    entry = entry_from(event)
    before = await store.entry(act.read, entry.entry_id)
    if before is not None and before.revision >= entry.revision:
        return
    version = before.version if before is not None else 0
    await act.read(store.ENTRIES).save(entry.document() | {"version": version})
    await mark(act, "entry", entry.entry_id, entry.cohort)
