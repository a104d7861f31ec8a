"""What a service said of access and conflicts, said again: one that was restored forgot it.

Who heard it the first time finds it again as it was, and changes nothing.
"""

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from nextstep_contracts import ConflictOfInterest
from nextstep_messaging import Command, Messaging, UnitOfWork
from nextstep_web import conflicts
from nextstep_web.access_ended import all_ended
from nextstep_web.who_may_close import Owner, objection


async def say_again(
    uow: UnitOfWork, event: type[ConflictOfInterest], owner_of: Owner
) -> tuple[int, int]:
    """Publish once more what this service said.

    Returns:
        how many conflicts were said, holding and lifted, and how many ends of access.

    """
    ended = 0
    for over in await all_ended(uow.collection):
        owner = await owner_of(uow, over.who)
        moments = {"wall": datetime.now(UTC), "programme": uow.now}
        if owner == uow.service and not objection(over, uow.service, owner, **moments):
            uow.publish(over)
            ended += 1
    return await conflicts.say_again(uow, event), ended


async def _nothing(_uow: UnitOfWork) -> None:
    """Of a service that says no more than that."""


def say_again_command(
    event: type[ConflictOfInterest],
    owner_of: Owner,
    also: Callable[[UnitOfWork], Awaitable[None]] = _nothing,
) -> Command:
    """`say-again`, for a service whose people and conflicts the others hear of.

    `also` says what else they hear of it alone.
    """

    async def run(_app: Any, messaging: Messaging, _asked: argparse.Namespace) -> int:
        async def everything(uow: UnitOfWork) -> tuple[int, int]:
            await also(uow)
            return await say_again(uow, event, owner_of)

        said, ended = await messaging.transact(everything)
        sys.stdout.write(
            f"{said} conflicts of interest and {ended} ends of access; "
            "a running service says them again\n"
        )
        return 0

    return Command(
        "say-again",
        "say again what conflicts close to whom, and whose links ended, to a restored service",
        lambda _parser: None,
        run,
    )
