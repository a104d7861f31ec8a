"""The office's calendar: seeded from the cohort file, then dated, timed, changed, called off."""

import re
from collections.abc import Mapping
from typing import Any

from nextstep_contracts import Refused
from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, record
from nextstep_programme import SessionKind
from scheduling import store
from scheduling.attendance import status_from
from scheduling.commands.standings import restand_everyone
from scheduling.programme import Programme
from scheduling.sessions import Session, cancel, change, from_cohort, schedule

CLOSELY_WATCHED = {"on", "audience"}
"""Changes of these can change who can still meet the requirements."""


async def known_calendar(uow: UnitOfWork, programme: Programme) -> list[Session]:
    """The cohort's sessions; seeded now if an event came before the service got round to it."""
    found = await store.sessions(uow.collection, programme.cohort.id)
    if found:
        return found
    await seed(uow, programme)
    return await store.sessions(uow.collection, programme.cohort.id)


async def seed(uow: UnitOfWork, programme: Programme) -> None:
    """Create the sessions of the cohort file that are missing and announce the dated ones.

    What exists already is left alone: the office may have changed it.
    """
    known = {s.session_id for s in await store.sessions(uow.collection, programme.cohort.id)}
    missing = [s for s in from_cohort(programme.cohort) if s.session_id not in known]
    for planned in missing:
        await _create(uow, planned)
    if missing:
        await restand_everyone(uow, programme)


async def change_session(
    uow: UnitOfWork, programme: Programme, actor: Actor, session_id: str, fields: Mapping[str, Any]
) -> Session:
    """Give a session its date, time, venue or joining link, or change them.

    Raises:
        Refused: there is no such session, or a rule says no.

    """
    known = await _known(uow, session_id)
    changed, event = change(known, fields)
    if changed == known:
        return known
    if event:
        uow.publish(event)
    saved = await store.save_session(uow, changed)
    before, after = known.model_dump(mode="json"), saved.model_dump(mode="json")
    told = {name: after[name] for name in fields if before[name] != after[name]}
    await record(uow, actor, "changed session", session_id, **told)
    if CLOSELY_WATCHED & told.keys():
        await restand_everyone(uow, programme)
    return saved


async def add_session(
    uow: UnitOfWork,
    programme: Programme,
    actor: Actor,
    *,
    kind: SessionKind,
    title: str,
    venue: str,
    **fields: Any,
) -> Session:
    """Add a session that the cohort file does not have.

    Raises:
        Refused: a rule says no.

    """
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    planned = Session(
        session_id=_new_id(programme.cohort.id, title, {s.session_id for s in calendar}),
        cohort=programme.cohort.id,
        zone=programme.cohort.zone,
        kind=kind,
        title=title,
        venue=venue,
        **fields,
    )
    created = await _create(uow, planned)
    await record(uow, actor, "added session", created.session_id, title=title)
    await restand_everyone(uow, programme)
    return created


async def cancel_session(
    uow: UnitOfWork, programme: Programme, actor: Actor, session_id: str, reason: str
) -> Session:
    """Call a session off.

    Raises:
        Refused: there is no such session, Fellows attended it, or a rule says no.

    """
    known = await _known(uow, session_id)
    entries = store.by_person(await store.evidence(uow.collection, session_id=session_id))
    if any(status_from(own) == "attended" for own in entries.values()):
        raise Refused("Fellows are recorded as having attended it, so it did take place.")
    called_off, event = cancel(known, reason)
    if event:
        uow.publish(event)
    saved = await store.save_session(uow, called_off)
    await record(uow, actor, "cancelled session", session_id, reason=reason)
    await restand_everyone(uow, programme)
    return saved


async def _create(uow: UnitOfWork, planned: Session) -> Session:
    announced, event = schedule(planned)
    if event:
        uow.publish(event)
    return await store.save_session(uow, announced)


async def _known(uow: UnitOfWork, session_id: str) -> Session:
    found = await store.session(uow.collection, session_id)
    if found is None:
        raise Refused("There is no such session.")
    return found


def _new_id(cohort: str, title: str, taken: set[str]) -> str:
    """An id made of the title, numbered if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "session"
    key, number = stem, 1
    while f"{cohort}:{key}" in taken:
        number += 1
        key = f"{stem}-{number}"
    return f"{cohort}:{key}"
