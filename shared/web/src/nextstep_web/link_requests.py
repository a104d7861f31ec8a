"""A fresh link by email: for who has only an old one, asked by themselves or by the office.

It goes to the address that notifications knows and to no other, and the answer is the same whether
anybody is known there or not: neither a stranger nor a forwarded email learns anything.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from nextstep_contracts import LinkRequested
from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_web.principal import PERSON_ROLES, PersonRole

REQUESTS = "_link_requests"
BETWEEN = timedelta(minutes=5)
WITHIN = timedelta(days=1)
MOST = 5
"""Requests of one person within WITHIN, and no two within BETWEEN."""
COLLECTIONS = (Collection(REQUESTS, (Index([("last", 1)], expires=timedelta(days=30)),)),)


def may_ask(asked: Sequence[datetime], now: datetime) -> bool:
    """Whether one more email may go out, after those asked for at these moments."""
    recent = [one for one in asked if now - one < WITHIN]
    return len(recent) < MOST and all(now - one >= BETWEEN for one in recent)


async def ask(uow: UnitOfWork, service: str, person_id: str, roles: frozenset[str]) -> bool:
    """Have a fresh link emailed to a person who asks; False when they asked too often."""
    if not await counted(uow, person_id):
        return False
    request(uow, service, person_id, roles, "person")
    return True


async def counted(uow: UnitOfWork, person_id: str) -> bool:
    """Take note that a person asks; whether one more email may go out."""
    requests = uow.collection(REQUESTS)
    row = await requests.get(person_id)
    asked = [datetime.fromisoformat(one) for one in row.get("asked", ())] if row else []
    if not may_ask(asked, uow.now):
        return False
    kept = [one.isoformat() for one in (*asked, uow.now) if uow.now - one < WITHIN]
    change = {"$set": {"asked": kept, "last": uow.now}}
    await requests.update({"_id": person_id}, change, upsert=True)
    return True


async def asked_by_office(uow: UnitOfWork, person_id: str) -> bool:
    """Take note that the office asks; False within BETWEEN of the time before."""
    requests = uow.collection(REQUESTS)
    row = await requests.get(person_id)
    before = row.get("office") if row else None
    if before is not None and uow.now - datetime.fromisoformat(before) < BETWEEN:
        return False
    change = {"$set": {"office": uow.now.isoformat(), "last": uow.now}}
    await requests.update({"_id": person_id}, change, upsert=True)
    return True


def request(
    uow: UnitOfWork,
    service: str,
    person_id: str,
    roles: frozenset[str],
    by: Literal["person", "office"],
) -> None:
    """Say that a link to somebody's page of `service` is wanted, in the role they came to last."""
    role = cast("PersonRole", max(roles.intersection(PERSON_ROLES), key=PERSON_ROLES.index))
    wanted = LinkRequested(
        person_id=person_id, role=role, service=service, requested_by=by, requested_at=uow.now
    )
    uow.publish(wanted)
