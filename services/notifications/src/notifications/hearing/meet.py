"""An event says who somebody is: keep it in the address book, and write what waited for it."""

from nextstep_contracts import Event, Person
from notifications.hearing import store
from notifications.hearing.act import Act
from notifications.hearing.address_book import Contact, check_teller, learn, owner_by, stamp_of
from notifications.hearing.drafting import complete
from notifications.hearing.marks import mark


async def meet(act: Act, person: Person, event: Event) -> Contact:
    """Learn who somebody is, and release the emails that waited for their address.

    Raises:
        NotEntitledError: it is not for the sender to say.

    """
    envelope = act.uow.envelope
    if envelope is None:
        raise RuntimeError("a person is met in an event")
    before = await store.contact(act.read, person.person_id)
    check_teller(before, envelope.source)
    stamp = stamp_of(envelope, getattr(event, "revision", 1))
    contact = learn(before, person, stamp, owner_by(event))
    if contact == before:
        return contact
    await act.read(store.PEOPLE).save(contact.document())
    if before.version > 0 and contact.known and not before.known:
        await _release(act, contact)
    if before.known and before.email != contact.email:
        # calendars live behind addresses, so the keeper must look again
        cohort: str = event.cohort  # type: ignore[attr-defined] # every event with a person has one
        await mark(act, "person", contact.person_id, cohort)
    return contact


async def _release(act: Act, contact: Contact) -> None:
    waiting = {"person_id": contact.person_id, "state": "waiting"}
    for record in await store.emails(act.read, waiting):
        await store.release(act, complete(record, contact, act.here.writer, act.now))
