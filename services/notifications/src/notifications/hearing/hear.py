"""An event is heard: remember it, and queue the email that tells of it."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from nextstep_contracts import Event, Person
from nextstep_contracts.applications import ApplicationEvent
from nextstep_messaging import ERASED
from notifications.emails.email import EventEmail, names_others
from notifications.hearing import store
from notifications.hearing.act import Act
from notifications.hearing.address_book import Contact
from notifications.hearing.cause import Cause
from notifications.hearing.deciding import Outgoing, decide, memory_key
from notifications.hearing.drafting import draft
from notifications.hearing.form_emails import one_more
from notifications.hearing.marks import mark
from notifications.hearing.meet import meet
from notifications.hearing.memory import Memory, is_fellow


async def hear(act: Act, email: EventEmail, event: Event) -> None:
    """Take note of an event and queue the emails that it causes."""
    carried = [one for one in email.people(event) if isinstance(one, Person)]
    met = {one.person_id: await meet(act, one, event) for one in carried}
    key = memory_key(email, event)
    memory = await store.memory(act.read, key)
    told = await _without_the_erased(act, email, event)
    caused = decide(email, told, memory, zone=act.here.zone)
    remembered = caused.memory.document(key)
    if isinstance(event, ApplicationEvent):
        remembered |= await _fellowship(act, event, before=memory, now=caused.memory)
    await act.read(store.SUBJECTS).save(remembered)
    await _queue(act, await _within_bounds(act, email, event, caused.emails), met)


async def _without_the_erased(act: Act, email: EventEmail, event: Event) -> Event:
    """The event as it is told: without the names of others who were erased before it came.

    The pages of all whom it names are written to, as an erasure does: neither passes the other.
    """
    if not (email.by_another or names_others(email)):
        return event
    said = event.model_dump()
    named = {*_named_in(said)}
    await store.write_to_pages(act, named)
    pages = await store.contacts(act.read, named)
    gone = {one for one, page in pages.items() if page.erased}
    return type(event).model_validate(_unnamed(said, gone)) if gone else event


def _named_in(value: Any) -> Iterator[str]:
    """The ids of all whom an event's data names."""
    if isinstance(value, dict):
        if "person_id" in value and "name" in value:
            yield value["person_id"]
        value = [*value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from _named_in(one)


def _unnamed(value: Any, gone: Collection[str]) -> Any:
    """The same data without the names of some."""
    if isinstance(value, list | tuple):
        return [_unnamed(one, gone) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _unnamed(one, gone) for key, one in value.items()}
    theirs = "name" in kept and kept.get("person_id") in gone
    return kept | {"name": ERASED} if theirs else kept


async def _within_bounds(
    act: Act, email: EventEmail, event: Event, emails: tuple[Outgoing, ...]
) -> tuple[Outgoing, ...]:
    """Hold back what forms cause to an address again and again.

    The address that counts is the event's: which one is in force depends on what was heard before.
    """
    envelope = act.uow.envelope
    if not email.by_a_form or envelope is None:
        return emails
    given = {one.person_id: one.email for one in email.people(event) if isinstance(one, Person)}
    kept = []
    for one in emails:
        if one.overtaken or one.person_id not in given:
            kept.append(one)
            continue
        sent = await store.form_emails(act.read, given[one.person_id], envelope.time)
        with_this = one_more(sent, envelope.time, act.here.form_bounds)
        if with_this is not None:
            await act.read(store.FORM_EMAILS).save(with_this.document())
        kept.append(replace(one, held=with_this is None))
    return tuple(kept)


async def _fellowship(
    act: Act, event: ApplicationEvent, *, before: Memory, now: Memory
) -> dict[str, object]:
    """What is stored of an application's fellowship; calendars follow when it changed."""
    person_id, cohort = event.person.person_id, event.cohort
    if is_fellow(now) != is_fellow(before):
        await mark(act, "person", person_id, cohort)
    return {"cohort": cohort, "person_id": person_id, "fellow": is_fellow(now)}


async def _queue(act: Act, emails: tuple[Outgoing, ...], met: dict[str, Contact]) -> None:
    people = met | await _look_up(act, {one.person_id for one in emails} - met.keys())
    cause, writer = Cause.of(act.uow), act.here.writer
    await store.queue(
        act, [draft(one, cause, people[one.person_id], writer, act.now) for one in emails]
    )


async def _look_up(act: Act, ids: set[str]) -> dict[str, Contact]:
    """The pages of the address book of people whom the event did not carry.

    For a person not yet known the document is written in any case: whoever learns of the person
    at the same moment then conflicts with us, and one of the two sees what the other did.
    """
    found = await store.contacts(act.read, ids) if ids else {}
    people = {one: found.get(one) or Contact(one) for one in sorted(ids)}
    for contact in people.values():
        if not contact.known and not contact.erased:
            await act.read(store.PEOPLE).save(contact.document())
    return people
