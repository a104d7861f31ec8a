"""One email to one person, from its cause to what became of it, as it is stored."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from notifications.emails.email import Facts
from notifications.emails.writing import Notice
from notifications.hearing.cause import Cause
from notifications.hearing.moments import as_utc

State = Literal["waiting", "queued", "sending", "sent", "failed", "uncertain", "held", "not_sent"]
"""`waiting` (the recipient's address is not known yet), `queued`, `sending` (claimed), `sent`,
`failed` (given up, with the reason), `uncertain` (handed over, but whether the server took it is
not known; a person decides), `held` (forms caused too many to this address; a person decides) and
`not_sent` (overtaken by a later event, or erased)."""
PENDING: tuple[State, ...] = ("queued", "sending")

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""`not_before` of an email that need not wait. A wall-clock moment: see `delivery.trying_again`."""

OVERTAKEN = "A later event made it misleading."
ERASED = "The person was erased."
HELD = (
    "Held back: forms gave this address so often that whoever has it would be flooded. What the"
    " forms sent is all there. Send it if the person should have it."
)
REPLACED = "A later invitation took its place before this one was sent."


@dataclass(frozen=True, kw_only=True)
class EmailRecord:
    """One email to one person. Its words are apart, in an `EmailBody`."""

    email_id: str
    state: State
    template: str
    """The name of the email."""
    person_id: str
    cause: Cause
    queued_at: datetime
    day: str
    """The local day on which it was queued, for counting."""
    order: int
    """Queued first, sent first; nanoseconds, because a burst shares its milliseconds."""
    name: str = ""
    address: str = ""
    title: str = ""
    """The subject line."""
    invitation: str | None = None
    """The key of the invitation that its calendar part is about."""
    sequence: int | None = None
    attempts: int = 0
    not_before: datetime = AT_ONCE
    claim: str | None = None
    sent_at: datetime | None = None
    note: str = ""
    """Why it is not sent, or what the mail server said last."""
    erased: bool = False
    revision: int = 0
    """Counts the events that told what became of it."""
    resends: int = 0
    """How often the office had it sent again."""
    facts: Facts | None = None
    """While it waits: what it will say."""
    notice: Notice | None = None
    """The privacy notice that it leads to, in the version that was in force when it was written;
    None: by a release that did not keep it, or for whom there is none."""

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        document = {
            "_id": self.email_id,
            "state": self.state,
            "template": self.template,
            "person_id": self.person_id,
            "name": self.name,
            "address": self.address,
            "title": self.title,
            **self.cause.document(),
            "invitation": self.invitation,
            "sequence": self.sequence,
            "queued_at": self.queued_at.isoformat(),
            "day": self.day,
            "order": self.order,
            "attempts": self.attempts,
            "not_before": self.not_before,
            "claim": self.claim,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "note": self.note,
            "erased": self.erased,
            "revision": self.revision,
            "resends": self.resends,
            "notice": asdict(self.notice) if self.notice else None,
        }
        return document if self.facts is None else document | {"facts": self.facts}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The email that is stored."""
        same = (
            "state", "template", "person_id", "day", "order", "name", "address", "title",
            "invitation", "sequence", "attempts", "not_before", "claim", "note", "erased",
            "revision",
        )  # fmt: skip
        return cls(
            email_id=document["_id"],
            cause=Cause.from_document(document),
            queued_at=as_utc(document["queued_at"]),
            sent_at=as_utc(document["sent_at"]) if document["sent_at"] else None,
            resends=document.get("resends", 0),
            notice=Notice(**document["notice"]) if document.get("notice") else None,
            facts=document.get("facts"),
            **{name: document[name] for name in same},
        )


@dataclass(frozen=True)
class ICalendar:
    """A calendar entry as iCalendar, and what mailboxes shall do with it."""

    method: str
    """REQUEST or CANCEL (RFC 5546)."""
    text: str


@dataclass(frozen=True)
class EmailBody:
    """The words of an email, apart from its record: lists and claims need not carry them."""

    email_id: str
    text: str
    html: str
    calendar: ICalendar | None = None

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "_id": self.email_id,
            "text": self.text,
            "html": self.html,
            "ics": self.calendar.text if self.calendar else None,
            "method": self.calendar.method if self.calendar else None,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The words that are stored."""
        ics, method = document["ics"], document["method"]
        calendar = ICalendar(method, ics) if ics else None
        return cls(document["_id"], document["text"], document["html"], calendar)
