"""What every service hears of sign-ins and ended access, added to the router of its handlers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nextstep_contracts import AccessEnded, StaffSignedIn
from nextstep_messaging import EventRouter, NotEntitledError, Unit
from nextstep_web import access_ended, staff_sessions
from nextstep_web.who_may_close import Owner, objection


def hear_access(router: EventRouter, owner_of: Owner) -> None:
    """Let the service let in, and shut out, whom the others do.

    `owner_of` says whose a person is: what another service says of them is buried.
    """
    router.hears(StaffSignedIn)(staff_signed_in)
    router.hears(AccessEnded)(ended_elsewhere(owner_of))


def ended_elsewhere(owner_of: Owner) -> Callable[[AccessEnded, Unit], Awaitable[None]]:
    """Make the handler of `AccessEnded`."""

    async def ended(event: AccessEnded, uow: Unit) -> None:
        """A session, or all that somebody had been given, opens nothing any more."""
        owner = None if event.session_id else await owner_of(uow, event.who)
        moments = {"wall": datetime.now(UTC), "programme": uow.now}
        if problem := objection(event, uow.sender, owner, **moments):
            raise NotEntitledError(problem)
        await access_ended.hear(uow, event)
        await staff_sessions.forget(uow, event)

    return ended


async def staff_signed_in(event: StaffSignedIn, uow: Unit) -> None:
    """Somebody of the staff signed in; their session is listed and can be ended here."""
    await staff_sessions.hear(uow, event)
