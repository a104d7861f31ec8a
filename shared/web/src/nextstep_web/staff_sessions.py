"""Staff sessions: recorded where they begin, told to all services, ended from any of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request

from nextstep_contracts import AccessEnded, StaffSignedIn
from nextstep_contracts.people import AccessEnding
from nextstep_messaging import Act, Collection, Index, Messaging, UnitOfWork
from nextstep_web import access_ended, sessions
from nextstep_web.access import actor_of
from nextstep_web.access_ended import Reader
from nextstep_web.principal import Principal
from nextstep_web.request_state import web_state

SESSIONS = "_staff_sessions"
COLLECTIONS = (Collection(SESSIONS, (Index([("ends", 1)], expires=timedelta(0)),)),)


@dataclass(frozen=True)
class StaffSession:
    """A session of staff that has not run out."""

    session_id: str
    address: str
    name: str
    roles: list[str]
    began: datetime
    ends: datetime


async def begin(request: Request, principal: Principal) -> None:
    """Let somebody in who proved who they are: from now on in all services."""
    state, messaging = web_state(request), _messaging(request)
    event = StaffSignedIn(
        session_id=principal.session_id,
        address=principal.subject,
        name=principal.name,
        roles=sorted(principal.roles),
        began=_moment(principal.began),
        ends=_moment(sessions.ends(state.settings, principal)),
    )

    async def record(act: Act) -> None:
        await hear(act.uow, event)
        act.uow.publish(event)
        act.audit("signed in", principal.subject, roles=event.roles)

    await _do(messaging, request, principal, record)
    state.set_session = principal


async def sign_out(request: Request) -> None:
    """End the sessions of this browser that act here, everywhere: a copied cookie opens nothing."""
    state = web_state(request)
    if state.principal is None:
        return
    await end(request, state.principal, state.principal, "signed_out")
    state.leave_out(state.principal)


async def end(
    request: Request,
    by: Principal,
    whose: Principal | StaffSession,
    reason: AccessEnding,
) -> None:
    """End one session, in all services."""
    who = whose.subject if isinstance(whose, Principal) else whose.address
    event = AccessEnded(
        who=who, session_id=whose.session_id, before=datetime.now(UTC), reason=reason
    )
    await _end(request, by, event)


async def end_all(request: Request, by: Principal, address: str) -> None:
    """End every session that somebody of the staff has now, in all services."""
    # a session says the second in which it began
    soon = datetime.now(UTC) + timedelta(seconds=1)
    event = AccessEnded(who=address, before=soon, reason="ended")
    await _end(request, by, event)


async def _end(request: Request, by: Principal, event: AccessEnded) -> None:
    async def record(act: Act) -> None:
        await access_ended.end(act.uow, event)
        await forget(act.uow, event)
        act.audit(event.reason.replace("_", " "), event.who, all=event.session_id is None)

    await _do(_messaging(request), request, by, record)


async def hear(uow: UnitOfWork, event: StaffSignedIn) -> None:
    """Somebody of the staff signed in, here or elsewhere.

    Whoever says so again changes nothing: another service could otherwise take a session from the
    list that the office ends it from, by saying that it ran out or is somebody else's.
    """
    session = StaffSession(
        event.session_id, event.address, event.name, event.roles, event.began, event.ends
    )
    row = asdict(session)
    key = row.pop("session_id")
    listed = uow.collection(SESSIONS)
    if await listed.get(key) is None:
        await listed.insert({"_id": key, **row})


async def forget(uow: UnitOfWork, event: AccessEnded) -> None:
    """Sessions that ended are no longer listed."""
    if event.session_id is not None:
        await uow.collection(SESSIONS).delete({"_id": event.session_id})


async def open_sessions(read: Reader) -> Sequence[StaffSession]:
    """The sessions that are not over, the newest first."""
    rows = await read(SESSIONS).find({"ends": {"$gt": datetime.now(UTC)}}, sort=[("began", -1)])
    found = [_session(row) for row in rows]
    over = [await access_ended.why_over(read, _principal(one)) for one in found]
    return [one for one, reason in zip(found, over, strict=True) if reason is None]


def _session(row: dict[str, Any]) -> StaffSession:
    return StaffSession(
        row["_id"], row["address"], row["name"], row["roles"], row["began"], row["ends"]
    )


def _principal(session: StaffSession) -> Principal:
    began = int(session.began.timestamp())
    roles = frozenset(session.roles)
    return Principal(session.address, session.name, roles, None, session.session_id, began)


async def _do(messaging: Messaging, request: Request, by: Principal, record: Any) -> None:
    actor = actor_of(request, by)
    await messaging.transact(lambda uow: Act(uow, actor).doing(record))


def _messaging(request: Request) -> Messaging:
    messaging: Messaging = request.app.state.messaging
    return messaging


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
