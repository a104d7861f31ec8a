"""What a conflict of interest keeps from a member of staff: people, in every service.

A conflict is declared or decided where it arises: with an application, or with a project. What it
keeps from somebody shows elsewhere, too: in the emails to that person, in their attendance. So the
service where it arises says of whom somebody must not know (`say`), the others keep that (`hear`),
and their pages ask `closed_people` and leave these people out of everything: they look like nobody
at all, to whoever signed in with that address, in whatever role.

Nobody is without a conflict with themselves: who takes part in the programme and works on it too,
by the address that they proved to be theirs, is closed to themselves as staff.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from collections.abc import Collection as Some
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Depends, Request

from nextstep_contracts import ConflictOfInterest, ConflictReason
from nextstep_messaging import EventRouter, Unit, UnitOfWork
from nextstep_programme.resemblance import address_trace
from nextstep_web.access_ended import Reader, was_erased
from nextstep_web.kept_conflicts import HEARD, SAID
from nextstep_web.principal import Principal
from nextstep_web.refusals import NotServed
from nextstep_web.request_state import web_state

PeopleAt = Callable[[Reader, frozenset[str]], Awaitable[frozenset[str]]]
"""The ids of those who take part in the programme, as a service knows them, and whose email goes to
one of these mailboxes (see `viewer_of`)."""


async def nobody_at(_read: Reader, _mailboxes: frozenset[str]) -> frozenset[str]:
    """Of a service that knows nobody who takes part."""
    return frozenset()


def written_for(mailboxes: Iterable[str]) -> dict[str, str]:
    """What every address matches that leads to one of these mailboxes, and some that do not.

    In the database's language; see `viewer_of` for which of those that are found do.
    """
    local = "|".join(sorted(re.escape(one.rpartition("@")[0]) for one in mailboxes))
    return {"$regex": rf"^\s*({local})(\+[^@]*)?@", "$options": "i"}


LEFT_OUT = (
    "You have a conflict of interest with somebody in this programme, or one that nobody has "
    "answered yet, or you take part in it yourself. Whoever it is about is left out of what you "
    "see here."
)
"""Said on every page from which people are left out, whether or not they would be on it."""
ABOUT_ALL = (
    "You have a conflict of interest with somebody in this programme, or take part in it yourself, "
    "and this is about all of them: ask a colleague without one."
)


@dataclass(frozen=True)
class Closed:
    """Somebody of whom a viewer must learn nothing."""

    viewer: str
    """See `viewer_of`."""
    person_id: str
    reason: ConflictReason
    viewer_id: str | None = None

    @property
    def key(self) -> str:
        """Names the two."""
        return f"{self.person_id}|{self.viewer}"


@dataclass(frozen=True)
class Said:
    """What was last said of a viewer and a person."""

    about: Closed
    closed: bool
    since: datetime
    revision: int
    version: int = 0

    def now(self, wanted: Closed | None, at: datetime) -> "Said":
        """What is to be said, where `wanted` holds, or nothing does."""
        if self.closed and wanted == self.about:
            return self
        if not self.closed and wanted is None:
            return self
        since = self.since if self.closed and wanted else at
        return replace(
            self,
            about=wanted or self.about,
            closed=wanted is not None,
            since=since,
            revision=self.revision + 1,
        )

    def document(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "_id": self.about.key,
            "viewer": self.about.viewer,
            "viewer_id": self.about.viewer_id,
            "person_id": self.about.person_id,
            "reason": self.about.reason,
            "closed": self.closed,
            "since": self.since.isoformat(),
            "revision": self.revision,
            "version": self.version,
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """What a stored row says."""
        about = Closed(row["viewer"], row["person_id"], row["reason"], row["viewer_id"])
        since = datetime.fromisoformat(row["since"])
        return cls(about, row["closed"], since, row["revision"], row["version"])


def viewer_of(address: str) -> str:
    """The address that somebody signs in with, as conflicts name it; empty if it is none."""
    return address_trace(address)


def changes(known: Iterable[Said], wanted: Iterable[Closed], at: datetime) -> list[Said]:
    """What is to be said so that what holds is what was said; nothing where it is already."""
    said = {one.about.key: one for one in known}
    holding: dict[str, Closed] = {}
    for one in wanted:
        if one.viewer:
            holding.setdefault(one.key, one)
    found = []
    for key in sorted(said.keys() | holding.keys()):
        hold, before = holding.get(key), said.get(key)
        if before is not None:
            after = before.now(hold, at)
        elif hold is not None:
            after = Said(hold, closed=True, since=at, revision=1)
        if after != before:
            found.append(after)
    return found


async def say(
    uow: UnitOfWork,
    event: type[ConflictOfInterest],
    wanted: Iterable[Closed],
    *,
    people: Some[str] | None = None,
    viewers: Some[str] | None = None,
) -> int:
    """Publish what changed since it was last said, in the transaction that changes it.

    Args:
        uow: the transaction.
        event: the publishing service's own.
        wanted: all that holds now, of these people or these viewers.
        people: only of these people, by id.
        viewers: only of these viewers.

    Returns:
        how much was said.

    """
    matching: dict[str, Any] = {}
    if people is not None:
        matching["person_id"] = {"$in": sorted(people)}
    if viewers is not None:
        matching["viewer"] = {"$in": sorted(viewers)}
    known = [Said.of(row) for row in await uow.collection(SAID).find(matching)]
    found = changes(known, wanted, uow.now)
    for one in found:
        await uow.collection(SAID).save(one.document())
        uow.publish(_told(event, one))
    return len(found)


async def say_again(uow: UnitOfWork, event: type[ConflictOfInterest]) -> int:
    """Publish all that was said as it was said last, for who forgot it; returns how much."""
    rows = await uow.collection(SAID).find({}, sort=[("_id", 1)])
    for row in rows:
        uow.publish(_told(event, Said.of(row)))
    return len(rows)


def _told(event: type[ConflictOfInterest], one: Said) -> ConflictOfInterest:
    return event(
        viewer=one.about.viewer,
        viewer_id=one.about.viewer_id,
        person_id=one.about.person_id,
        revision=one.revision,
        closed=one.closed,
        since=one.since,
        reason=one.about.reason,
    )


def hear_conflicts(router: EventRouter, *events: type[ConflictOfInterest]) -> None:
    """Let a service keep what conflicts in the others close to somebody."""
    for event in events:
        router.hears(event)(conflict_elsewhere)


async def conflict_elsewhere(event: ConflictOfInterest, uow: Unit) -> None:
    """Somebody must learn nothing of a person, or may again."""
    await hear(uow, event)


async def hear(uow: UnitOfWork, event: ConflictOfInterest) -> None:
    """Keep the newest that a service said of a viewer and a person; of who was erased nothing."""
    about = [one for one in (event.person_id, event.viewer_id) if one]
    if await was_erased(uow.collection, about):
        return
    kept = uow.collection(HEARD)
    key = f"{uow.sender}|{event.person_id}|{event.viewer}"
    known = await kept.get(key)
    if known and known["revision"] >= event.revision:
        return
    row = event.model_dump(mode="json", exclude={"since"}) | {"by": uow.sender}
    await kept.update({"_id": key}, {"$set": row}, upsert=True)


async def closed_to(
    read: Reader, viewers: Iterable[str], *, ids: Iterable[str] = (), by: str | None = None
) -> frozenset[str]:
    """Ids of the people of whom somebody must learn nothing, as other services said.

    Args:
        read: the database.
        viewers: their addresses, see `viewer_of`.
        ids: their ids, where they came by an emailed link as well.
        by: the one service that is asked about; by default all.

    """
    named, known = sorted({one for one in viewers if one}), sorted(ids)
    if not named and not known:
        return frozenset()
    who = {"$or": [{"viewer": {"$in": named}}, {"viewer_id": {"$in": known}}]}
    matching: dict[str, Any] = {"closed": True} | who
    if by is not None:
        matching["by"] = by
    return frozenset(row["person_id"] for row in await read(HEARD).find(matching))


async def closed_people(request: Request) -> frozenset[str]:
    """Dependency: of whom the members of staff who are signed in here must learn nothing.

    It hangs on the address that they proved to be theirs, not on the role in which they ask.
    """
    known: frozenset[str] | None = getattr(request.state, "closed_people", None)
    if known is None:
        here = web_state(request).principals
        staff = [viewer_of(one.subject) for one in here if one.is_staff]
        ids = [one.person_id for one in here if one.person_id] if staff else []
        read = request.app.state.messaging.db.read
        themselves = await request.app.state.people_at(read, frozenset(filter(None, staff)))
        known = themselves | await closed_to(read, staff, ids=ids)
        request.state.closed_people = known
    return known


ClosedPeople = Annotated[frozenset[str], Depends(closed_people)]
"""Ids of people of whom whoever asks must learn nothing."""


async def nothing_closed(closed: ClosedPeople) -> None:
    """Dependency: let what is about everybody exist for those who may know everybody.

    Raises:
        NotServed: somebody is closed to whoever asks.

    """
    if closed:
        raise NotServed(ABOUT_ALL, 403)


def left_out(request: Request) -> str | None:
    """What a page says from which people were left out; it says so of others, too."""
    return LEFT_OUT if getattr(request.state, "closed_people", None) else None


async def kept_from(request: Request, staff: Principal, person_id: str) -> bool:
    """Whether a person is to look like nobody at all to a member of staff; see `create_app`."""
    del staff
    return person_id in await closed_people(request)


async def pairs_closed(read: Reader) -> dict[tuple[str, str], ConflictReason]:
    """All of whom viewers must learn nothing: viewer and person id, and why."""
    rows = await read(HEARD).find({"closed": True})
    return {(row["viewer"], row["person_id"]): row["reason"] for row in rows}
