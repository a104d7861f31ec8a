"""Messages that need a person: kept as documents, so that they can be read, replayed, discarded.

The broker's dead-letter queue is only the way here: each service empties its own into its
database, and acknowledges a message when the document is in the journal.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import NAMESPACE_OID, uuid5

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType

from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.bus import envelope as wire
from nextstep_messaging.bus.connection import Bus
from nextstep_messaging.bus.sender import SENDER, proven_sender
from nextstep_messaging.bus.topology import dead_queue, own_exchange, told
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.errors import DuplicateKey
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.schema import Collection, Index
from nextstep_messaging.database.unit_of_work import UnitOfWork

log = structlog.get_logger()

DEAD_LETTERS = "_dead_letters"
KEPT = timedelta(days=365)
"""Counted from the last death. Shorter than inbox rows are kept: a replay after any delay that is
still possible meets the row of a handling that did succeed."""
DEAD_LETTERS_COLLECTION = Collection(
    DEAD_LETTERS, (Index([("died_at", 1)], expires=KEPT), Index([("status", 1)]))
)
KEEP_PAUSE = 1.0
"""Seconds between tries to store a dead letter while the database is down."""
Status = Literal["open", "replayed", "discarded"]


IN_HAND = 10
"""Dead letters on their way into the database at once."""


class NoSuchDeadLetterError(LookupError):
    """There is no dead letter of this key, or it is not open any more."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled."""

    key: str
    """`<queue>:<message id>`, and who published it if not its sender; names it to people."""
    queue: str
    """The consumer queue it came from and would go back to."""
    message_id: str
    type: str
    subject: str
    correlation_id: str
    reason: str
    died_at: datetime
    deaths: int
    """More than 1 when it was replayed and failed again."""
    status: Status
    body: str | None
    """None once it was discarded: the trace stays, the personal data goes."""
    headers: dict[str, Any]
    sender: str | None
    """The service that is proven to have sent it, or was believed without proof; None: nobody."""
    history: tuple[dict[str, Any], ...]
    """What was done to it: `at`, `what`, `by`, `reason`."""


def _letter(row: Document) -> DeadLetter:
    fields = {name: row[name] for name in DeadLetter.__dataclass_fields__ if name in row}
    # rows of a release that believed every sender do not say whom
    fields.setdefault("sender", row["headers"].get("ce-source"))
    return DeadLetter(**{**fields, "key": row["_id"], "history": tuple(row.get("history", ()))})


class DeadLetters:
    """The dead letters of one service."""

    def __init__(self, db: Database, bus: Bus, service: str) -> None:
        self._db = db
        self._bus = bus
        self._service = service

    async def list(self, status: Status | None = "open", limit: int = 200) -> list[DeadLetter]:
        """The dead letters in this state (None: all), the latest first."""
        matching = {} if status is None else {"status": status}
        found = await self._db.read(DEAD_LETTERS).find(
            matching, sort=[("died_at", -1)], limit=limit
        )
        return [_letter(row) for row in found]

    async def count(self) -> int:
        """How many are open."""
        return await self._db.read(DEAD_LETTERS).count({"status": "open"})

    async def show(self, key: str) -> DeadLetter:
        """One dead letter.

        Raises:
            NoSuchDeadLetterError: there is none of this key.

        """
        row = await self._db.read(DEAD_LETTERS).get(key)
        if row is None:
            raise NoSuchDeadLetterError(f"there is no dead letter {key!r}")
        return _letter(row)

    async def replay(self, key: str, *, by: str, vouched: bool = False) -> None:
        """Send a dead letter back to the queue it came from, under the same message id.

        The inbox makes that safe: if the message was handled after all, it counts as a duplicate.
        It is published before it is marked, so a crash between the two sends it once more.

        What did not prove its sender does not do so now, and comes back, unless it is `vouched`
        for: then it is believed to come from where it says.

        Raises:
            NoSuchDeadLetterError: there is no open one of this key.
            BusUnavailableError: the broker did not confirm it; it is still open.
            UnroutableError: nothing leads to its queue; it is still open.

        """
        letter = await self._open(key)
        headers = {k: v for k, v in wire.own(letter.headers).items() if k not in wire.OURS}
        sender = letter.headers.get("ce-source") if vouched else letter.sender
        headers[SENDER] = sender or ""
        await self._bus.publish(
            own_exchange(self._service),
            letter.queue,
            (letter.body or "").encode(),
            message_id=letter.message_id,
            message_type=letter.type,
            headers=headers,
            queues=[letter.queue],
        )
        await self._mark(letter, "replayed", by, "its sender was vouched for" if vouched else "")

    async def discard(self, key: str, *, by: str, reason: str) -> None:
        """Give a dead letter up. Its content goes; what it was, who gave it up and why stay.

        Raises:
            NoSuchDeadLetterError: there is no open one of this key.
            ValueError: no reason is given.

        """
        if not reason.strip():
            raise ValueError("say why the dead letter is discarded")
        letter = await self._open(key)
        await self._mark(letter, "discarded", by, reason.strip())

    def subscribe(self, broker: RabbitBroker) -> None:
        """Have a broker empty the service's dead-letter queue into the database."""
        queue = RabbitQueue(dead_queue(self._service), QueueType.QUORUM, declare=False)
        subscriber = broker.subscriber(
            queue,
            channel=Channel(prefetch_count=IN_HAND),
            ack_policy=AckPolicy.NACK_ON_ERROR,
            decoder=_whole,
            no_reply=True,
            include_in_schema=False,
        )

        async def keep(message: RabbitMessage) -> None:
            await self.keep(message.raw_message)

        subscriber(keep)

    async def keep(self, message: AbstractIncomingMessage) -> None:
        """Store a message from the service's dead-letter queue, so that it may be acknowledged.

        While that fails the message stays in hand: rejected again and again it would reach the
        broker's delivery limit, and a dead letter has nowhere else to go.
        """
        while True:
            try:
                await self._store(message)
            except Exception:
                log.exception("dead_letter_not_kept", message_id=message.message_id)
                await asyncio.sleep(KEEP_PAUSE)
            else:
                return

    async def _store(self, message: AbstractIncomingMessage) -> None:
        row = to_row(self._service, message)
        key = row.pop("_id")
        update = {
            "$set": {**row, "status": "open"},
            "$inc": {"deaths": 1},
            "$push": {"history": _note("died", self._service, row["reason"])},
        }
        another = {"_id": key, "died_at": {"$ne": row["died_at"]}}
        try:
            await self._db.write(DEAD_LETTERS).update(another, update, upsert=True)
        except DuplicateKey:
            return  # the same death, delivered twice
        log.error("dead_letter_kept", dead_letter=key, reason=kind_of(row["reason"]))

    async def _open(self, key: str) -> DeadLetter:
        letter = await self.show(key)
        if letter.status != "open":
            raise NoSuchDeadLetterError(f"the dead letter {key!r} is {letter.status} already")
        return letter

    async def _mark(self, letter: DeadLetter, status: Status, by: str, reason: str) -> None:
        changed: dict[str, Any] = {"status": status}
        if status == "discarded":
            changed["body"] = None
        # a letter that died again meanwhile has one death more, and must stay open
        await self._db.write(DEAD_LETTERS).update(
            {"_id": letter.key, "deaths": letter.deaths},
            {"$set": changed, "$push": {"history": _note(status, by, reason)}},
        )
        log.info("dead_letter_closed", dead_letter=letter.key, status=status, by=by)


