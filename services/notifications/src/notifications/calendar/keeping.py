"""Keeps calendars right: a worker that compares them with what is known, after each commit.

Handlers only note facts and leave a mark. Two handlers cannot see each other's uncommitted facts
(a session being dated while a Fellow is being accepted), but whoever settles the later mark sees
both. Marks that pile up are settled together, so three changes in a row cause one mail.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog

from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.database.leases import Lease
from notifications.calendar.entries import Entry
from notifications.calendar.ics import invitation_ics
from notifications.calendar.reconcile import Invitation, Step, reconcile
from notifications.calendar.telling import TEMPLATES, facts_of
from notifications.commands import Desk, queue
from notifications.decide import Outgoing
from notifications.directory import Entry as PersonEntry
from notifications.emails import REPLACED, CalendarEntry, Cause, Drafted, draft
from notifications.mail.message import Sender
from notifications.store import (
    CALENDAR_WORK,
    EMAILS,
    ENTRIES,
    INVITATIONS,
    PEOPLE,
    SUBJECTS,
    Document,
    invitation_document,
    invitation_key,
    people_by_id,
    read_entry,
    read_invitation,
)

log = structlog.get_logger()

LEASE = "calendar"
BATCH = 500
"""Marks looked at together; a burst of acceptances is settled person by person anyway."""


class CalendarKeeper:
    """Settles marks, one instance of the service at a time."""

    def __init__(self, desk: Desk, sender: Sender, page_url: str) -> None:
        self._desk = desk
        self._sender = sender
        self._page_url = page_url

    async def run(self, messaging: Messaging) -> None:
        """Settle for ever."""
        lease = Lease(messaging.db, LEASE)
        try:
            while True:
                worked = await lease.hold() and await self.settle_waiting(messaging)
                await self._desk.keeping.rest(worked=worked)
        finally:
            await lease.release()

    async def settle_waiting(self, messaging: Messaging) -> bool:
        """Settle the marks that are there. Returns whether there were any."""
        marks = await messaging.db.read(CALENDAR_WORK).find({}, sort=[("at", 1)], limit=BATCH)
        groups: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
        for one in marks:
            groups[one["kind"], one["key"], one["cohort"]].append(one)
        for (kind, key, cohort), group in groups.items():

            async def work(uow: UnitOfWork) -> int:
                return await self._settle(uow, kind, key, cohort, group)  # noqa: B023 - awaited here

            correlation = UUID(group[-1]["correlation_id"])
            sent = await messaging.transact(work, correlation_id=correlation)
            if sent:
                log.info("calendars_settled", kind=kind, key=key, mails=sent)
        return bool(marks)

    async def _settle(
        self, uow: UnitOfWork, kind: str, key: str, cohort: str, marks: list[Document]
    ) -> int:
        await uow.collection(CALENDAR_WORK).delete({"_id": {"$in": [one["_id"] for one in marks]}})
        by_entry = kind == "entry"
        entries = await self._entries(uow, key if by_entry else None, cohort)
        found = await uow.collection(INVITATIONS).find(
            {"entry_id" if by_entry else "person_id": key}
        )
        sent = {(one.entry_id, one.person_id): one for one in map(read_invitation, found)}
        fellows = await self._fellows(uow, None if by_entry else key, cohort)
        concerned = fellows | {who for _, who in sent} if by_entry else {key}
        people = await people_by_id(uow.collection(PEOPLE), concerned)
        addresses = {who: entry.email for who, entry in people.items() if entry.known}
        steps = reconcile(entries, fellows, addresses, sent, uow.now)
        return await self._take(uow, steps, people, marks[-1])

    @staticmethod
    async def _entries(uow: UnitOfWork, entry_id: str | None, cohort: str) -> list[Entry]:
        matching = {"_id": entry_id} if entry_id else {"cohort": cohort}
        return [read_entry(one) for one in await uow.collection(ENTRIES).find(matching)]

    @staticmethod
    async def _fellows(uow: UnitOfWork, person_id: str | None, cohort: str) -> frozenset[str]:
        matching: dict[str, Any] = {"cohort": cohort, "fellow": True}
        if person_id:
            matching["person_id"] = person_id
        found = await uow.collection(SUBJECTS).find(matching)
        return frozenset(one["person_id"] for one in found)

    async def _take(
        self,
        uow: UnitOfWork,
        steps: Sequence[Step],
        people: dict[str, PersonEntry],
        mark: Document,
    ) -> int:
        steps = list(steps)
        keys = {
            one: invitation_key(one.invitation.entry_id, one.invitation.person_id) for one in steps
        }
        known = [key for one, key in keys.items() if one.invitation.sequence > 0]
        unseen = await self._replace_unsent(uow, known)
        drafted = [
            self._draft(one, keys[one], people[one.invitation.person_id], mark, uow)
            for one in steps
            # a cancellation of what nobody was ever sent would only puzzle
            if not (one.change == "cancelled" and keys[one] in unseen)
        ]
        invitations = uow.collection(INVITATIONS)
        if known:
            await invitations.delete({"_id": {"$in": known}})
        await invitations.insert_many([invitation_document(one.invitation) for one in steps])
        await queue(self._desk, uow, drafted)
        return len(drafted)

    @staticmethod
    async def _replace_unsent(uow: UnitOfWork, invitations: list[str]) -> set[str]:
        """Take back earlier mails that have not left; those left out of order would mislead.

        Returns:
            the invitations of which nothing has ever left.

        """
        if not invitations:
            return set()
        emails = uow.collection(EMAILS)
        about = {"invitation": {"$in": invitations}}
        await emails.update(
            {**about, "state": {"$in": ["queued", "waiting"]}},
            {"$set": {"state": "not_sent", "note": REPLACED}},
        )
        left = await emails.find({**about, "state": {"$ne": "not_sent"}})
        return set(invitations) - {one["invitation"] for one in left}

    def _draft(
        self, step: Step, key: str, person: PersonEntry, mark: Document, uow: UnitOfWork
    ) -> Drafted:
        ics = invitation_ics(
            step,
            name=person.name,
            organiser=(self._sender.name, self._sender.address),
            link=self._page_url,
            now=uow.now,
        )
        template = TEMPLATES[step.change]
        cause = Cause(
            UUID(mark["cause_id"]),
            mark["cause_type"],
            mark["cause_subject"],
            UUID(mark["correlation_id"]),
        )
        return draft(
            Outgoing(person.person_id, template, facts_of(step)),
            cause,
            person,
            self._desk.writer,
            uow.now,
            key=f"{key}#{step.invitation.sequence}",
            calendar=CalendarEntry(key, step.invitation.sequence, step.method, ics),
        )


def _key(invitation: Invitation) -> str:
    return invitation_key(invitation.entry_id, invitation.person_id)
