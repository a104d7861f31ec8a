"""Keeps calendars right: a worker that compares them with what is known, after each commit.

Handlers only note facts and leave a mark. Two handlers cannot see each other's uncommitted facts
(a session being dated while a Fellow is being accepted), but whoever settles the later mark sees
both. Marks that pile up are settled together, so three changes in a row cause one email.
"""

from collections import defaultdict
from collections.abc import Sequence

import structlog

from notifications.calendar import store
from notifications.calendar.calendar_emails import email_of
from notifications.calendar.ics import invitation_ics
from notifications.calendar.what_to_send import CalendarStep, reconcile
from notifications.hearing.act import Act, Notifications
from notifications.hearing.address_book import Contact
from notifications.hearing.cause import Cause
from notifications.hearing.drafting import CalendarPart, Drafted, draft
from notifications.hearing.email_record import REPLACED, ICalendar
from notifications.hearing.marks import MARKS, Mark
from notifications.hearing.store import (
    EMAILS,
    contacts,
    emails,
    fellows,
    queue,
    write_to_pages,
)

log = structlog.get_logger()

BATCH = 500
"""Marks looked at together; a burst of acceptances is settled person by person anyway."""


async def settle_marks(here: Notifications) -> bool:
    """Settle the marks that are there. Returns whether there were any."""
    found = await here.db.read(MARKS).find({}, sort=[("at", 1)], limit=BATCH)
    groups: dict[tuple[str, str, str], list[Mark]] = defaultdict(list)
    for mark in map(Mark.from_document, found):
        groups[mark.kind, mark.key, mark.cohort].append(mark)
    for marks in groups.values():
        await _settle_together(here, marks)
    return bool(found)


async def _settle_together(here: Notifications, marks: Sequence[Mark]) -> None:
    last = marks[-1]
    sent = await here.perform(
        lambda act: settle(act, marks), correlation_id=last.cause.correlation_id
    )
    if sent:
        log.info("calendars_settled", kind=last.kind, key=last.key, emails=sent)


async def settle(act: Act, marks: Sequence[Mark]) -> int:
    """Put right the calendars of one entry, or of one person, and take their marks away.

    Returns:
        how many emails it needs.

    """
    await act.read(MARKS).delete({"_id": {"$in": [one.mark_id for one in marks]}})
    last = marks[-1]
    by_entry = last.kind == "entry"
    at_issue = {"_id": last.key} if by_entry else {"cohort": last.cohort}
    entries = await store.entries(act.read, at_issue)
    theirs = {"entry_id" if by_entry else "person_id": last.key}
    held = await store.invitations(act.read, theirs)
    sent = {(one.entry_id, one.person_id): one for one in held}
    current = await fellows(act.read, last.cohort, None if by_entry else last.key)
    concerned = current | {who for _, who in sent} if by_entry else {last.key}
    people = await contacts(act.read, concerned)
    addresses = {who: contact.email for who, contact in people.items() if contact.known}
    steps = reconcile(entries, current, addresses, sent, act.now)
    return await _take(act, steps, people, last.cause)


async def _take(
    act: Act, steps: Sequence[CalendarStep], people: dict[str, Contact], cause: Cause
) -> int:
    known = [one.invitation.key for one in steps if one.invitation.sequence > 0]
    unseen = await _replace_unsent(act, known)
    drafted = [
        _draft(act, one, people[one.invitation.person_id], cause)
        for one in steps
        # a cancellation of what nobody was ever sent would only puzzle
        if not (one.change == "cancelled" and one.invitation.key in unseen)
    ]
    invitations = act.read(store.INVITATIONS)
    if steps:
        await write_to_pages(act, [one.invitation.person_id for one in steps])
    if known:
        await invitations.delete({"_id": {"$in": known}})
    await invitations.insert_many([one.invitation.document() for one in steps])
    await queue(act, drafted)
    return len(drafted)


async def _replace_unsent(act: Act, invitations: list[str]) -> set[str]:
    """Take back earlier emails that have not left; those left out of order would mislead.

    Returns:
        the invitations of which nothing has ever left.

    """
    if not invitations:
        return set()
    about = {"invitation": {"$in": invitations}}
    await act.read(EMAILS).update(
        {**about, "state": {"$in": ["queued", "waiting"]}},
        {"$set": {"state": "not_sent", "note": REPLACED}},
    )
    left = await emails(act.read, {**about, "state": {"$ne": "not_sent"}})
    return set(invitations) - {one.invitation for one in left}


def _draft(act: Act, step: CalendarStep, contact: Contact, cause: Cause) -> Drafted:
    invitation, us = step.invitation, act.here.us
    ics = invitation_ics(
        step,
        name=contact.name,
        organiser=(us.name, us.address),
        link=act.here.programme_page,
        now=act.now,
    )
    return draft(
        email_of(step),
        cause,
        contact,
        act.here.writer,
        act.now,
        key=f"{invitation.key}#{invitation.sequence}",
        part=CalendarPart(invitation.key, invitation.sequence, ICalendar(step.method, ics)),
    )
