"""Which sessions and links no longer open anything, though their time has not run out.

Each service keeps this for itself, so that none asks another at each page: where a door is closed
the others hear it by `AccessEnded`, within the second that an event takes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from nextstep_contracts import AccessEnded
from nextstep_contracts.people import AccessEnding
from nextstep_messaging import Actor, Collection, Index, ReadCollection, UnitOfWork
from nextstep_messaging.operating.audit.recording import ERASED_PERSON, record
from nextstep_web import kept_conflicts
from nextstep_web.principal import OpenedBy, Principal

ENDED = "_access_ended"
KEPT = timedelta(days=2)
"""How long the end of one session, or of all of an address, is remembered: longer than any session
lives. Staff have no links, and an address must not outlast what it closes."""
COLLECTIONS = (Collection(ENDED, (Index([("session_over", 1)], expires=KEPT),)),)
Reader = Callable[[str], ReadCollection]

WORDS: dict[AccessEnding, str] = {
    "signed_out": "You signed out.",
    "ended": "The programme office ended this session.",
    "address_changed": "Your email address changed, so what was sent to the old one opens nothing.",
    "withdrawn": "You left, so links from before open nothing any more.",
    "erased": "What we held about you was erased, so there is nothing to open.",
    "left": "You take no part any more, so links from before open nothing.",
}
"""For whom the door is closed to."""


@dataclass(frozen=True)
class Ended:
    """What is over: one session, or all that somebody had been given before a moment."""

    key: str
    before: float
    """In seconds (Unix time); see `AccessEnded.before` for whose clock."""
    reason: AccessEnding

    @classmethod
    def of(cls, event: AccessEnded) -> Self:
        """What an event says."""
        key = who_key(event.who) if event.session_id is None else session_key(event.session_id)
        return cls(key, event.before.timestamp(), event.reason)

    def with_earlier(self, known: "Ended | None") -> "Ended":
        """Both, whichever was heard first: the later moment counts, and erasure for ever."""
        if known is None:
            return self
        return max(self, known, key=lambda one: (one.reason == "erased", one.before))

    def closes_link(self, link: OpenedBy) -> bool:
        """Whether a link opens nothing: its sender knew only what was true before."""
        rests_on = link.rests_on
        return self.reason == "erased" or rests_on is None or rests_on.timestamp() < self.before

    def closes(self, principal: Principal) -> bool:
        """Whether a session is over."""
        if self.key == session_key(principal.session_id):
            return True
        if principal.link is not None:
            return self.closes_link(principal.link)
        return principal.began < self.before


def session_key(session_id: str) -> str:
    """The key of what is known about one session."""
    return f"session:{session_id}"


def who_key(who: str) -> str:
    """The key of what is known about somebody; addresses differ in capitals.

    Ids do not: whose a person is is asked by the id as it is said (see `who_may_close`), so a
    service that says another's id in other letters, whom nobody knows, closes nothing to anybody.
    """
    return f"who:{who.lower() if '@' in who else who}"


async def end(uow: UnitOfWork, event: AccessEnded) -> None:
    """Close a door here at once, and tell the other services."""
    await hear(uow, event)
    uow.publish(event)


async def hear(uow: UnitOfWork, event: AccessEnded) -> None:
    """A door closed, here or elsewhere."""
    ended = Ended.of(event)
    kept = uow.collection(ENDED)
    after = ended.with_earlier(_from(await kept.get(ended.key)))
    lasts = event.session_id is None and "@" not in event.who
    over = None if lasts else datetime.now(UTC)
    row = {"before": after.before, "reason": after.reason, "session_over": over}
    await kept.update({"_id": after.key}, {"$set": row}, upsert=True)


async def close_for_erased(uow: UnitOfWork, person_id: str) -> None:
    """Nothing opens for somebody who was erased; every service hears of it by `PersonErased`."""
    if uow.sender != uow.service:  # who erased them has it on the trail already
        await record(uow, Actor("service", uow.sender), ERASED_PERSON, person_id)
    await close_restored(uow, person_id)


async def close_restored(uow: UnitOfWork, person_id: str) -> None:
    """The same for somebody who was erased before a backup was restored."""
    await hear(uow, AccessEnded(who=person_id, before=uow.now, reason="erased"))
    await kept_conflicts.forget(uow, person_id)


async def all_ended(read: Reader) -> list[AccessEnded]:
    """All that people had been given and that opens nothing any more, but of who was erased."""
    theirs = {"_id": {"$regex": f"^{who_key('')}"}, "reason": {"$ne": "erased"}}
    return [
        AccessEnded(
            who=row["_id"].removeprefix(who_key("")),
            before=datetime.fromtimestamp(row["before"], UTC),
            reason=row["reason"],
        )
        for row in await read(ENDED).find(theirs, sort=[("_id", 1)])
    ]


async def was_erased(read: Reader, people: Iterable[str]) -> bool:
    """Whether one of these people was erased."""
    keys = [who_key(one) for one in people]
    return bool(await read(ENDED).count({"_id": {"$in": keys}, "reason": "erased"}))


async def why_over(read: Reader, principal: Principal) -> AccessEnding | None:
    """Why a session is over, or None."""
    keys = [session_key(principal.session_id), who_key(principal.subject)]
    found = [_from(row) for row in await read(ENDED).find({"_id": {"$in": keys}})]
    return next((one.reason for one in found if one and one.closes(principal)), None)


async def why_closed(read: Reader, person_id: str, link: OpenedBy) -> AccessEnding | None:
    """Why an emailed link no longer opens, or None."""
    ended = _from(await read(ENDED).get(who_key(person_id)))
    return ended.reason if ended and ended.closes_link(link) else None


def _from(row: dict[str, Any] | None) -> Ended | None:
    return Ended(row["_id"], row["before"], row["reason"]) if row else None
