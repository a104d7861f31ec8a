"""Use cases: each loads, lets a rule decide and saves, inside one unit of work."""

from dataclasses import dataclass, field
from typing import Any

from nextstep_contracts import Event, Person, StudyLeaveRecorded
from nextstep_messaging import UnitOfWork
from notifications.calendar.entries import entry_from
from notifications.decide import Decision, decide, memory_key
from notifications.directory import Entry, learn, stamp_of
from notifications.emails import Cause, Drafted, complete, draft
from notifications.mail.writing import Writer
from notifications.memory import is_fellow
from notifications.pacing import Pace
from notifications.policy import Rule
from notifications.store import (
    BODIES,
    CALENDAR_WORK,
    EMAILS,
    ENTRIES,
    PEOPLE,
    SUBJECTS,
    entry_document,
    memory_document,
    person_document,
    read_entry,
    read_memory,
    read_person,
)


@dataclass(frozen=True)
class Desk:
    """What every use case works with besides its unit of work."""

    writer: Writer
    zone: str
    """Local times in mails."""
    sending: Pace = field(default_factory=Pace)
    """Of the worker that sends what is queued."""
    keeping: Pace = field(default_factory=Pace)
    """Of the worker that settles the marks left for calendars."""


def cause_of(uow: UnitOfWork) -> Cause:
    """The event being handled, as the cause of mails."""
    envelope = uow.envelope
    if envelope is None:
        raise RuntimeError("mails are caused by events")
    return Cause(envelope.id, envelope.type, envelope.subject, envelope.correlation_id)


async def queue(desk: Desk, uow: UnitOfWork, drafted: list[Drafted]) -> None:
    """Store mails, in two round trips however many they are."""
    if drafted:
        uow.then(desk.sending.wake)
    await uow.collection(EMAILS).insert_many([one.row for one in drafted])
    await uow.collection(BODIES).insert_many([one.body for one in drafted if one.body])


async def hear(desk: Desk, rule: Rule, event: Event, uow: UnitOfWork) -> None:
    """Take note of an event and queue the mails that the policy asks for."""
    known = [await meet(desk, uow, one, event) for one in rule.people(event) if not _is_id(one)]
    if isinstance(event, StudyLeaveRecorded):
        return
    key = memory_key(rule, event)
    document = await uow.collection(SUBJECTS).get(key)
    memory = read_memory(document)
    decision = decide(rule, event, memory, zone=desk.zone)
    saved = memory_document(key, decision.memory, document["version"] if document else 0)
    if rule.subject == "application":
        saved |= await _fellowship(desk, uow, event, decision, was=is_fellow(memory))
    await uow.collection(SUBJECTS).save(saved)
    await _queue_mails(desk, uow, decision, {entry.person_id: entry for entry in known})


async def _fellowship(
    desk: Desk, uow: UnitOfWork, application: Any, decision: Decision, *, was: bool
) -> dict[str, Any]:
    """What a subject's document says of the fellowship; calendars follow when it changed."""
    person_id, cohort = application.person.person_id, application.cohort
    now = is_fellow(decision.memory)
    if now != was:
        await mark(desk, uow, "person", person_id, cohort)
    return {"cohort": cohort, "person_id": person_id, "fellow": now}


def _is_id(recipient: Person | str) -> bool:
    return isinstance(recipient, str)


async def _queue_mails(
    desk: Desk, uow: UnitOfWork, decision: Decision, known: dict[str, Entry]
) -> None:
    ids = {outgoing.person_id for outgoing in decision.mails}
    people = known | await _look_up(uow, ids - known.keys())
    cause = cause_of(uow)
    drafted = [
        draft(outgoing, cause, people[outgoing.person_id], desk.writer, uow.now)
        for outgoing in decision.mails
    ]
    await queue(desk, uow, drafted)


async def _look_up(uow: UnitOfWork, ids: set[str]) -> dict[str, Entry]:
    """The directory entries of ids.

    For a person not yet known the document is written in any case: whoever learns of the person
    at the same moment then conflicts with us, and one of the two sees what the other did.
    """
    if not ids:
        return {}
    people = uow.collection(PEOPLE)
    found = {one["_id"]: one for one in await people.find({"_id": {"$in": sorted(ids)}})}
    entries = {}
    for person_id in sorted(ids):
        document = found.get(person_id)
        entry = read_person(document) if document else Entry(person_id)
        if not entry.known and not entry.erased:
            await people.save(person_document(entry, document["version"] if document else 0))
        entries[person_id] = entry
    return entries


async def meet(desk: Desk, uow: UnitOfWork, person: Person | str, event: Event) -> Entry:
    """Learn who somebody is, and release what waited for their address."""
    if isinstance(person, str) or uow.envelope is None:
        raise TypeError("only a person that an event carries can be met")
    document = await uow.collection(PEOPLE).get(person.person_id)
    before = read_person(document) if document else Entry(person.person_id)
    entry = learn(before, person, stamp_of(uow.envelope, getattr(event, "revision", 1)))
    if entry == before:
        return entry
    version = document["version"] if document else 0
    await uow.collection(PEOPLE).save(person_document(entry, version))
    if document is not None and not before.known:
        await _release(desk, uow, entry)
    if before.known and before.email != entry.email:
        # calendars live behind addresses, so the reconciler must look again
        cohort: str = event.cohort  # type: ignore[attr-defined]
        await mark(desk, uow, "person", entry.person_id, cohort)
    return entry


async def _release(desk: Desk, uow: UnitOfWork, entry: Entry) -> None:
    emails = uow.collection(EMAILS)
    for row in await emails.find({"person_id": entry.person_id, "state": "waiting"}):
        done = complete(row, entry, desk.writer)
        await emails.update({"_id": row["_id"]}, {"$set": done.row, "$unset": {"facts": ""}})
        if done.body:
            await uow.collection(BODIES).insert(done.body)
        uow.then(desk.sending.wake)


async def mark(desk: Desk, uow: UnitOfWork, kind: str, key: str, cohort: str) -> None:
    """Ask the calendar keeper to look at an entry, or at a person, after this commit."""
    cause = cause_of(uow)
    row = {
        "kind": kind,
        "key": key,
        "cohort": cohort,
        "at": uow.now.isoformat(),
        "cause_id": str(cause.event_id),
        "cause_type": cause.event_type,
        "cause_subject": cause.subject,
        "correlation_id": str(cause.correlation_id),
    }
    # one event can give two reasons to look at the same person
    mark_id = f"{cause.event_id}|{kind}|{key}"
    uow.then(desk.keeping.wake)
    await uow.collection(CALENDAR_WORK).update({"_id": mark_id}, {"$set": row}, upsert=True)


async def date_entry(desk: Desk, event: Event, uow: UnitOfWork) -> None:
    """Keep the newest state of a session or slot, and have calendars compared with it."""
    entry = entry_from(event)
    document = await uow.collection(ENTRIES).get(entry.entry_id)
    if document is not None and read_entry(document).revision >= entry.revision:
        return
    version = document["version"] if document else 0
    await uow.collection(ENTRIES).save(entry_document(entry, version))
    await mark(desk, uow, "entry", entry.entry_id, entry.cohort)
