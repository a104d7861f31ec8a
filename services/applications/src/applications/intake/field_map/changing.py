"""The office corrects where a form keeps its answers. Versions are kept; undoing adds one."""

from applications.admissions.act import Act
from applications.intake.field_map import map_versions
from applications.intake.field_map.map_versions import MapVersion
from applications.intake.field_map.overlays import NEEDED, Overlay
from nextstep_contracts import Refused


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
    before = await map_versions.in_force(act.read, source)
    if before.number != wanted.number:
        raise Refused("Somebody else has changed this map meanwhile. Look at it again.")
    if (before.fields, before.documents) == (wanted.fields, wanted.documents):
        raise Refused("Nothing was changed in the map.")
    if any(wanted.fields.get(name, ()) is None for name in NEEDED):
        raise Refused("The map has to say where the name and the address are.")
    version = MapVersion(
        source=source,
        number=before.number + 1,
        fields=dict(wanted.fields),
        documents=dict(wanted.documents),
        at=act.now,
        by=act.actor.name,
        why=reason.strip(),
        undoes=undoes,
    )
    await map_versions.add(act.uow, version)
    act.audit("change-map", version.id, why=reason.strip())
    return version.number


async def return_to(act: Act, source: str, number: int, reason: str) -> int:
    """Go back to an earlier version of the map, or with 0 to what the sources file says.

    Raises:
        Refused: there is no such version, it is in force already, or no reason.

    """
    earlier = Overlay()
    if number:
        version = await map_versions.version(act.read, source, number)
        if version is None:
            raise Refused("There is no such version of this map.")
        earlier = version.overlay
    now = await map_versions.in_force(act.read, source)
    wanted = Overlay(now.number, earlier.fields, earlier.documents)
    return await save_map(act, source, wanted, reason, undoes=number)
