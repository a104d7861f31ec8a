"""What the erasure of a person reaches in quarantine, where submissions belong to nobody yet."""

import asyncio
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic

from applications.admissions.store import Read
from applications.documents.discarding import discard
from applications.intake import store
from applications.intake.quarantine.searching import raw_texts
from applications.intake.receipts import Receipt
from nextstep_messaging import Database, UnitOfWork
from nextstep_messaging.operating.audit import erase_details
from nextstep_messaging.operating.erased_words import (
    ERASED_WORDS,
    KEY,
    ErasedWords,
    tokens_of,
)

ERASE_UNOWNED = "erase-unowned"
"""The timer that looks: the bodies are too many and too large for the transaction of an erasure."""
SECONDS = 10.0
"""Of one transaction. MongoDB gives one up after a minute, and other timers wait meanwhile."""
_ADDRESS = re.compile(r"(?<![\w.+%\-])[\w.+%\-]+@[\w\-]+(?:\.[\w\-]+)+")
"""Sought from where a word begins alone: a file of zeros in Base64 is one word of megabytes."""


Sent = Callable[[Receipt, bytes], bool]
"""Whether somebody who is erased sent this body, and nobody else is named in it."""


def only_theirs(body: bytes, addresses: Iterable[str]) -> bool:
    """Whether a body that no map reads is somebody's: it names their address and no other.

    Where it names others too, it may be somebody else's who gave theirs as well, a referee's for
    example: such a one is for the office to look at (`/applications/quarantine/search`).
    """
    theirs = {one.casefold() for one in addresses}
    found = _addresses(body)
    return bool(found & theirs) and found <= theirs


def _addresses(body: bytes) -> set[str]:
    return {one.casefold() for text in raw_texts(body) for one in _ADDRESS.findall(text)}


async def sent_by(db: Database, addresses: Iterable[str]) -> Sent:
    """Who has one of these addresses; without any, whoever was erased after it had come.

    After a restore, and at a second look, nobody knows the addresses any more: their digests are
    kept, with the moment of the erasure. Who sends a form after it begins anew.
    """
    known = [*addresses]
    if known:
        return lambda _, body: only_theirs(body, known)
    rows = await db.read(ERASED_WORDS).find({})
    words = ErasedWords.of_rows(rows)
    at = {one["_id"]: one["at"] for one in rows if one["_id"] != KEY}

    def by_an_erased(receipt: Receipt, body: bytes) -> bool:
        digests = [words.digest(tokens_of(one)) for one in _addresses(body)] if at else []
        return bool(digests) and all(
            one in at and receipt.received_at <= at[one] for one in digests
        )

    return by_an_erased


async def sent_before_erasure(read: Read, address: str, received_at: datetime) -> bool:
    """Whether whoever has this address was erased since something that gives it came."""
    rows = await read(ERASED_WORDS).find({"_id": KEY})
    if not rows:
        return False
    digest = ErasedWords.of_rows(rows).digest(tokens_of(address))
    erased = await read(ERASED_WORDS).get(digest)
    return erased is not None and received_at < erased["at"]


async def look_by_digests(uow: UnitOfWork) -> None:
    """Look through quarantine for whoever is erased and whose addresses nobody knows any more."""
    await uow.schedule(f"{ERASE_UNOWNED}:known", ERASE_UNOWNED, uow.now, {"addresses": []})


async def erase_unowned(uow: UnitOfWork, db: Database, theirs: Sent, after: str = "") -> str | None:
    """Erase what is in quarantine or was dismissed and is only theirs, as far as it is time to.

    Returns:
        the id of the receipt after which to go on in another transaction; None when all were seen.

    Raises:
        StaleDocument: one was changed meanwhile.

    """
    until, seen = monotonic() + SECONDS, ""
    for receipt_id in await store.unowned_after(db.read, after):
        if seen and monotonic() >= until:  # one at least, or it would never end
            return seen
        seen = receipt_id
        whole = await store.whole_receipt(db, receipt_id)
        # seconds for a body of many megabytes: not on the loop that answers forms
        if whole is None or not await asyncio.to_thread(theirs, *whole):
            continue
        await erase_receipt(uow, whole[0])
    return None


async def erase_receipt(uow: UnitOfWork, receipt: Receipt, files: Iterable[str] = ()) -> None:
    """Erase a receipt that belongs to nobody, with its body and the `files` that were kept of it.

    Raises:
        StaleDocument: it was changed meanwhile.

    """
    await store.erase(uow, receipt)
    body = [receipt.body_file] if receipt.body_file else []
    await discard(uow, [*body, *files])
    await erase_details(uow, receipt.id)


async def is_receipt(read: Read, key: str) -> bool:
    """Whether this is the id of what somebody sent, rather than of a person."""
    return await read(store.RECEIPTS).count({"_id": key}) > 0


async def erase_restored_receipt(uow: UnitOfWork, receipt_id: str) -> None:
    """Erase again what was erased by itself, or as its sender's, after a backup was taken."""
    receipt = await store.find_receipt(uow.collection, receipt_id)
    if receipt is not None and receipt.status != "erased":
        await erase_receipt(uow, receipt)