async def _whole(message: RabbitMessage) -> RabbitMessage:
    return message  # whatever is wrong with it


_BLANK: dict[str, Any] = {
    "body": None,
    "status": "discarded",
    "subject": "",
    "headers": {},
    "reason": "",
}


async def forget_letters(uow: UnitOfWork, person_id: str) -> None:
    """Erase a person from the dead letters, in the transaction that erases them elsewhere.

    A letter that tells of them is discarded, handled or not: what it asked for is void. Why it
    could not be handled goes too, since a validation error quotes what it does not like.
    """
    about = {"body": {"$regex": re.escape(person_id)}}
    note = _note("discarded", "erasure", "a person it tells of was erased")
    change = _BLANK | {"history": [note]}
    await uow.collection(DEAD_LETTERS).update(about, {"$set": change})


def forgotten(row: Document) -> Document:
    """What stays of a stored letter when a person it tells of is erased."""
    last = {"at": row["died_at"], "what": "discarded", "by": "erasure", "reason": ""}
    return row | _BLANK | ({} if row["body"] is None else {"history": [last]})


def kind_of(reason: str) -> str:
    """The beginning of a reason, fit for a log: what follows the colon may quote the message."""
    return reason.partition(":")[0]


def to_row(service: str, message: AbstractIncomingMessage) -> Document:
    """The document of a dead letter, from whatever its message still tells."""
    user, body = message.user_id, message.body
    sender = proven_sender(service, user, message.headers)
    plain = {name: _plain(value) for name, value in message.headers.items() if name != "x-death"}
    if user in SERVICES and user != service:  # brought here by the broker
        plain = {name: value for name, value in plain.items() if name not in wire.OURS}
    queue = plain.get(wire.CONSUMER) or plain.get("x-first-death-queue") or f"{service}.unknown"
    known = message.message_id or plain.get("ce-id") or str(uuid5(NAMESPACE_OID, body.hex()))
    # whoever names another's event must not take the place of that event's letter
    forged = user in SERVICES and sender != plain.get("ce-source")
    source = sender or plain.get("ce-source", "unknown")
    died = plain.get(wire.DIED_AT)
    return {
        "_id": f"{told(queue, source)}:{known}" + f":{sender or 'unproven'}" * forged,
        "queue": queue,
        "message_id": known,
        "type": plain.get("ce-type", "unknown"),
        "subject": plain.get("ce-subject", ""),
        "correlation_id": plain.get("correlationid", ""),
        "reason": plain.get(wire.REASON) or _broker_reason(plain),
        "died_at": datetime.fromisoformat(died) if died else datetime.now(UTC),
        "body": body.decode(errors="backslashreplace"),
        "headers": plain,
        "sender": sender,
    }


def _broker_reason(headers: Mapping[str, Any]) -> str:
    why = headers.get("x-first-death-reason", "unknown")
    return f"the broker gave up on it: {why}"


def _plain(value: Any) -> Any:
    """A header value that both JSON and Mongo can hold."""
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return (
        value
        if isinstance(value, str | int | float | bool | None)
        else json.dumps(value, default=str)
    )


def _note(what: str, by: str, reason: str) -> dict[str, Any]:
    return {"at": datetime.now(UTC), "what": what, "by": by, "reason": reason}
