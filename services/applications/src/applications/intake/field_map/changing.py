"""The office corrects where a form keeps its answers. Versions are kept; undoing adds one."""

from collections.abc import Mapping

from applications.admissions import store
from applications.admissions.act import Act
from applications.intake.field_map.overlays import NEEDED, Overlay, Where
from nextstep_contracts import Refused


async def newest_here(act: Act, source: str) -> Overlay:
    """The version in force, as this transaction sees it."""
    rows = await act.uow.collection(store.MAPS).find(
        {"source": source}, sort=[("number", -1)], limit=1
    )
    return Overlay.of(rows[0] if rows else None)


async def save_map(
    act: Act, source: str, wanted: Overlay, reason: str, *, undoes: int | None = None
) -> int:
    """Keep another version of the changes to a source's map; it is in force at once.

    Args:
        act: where to work.
        source: whose map it is.
        wanted: the changes; its number is that of the version they were made from.
        reason: why.
        undoes: the version that this returns to, if it does.

    Returns:
        the number of the new version.

    Raises:
        Refused: somebody else saved one in between, nothing changes, the name or the
            address would be nowhere, or there is no reason.

    """
    if not reason.strip():
        raise Refused("Give a reason.")
    before = await newest_here(act, source)
    if before.number != wanted.number:
        raise Refused("Somebody else has changed this map meanwhile. Look at it again.")
    if (before.fields, before.documents) == (wanted.fields, wanted.documents):
        raise Refused("Nothing was changed in the map.")
    if any(wanted.fields.get(name, ()) is None for name in NEEDED):
        raise Refused("The map has to say where the name and the address are.")
    number = before.number + 1
    await act.uow.collection(store.MAPS).insert(
        {
            "_id": f"{source}:{number:06d}",
            "source": source,
            "number": number,
            "fields": _stored(wanted.fields),
            "documents": _stored(wanted.documents),
            "at": act.now,
            "by": act.actor.name,
            "why": reason.strip(),
            "undoes": undoes,
        }
    )
    act.audit("change-map", f"{source}:{number:06d}", why=reason.strip())
    return number


async def return_to(act: Act, source: str, number: int, reason: str) -> int:
    """Go back to an earlier version of the map, or with 0 to what the sources file says.

    Raises:
        Refused: there is no such version, it is in force already, or no reason.

    """
    row = None
    if number:
        row = await act.uow.collection(store.MAPS).get(f"{source}:{number:06d}")
        if row is None:
            raise Refused("There is no such version of this map.")
    earlier, now = Overlay.of(row), await newest_here(act, source)
    wanted = Overlay(now.number, earlier.fields, earlier.documents)
    return await save_map(act, source, wanted, reason, undoes=number)


def _stored(places: Mapping[str, Where | None]) -> dict[str, list[str] | None]:
    return {name: None if path is None else list(path) for name, path in places.items()}
