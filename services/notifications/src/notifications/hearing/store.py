"""The collections of hearing: people, what was heard of each subject, and emails."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nextstep_messaging import Collection, Index, ReadCollection
from nextstep_web.conflicts import viewer_of, written_for
from notifications.emails.panel_invited import EMAIL as PANEL_INVITED
from notifications.hearing.act import Act
from notifications.hearing.address_book import Contact, settled
from notifications.hearing.drafting import Drafted
from notifications.hearing.email_record import EmailBody, EmailRecord
from notifications.hearing.form_emails import FormEmails, day_of
from notifications.hearing.marks import MARKS
from notifications.hearing.memory import Memory

PEOPLE = "people"
SUBJECTS = "subjects"
EMAILS = "emails"
BODIES = "bodies"
FORM_EMAILS = "form_emails"
"""How many emails forms caused to a mailbox, a document for each and day."""

COLLECTIONS = (
    Collection(PEOPLE),
    Collection(SUBJECTS, (Index([("cohort", 1), ("fellow", 1)]), Index([("person_id", 1)]))),
    Collection(MARKS, (Index([("at", 1)]),)),
    Collection(
        EMAILS,
        (
            Index([("state", 1), ("order", 1)]),
            Index([("person_id", 1)]),
            Index([("queued_at", -1)]),
            Index([("invitation", 1)]),
        ),
    ),
    Collection(BODIES),
    # an event that is heard again after a month is counted anew
    Collection(FORM_EMAILS, (Index([("day", 1)], expires=timedelta(days=30)),)),
)

Read = Callable[[str], ReadCollection]
"""Collections by name: `act.read` inside a transaction, `db.read` outside it."""


async def contact(read: Read, person_id: str) -> Contact:
    """The person's page of the address book; an empty one if there is none yet."""
    document = await read(PEOPLE).get(person_id)
    known = Contact.from_document(document) if document else Contact(person_id)
    if not known.unasked:
        return known
    invited = await memory(read, f"{PANEL_INVITED.subject}:{person_id}")
    return settled(known, panellist=PANEL_INVITED.event.event_name in invited.heard)


async def contacts(read: Read, ids: Iterable[str]) -> dict[str, Contact]:
    """The pages of the address book that exist among `ids`."""
    found = await read(PEOPLE).find({"_id": {"$in": sorted(set(ids))}})
    return {document["_id"]: Contact.from_document(document) for document in found}


async def people_at(read: Read, mailboxes: frozenset[str]) -> frozenset[str]:
    """Ids of applicants and Fellows whose email goes or went to one of these mailboxes.

    Not of panellists and reviewers, who are told nothing that concerns themselves.
    """
    if not mailboxes:
        return frozenset()
    written = written_for(mailboxes)
    found = await read(PEOPLE).find({"$or": [{"email": written}, {"earlier": written}]})
    people = map(Contact.from_document, found)
    ids = sorted(
        one.person_id
        for one in people
        if not mailboxes.isdisjoint(map(viewer_of, (one.email, *one.earlier)))
    )
    applied = await read(SUBJECTS).find({"person_id": {"$in": ids}}) if ids else []
    return frozenset(one["person_id"] for one in applied)


async def memory(read: Read, key: str) -> Memory:
    """What is remembered of a subject."""
    document = await read(SUBJECTS).get(key)
    return Memory.from_document(document) if document else Memory()


async def fellows(read: Read, cohort: str, person_id: str | None = None) -> frozenset[str]:
    """Who is a Fellow of a cohort now, or whether one person is."""
    matching: dict[str, Any] = {"cohort": cohort, "fellow": True}
    if person_id is not None:
        matching["person_id"] = person_id
    return frozenset(one["person_id"] for one in await read(SUBJECTS).find(matching))


async def emails(
    read: Read, matching: Mapping[str, Any], *, newest_first: bool = False
) -> list[EmailRecord]:
    """Emails in the order in which they were queued."""
    order = [("order", -1 if newest_first else 1)]
    found = await read(EMAILS).find(matching, sort=order)
    return [EmailRecord.from_document(one) for one in found]


async def email(read: Read, email_id: str) -> EmailRecord | None:
    """One email, if there is such a one."""
    document = await read(EMAILS).get(email_id)
    return EmailRecord.from_document(document) if document else None


async def body(read: Read, email_id: str) -> EmailBody | None:
    """The words of one email, if it has any."""
    document = await read(BODIES).get(email_id)
    return EmailBody.from_document(document) if document else None


async def bodies(read: Read, ids: Sequence[str]) -> dict[str, EmailBody]:
    """The words of emails, as far as they have any, by email id."""
    found = await read(BODIES).find({"_id": {"$in": [*ids]}}) if ids else []
    return {one["_id"]: EmailBody.from_document(one) for one in found}


async def form_emails(read: Read, address: str, at: datetime) -> FormEmails:
    """What an address was sent because of forms on the day of `at`."""
    empty = day_of(address, at)
    document = await read(FORM_EMAILS).get(empty.key)
    return FormEmails.from_document(document) if document else empty


async def write_to_pages(act: Act, people: Iterable[str]) -> None:
    """Change these people's pages of the address book, because more is stored about them.

    An erasure changes the page as well: of the two one comes first, and the other sees it.
    """
    theirs = {"_id": {"$in": sorted(set(people))}}
    await act.read(PEOPLE).update(theirs, {"$inc": {"version": 1}})


async def queue(act: Act, drafted: Sequence[Drafted]) -> None:
    """Store emails, in three round trips however many they are."""
    if drafted:
        act.uow.then(act.here.wake_sender)
        await write_to_pages(act, [one.record.person_id for one in drafted])
    await act.read(EMAILS).insert_many([one.record.document() for one in drafted])
    await act.read(BODIES).insert_many([one.body.document() for one in drafted if one.body])


async def release(act: Act, drafted: Drafted) -> None:
    """Store an email that waited and is written now."""
    act.uow.then(act.here.wake_sender)
    change = {"$set": drafted.record.document(), "$unset": {"facts": ""}}
    await act.read(EMAILS).update({"_id": drafted.record.email_id}, change)
    if drafted.body is not None:
        await act.read(BODIES).insert(drafted.body.document())
