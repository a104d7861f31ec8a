"""Where a service keeps what conflicts of interest close to whom; see `conflicts`."""

from collections.abc import Callable
from typing import Any

from nextstep_messaging import Collection, Index, ReadCollection, UnitOfWork, destroy_key

SAID = "_conflicts_said"
"""What this service said: one row for a viewer and a person, for as long as the person is held."""
HEARD = "_conflicts_heard"
"""What the others said: the newest, a row for each service that says so."""
_KEYS = (Index([("person_id", 1)]), Index([("viewer", 1)]), Index([("viewer_id", 1)]))
COLLECTIONS = (Collection(SAID, _KEYS), Collection(HEARD, _KEYS))


async def forget(uow: UnitOfWork, person_id: str, *, by: str | None = None) -> None:
    """Keep nothing of an erased person, as the one who is closed or as the one who looks.

    `by`: only what this service said, where it is not for it to say that they were erased. If that
    was all that was held of them, no backup gives it again either.
    """
    theirs: dict[str, Any] = {"$or": [{"person_id": person_id}, {"viewer_id": person_id}]}
    said, heard = uow.collection(SAID), uow.collection(HEARD)
    if by is None:
        await said.delete(theirs)
        await heard.delete(theirs)
    elif await heard.delete(theirs | {"by": by}) and not await _any(uow, theirs):
        await destroy_key(uow, person_id)


async def _any(uow: UnitOfWork, theirs: dict[str, Any]) -> bool:
    return any([await uow.collection(name).count(theirs) for name in (SAID, HEARD)])


async def held(read: Callable[[str], ReadCollection], person_id: str) -> list[dict[str, Any]]:
    """What is kept of somebody, for their access request: not who the other is."""
    theirs = {"$or": [{"person_id": person_id}, {"viewer_id": person_id}]}
    return [
        {
            "kept_from_somebody": row["person_id"] == person_id,
            "said_by": row["by"],
            "holds": row["closed"],
            "reason": row["reason"],
        }
        for row in await read(HEARD).find(theirs, sort=[("_id", 1)])
    ]
