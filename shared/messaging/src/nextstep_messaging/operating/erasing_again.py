"""A second look after an erasure, for what was being written or uploaded beside it.

An erasure and a write of the same person that change the same document cannot pass each other.
Some writes do not: a comment on a project is a document of its own, and a file is stored before
what refers to it. To queue all writes about a person for one document would make judges wait for
each other; instead the erasure is done again when whatever ran beside it has ended.
"""

from datetime import timedelta

from nextstep_messaging.database.timer import Timer
from nextstep_messaging.database.unit_of_work import UnitOfWork

ERASE_AGAIN = "erase-again"
"""The timer's kind."""
LATER = timedelta(minutes=30)
"""A transaction lives for a minute at most, an upload ends with its request, and a message that
cannot be handled is tried for some eleven minutes before it becomes a dead letter."""


async def look_again(uow: UnitOfWork, person_id: str) -> None:
    """Have a person who is erased in this transaction erased once more."""
    about = {"person_id": person_id}
    await uow.schedule(f"{ERASE_AGAIN}:{person_id}", ERASE_AGAIN, uow.now + LATER, about)


def whom(timer: Timer) -> str:
    """The person whose second look is due."""
    return str(timer.data["person_id"])
