"""Each day an email to the office says how far the audit log of each service has come, signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from nextstep_contracts import AuditSealed
from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.operating.audit.holding import contradictions
from nextstep_messaging.operating.audit.restorations import NEWS, restored
from nextstep_messaging.operating.audit.sealing import TELL_AGAIN
from nextstep_messaging.operating.audit.store import NOTES
from nextstep_programme.writing import weekday
from notifications.emails.audit_checkpoints import EMAIL
from notifications.emails.email import Facts
from notifications.hearing import store
from notifications.hearing.act import Act, Notifications
from notifications.hearing.address_book import Contact, Stamp
from notifications.hearing.cause import Cause
from notifications.hearing.deciding import Outgoing
from notifications.hearing.drafting import draft, email_id

OFFICE: Final = "programme-office"
"""Its id in the address book."""
SILENT: Final = 2 * TELL_AGAIN
"""A log of which no checkpoint came for so long is silent."""
FROM_HOUR: Final = 7
"""Local; what was signed in the night is told in the morning."""


async def tell_office(here: Notifications, address: str) -> bool:
    """Queue the email of this day, if it is time to and there is anything to say; whether it was.

    Once a day, however often it is asked for.
    """
    now = here.messaging.clock.now()
    if now.astimezone(ZoneInfo(here.zone)).hour < FROM_HOUR:
        return False
    key = _key(now, here.zone)
    if await store.email(here.db.read, email_id(key, OFFICE, EMAIL.name)) is not None:
        return False
    return await here.perform(lambda act: _queue(act, address, key))


async def _queue(act: Act, address: str, key: str) -> bool:
    if await store.email(act.read, email_id(key, OFFICE, EMAIL.name)) is not None:
        return False
    latest = [("size", -1), ("at", -1)]
    notes = [
        note
        for log in SERVICES
        for note in await act.read(NOTES).find({"log": log}, sort=latest, limit=1)
    ]
    if not notes:
        return False
    told = {
        "wrong": [str(one["what"]) for one in await contradictions(act.read)],
        "restored": await restored(act.read, act.uow.service, act.now - NEWS),
        "silent": silent(await _heard(act), datetime.now(UTC), act.here.zone),
    }
    facts = facts_of(notes, told, act.now, act.here.zone)
    contact = await _office(act, address)
    cause = Cause(uuid5(NAMESPACE_URL, key), OWN, "audit", act.uow.correlation_id)
    outgoing = Outgoing(OFFICE, EMAIL, facts)
    await store.queue(act, [draft(outgoing, cause, contact, act.here.writer, act.now, key=key)])
    return True


async def _heard(act: Act) -> dict[str, datetime]:
    """When a checkpoint of each log came last; none of who never had one."""
    heard = {}
    for log in SERVICES:
        ours = {"log": log, "heard_at": {"$ne": None}}
        for note in await act.read(NOTES).find(ours, sort=[("heard_at", -1)], limit=1):
            heard[log] = note["heard_at"]
    return heard


def silent(heard: Mapping[str, datetime], now: datetime, zone: str) -> list[str]:
    """Which logs say nothing any more: each is told daily, also when nothing was added.

    `heard`: when each was last, on the wall clock, by which the sealers go; as is `now`.
    """
    return [
        f"No checkpoint of {log} has come since {weekday(at.astimezone(ZoneInfo(zone)).date())}."
        for log, at in heard.items()
        if now - at >= SILENT
    ]


OWN: Final = AuditSealed.type_for("notifications")
"""What the email tells of, as its record names it."""


def facts_of(
    notes: Sequence[Mapping[str, Any]],
    told: Mapping[str, Sequence[str]],
    now: datetime,
    zone: str,
) -> Facts:
    """What the email says: the last checkpoint of each log, and what is told of them.

    `told` has sentences under `wrong`, `restored` and `silent`.
    """
    return {
        "day": weekday(now.astimezone(ZoneInfo(zone)).date()),
        **told,
        "logs": [
            {"service": one["log"], "size": one["size"], "lines": one["note"].splitlines()}
            for one in notes
        ],
    }


def _key(now: datetime, zone: str) -> str:
    return f"audit checkpoints of {now.astimezone(ZoneInfo(zone)).date().isoformat()}"


async def _office(act: Act, address: str) -> Contact:
    """The office's page of the address book, which says where it is reached now."""
    known = await store.contact(act.read, OFFICE)
    if known.email == address:
        return known
    stamp = Stamp(0, act.now, 1, OFFICE)
    contact = replace(known, name="programme office", email=address, stamp=stamp)
    await act.read(store.PEOPLE).save(contact.document())
    return contact
