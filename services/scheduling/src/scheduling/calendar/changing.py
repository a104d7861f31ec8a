"""The office adds a session, changes one or calls one off."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from nextstep_contracts import AlreadySo, Refused
from nextstep_programme import SessionKind
from nextstep_web.conflicts import ABOUT_ALL
from scheduling.calendar.announcing import announce_session
from scheduling.calendar.session import Session
from scheduling.calendar.session_changes import cancel, change, check_year
from scheduling.calendar.store import save_session, sessions_of, the_session
from scheduling.fellows.act import Act
from scheduling.fellows.store import fellows_of

CLOSELY_WATCHED = {"on", "audience"}
"""Changes of these can change who can still meet the requirements."""


async def add_session(
    act: Act, *, kind: SessionKind, title: str, venue: str, **fields: Any
) -> Session:
    """Add a session that the cohort file does not have.

    Raises:
        AlreadySo: there is one just like it.
        Refused: a rule says no.

    """
    check_year(fields.get("on"), act.cohort)
    known = await sessions_of(act.read, act.cohort.id)
    wanted = {"kind": kind, "title": title, "venue": venue} | fields
    if any(one.live and wanted.items() <= dict(one).items() for one in known):
        raise AlreadySo("A session of this title, time and venue is on the schedule already.")
    taken = {session.session_id for session in known}
    planned = Session(
        session_id=_new_id(act.cohort.id, title, taken),
        cohort=act.cohort.id,
        zone=act.cohort.zone,
        kind=kind,
        title=title,
        venue=venue,
        **fields,
    )
    added = await announce_session(act, planned)
    act.audit("added session", added.session_id, title=title)
    await act.here.calendar_changed(act)
    return added


async def change_session(
    act: Act, session_id: str, fields: Mapping[str, Any], *, knows_all: bool = True
) -> Session:
    """Give a session its date, time, venue or joining link, or change them.

    To another day a session that was held is moved by who `knows_all`: it says who was a Fellow
    then, and one that is to come can be called off.

    Raises:
        NoSuch: there is no such session.
        Refused: a rule says no.

    """
    known = await the_session(act.read, act.cohort.id, session_id)
    if not knows_all and fields.get("on", known.on) != known.on and _held(act, known):
        raise Refused(ABOUT_ALL)
    if fields.get("on") != known.on:
        check_year(fields.get("on"), act.cohort)
    changed, event = change(known, fields)
    if changed == known:
        return known
    if event:
        act.uow.publish(event)
    saved = await save_session(act.uow, changed)
    before, after = known.model_dump(mode="json"), saved.model_dump(mode="json")
    told = {name: after[name] for name in fields if before[name] != after[name]}
    act.audit("changed session", session_id, **told)
    if CLOSELY_WATCHED & told.keys():
        await act.here.calendar_changed(act)
    return saved


async def cancel_session(
    act: Act, session_id: str, reason: str, *, knows_all: bool = True
) -> Session:
    """Call a session off. From its day on that depends on who was there: for who `knows_all`.

    Raises:
        NoSuch: there is no such session.
        Refused: Fellows attended it, or a rule says no.

    """
    known = await the_session(act.read, act.cohort.id, session_id)
    if not knows_all and _held(act, known):
        raise Refused(ABOUT_ALL)
    if any(fellow.attended(session_id) for fellow in await fellows_of(act.read, act.cohort.id)):
        raise Refused("Fellows are recorded as having attended it, so it did take place.")
    called_off, event = cancel(known, reason)
    if event:
        act.uow.publish(event)
    saved = await save_session(act.uow, called_off)
    act.audit("cancelled session", session_id, reason=reason)
    await act.here.calendar_changed(act)
    return saved


def _held(act: Act, session: Session) -> bool:
    """Whether its day has come."""
    today = act.now.astimezone(ZoneInfo(session.zone)).date()
    return session.on is not None and session.on <= today


def _new_id(cohort: str, title: str, taken: set[str]) -> str:
    """An id made of the title, numbered if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "session"
    key, number = stem, 1
    while f"{cohort}:{key}" in taken:
        number += 1
        key = f"{stem}-{number}"
    return f"{cohort}:{key}"
