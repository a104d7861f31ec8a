"""Which service may say that somebody's access ended: a rule about `AccessEnded` from the bus.

Whoever holds one service's broker user must not lock everybody out of all four. One session is
ended wherever its owner or the office is, so any service says so. All that a person had been given
ends by the service whose the person is; erasure is told by `PersonErased` alone.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from nextstep_contracts import AccessEnded
from nextstep_contracts.people import AccessEnding
from nextstep_messaging import UnitOfWork

Owner = Callable[[UnitOfWork, str], Awaitable[str | None]]
"""The service whose a person is, by their id; None for somebody who is not known here."""

AHEAD: Final = timedelta(hours=1)
"""How far clocks of services may be apart. What ends later than now would keep out who comes in
afresh."""
OF_STAFF: Final[frozenset[AccessEnding]] = frozenset({"ended"})
"""Why all sessions of somebody of the staff end."""
SAID_BY: Final[Mapping[AccessEnding, frozenset[str]]] = {
    "address_changed": frozenset({"applications", "awards"}),
    "withdrawn": frozenset({"applications"}),
    "left": frozenset({"awards"}),
}
"""Why all that a person had been given ends, and whose people it happens to."""
OF_ONE_SESSION: Final[frozenset[AccessEnding]] = frozenset({"signed_out", "ended"})


def is_staff(who: str) -> bool:
    """Whether an event is about somebody of the staff, who go by their address."""
    return "@" in who


def objection(
    event: AccessEnded, sender: str, owner: str | None, *, wall: datetime, programme: datetime
) -> str:
    """Why `sender` may not say so; empty if it may.

    `owner` is the service whose the person is, None if they are not known here. `wall` is the
    time on the wall clock, by which staff sessions go, `programme` on that by which links do.
    """
    reason = event.reason
    if reason == "erased":
        return "that somebody is erased is said by PersonErased alone, not by AccessEnded"
    if event.session_id is not None:
        return "" if reason in OF_ONE_SESSION else f"no single session ends because of {reason!r}"
    if is_staff(event.who):
        problem = "" if reason in OF_STAFF else f"sessions of staff do not all end by {reason!r}"
        now = wall
    else:
        problem, now = _of_a_person(reason, sender, owner), programme
    if not problem and event.before > now + AHEAD:
        return f"access that is given after now cannot end now: before {event.before.isoformat()}"
    return problem


def _of_a_person(reason: AccessEnding, sender: str, owner: str | None) -> str:
    if sender not in SAID_BY.get(reason, frozenset()):
        return f"{sender} may not say {reason!r} of anybody"
    if owner not in (None, sender):
        return f"{reason!r} is said of this person by {owner} alone, not by {sender}"
    return ""
