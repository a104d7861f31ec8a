"""The office's list of employers, as the services that do not keep it have heard of it.

What people wrote of their employer stays where it is. Whom they mean is asked of the list whenever
it matters, so that a merger moves everybody the moment it is heard of.
"""

from collections.abc import Callable
from typing import Final

from nextstep_contracts import Employer, EmployersChanged
from nextstep_messaging import Collection, ReadCollection, UnitOfWork
from nextstep_programme.employers import Employers

HEARD: Final = "_employers"
"""The list with the highest revision that was heard of, in one document."""
COLLECTIONS: Final = (Collection(HEARD),)
_KEY: Final = "list"


async def hear_employers(uow: UnitOfWork, event: EmployersChanged) -> bool:
    """Keep the list, unless a newer one is known; whether it is kept."""
    kept = uow.collection(HEARD)
    known = await kept.get(_KEY)
    if known and known["revision"] >= event.revision:
        return False
    await kept.update({"_id": _KEY}, {"$set": event.model_dump(mode="json")}, upsert=True)
    return True


async def known_employers(read: Callable[[str], ReadCollection]) -> Employers:
    """Whom each spelling means, as far as was heard."""
    found = await read(HEARD).get(_KEY)
    return Employers.of(map(Employer.model_validate, found["employers"] if found else ()))
