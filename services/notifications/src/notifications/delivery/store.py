"""The collections of delivery: each try of an email, and whether the mail server can be reached."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from nextstep_messaging import Collection, Database, Index
from notifications.hearing.store import Read

TRIES = "tries"
SERVER = "mail_server"

COLLECTIONS = (Collection(TRIES, (Index([("email_id", 1)]),)), Collection(SERVER))


@dataclass(frozen=True)
class Try:
    """One try to hand an email to the mail server."""

    claim: str
    email_id: str
    at: datetime
    """By the wall clock, to be compared with the mail server's own log."""
    outcome: str
    """The `kind` of an outcome."""
    answer: str

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        plain = {"email_id": self.email_id, "at": self.at, "outcome": self.outcome}
        return {"_id": f"{self.claim}:{self.email_id}", **plain, "answer": self.answer}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The try that is stored."""
        claim = str(document["_id"]).partition(":")[0]
        same = ("email_id", "at", "outcome", "answer")
        return cls(claim=claim, **{name: document[name] for name in same})


@dataclass(frozen=True)
class MailServer:
    """Whether the mail server answers."""

    ok: bool
    detail: str
    """What it said last when it did not."""
    since: datetime

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"ok": self.ok, "detail": self.detail, "since": self.since}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """What is stored of it."""
        return cls(document["ok"], document["detail"], document["since"])


async def tries(read: Read, email_id: str) -> list[Try]:
    """All tries of one email, the first first."""
    found = await read(TRIES).find({"email_id": email_id}, sort=[("at", 1)])
    return [Try.from_document(one) for one in found]


async def mail_server(read: Read) -> MailServer | None:
    """What is known of the mail server; nothing before it first failed."""
    document = await read(SERVER).get("server")
    return MailServer.from_document(document) if document else None


async def note_mail_server(db: Database, *, ok: bool, detail: str = "") -> None:
    """Keep whether the mail server answers."""
    change = {"$set": MailServer(ok, detail, datetime.now(UTC)).document()}
    await db.write(SERVER).update({"_id": "server"}, change, upsert=True)
