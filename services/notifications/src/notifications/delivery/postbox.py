"""From a stored mail to a message on its way: fresh links, today's address, MIME."""

from dataclasses import dataclass
from datetime import datetime

from notifications.delivery.smtp import Parcel
from notifications.directory import Entry
from notifications.mail.links import CARRIED, tokens, with_tokens
from notifications.mail.message import CalendarPart, Sender, UnusableAddressError, build, usable
from notifications.store import Document

GONE = "The person was erased before the mail left."


@dataclass(frozen=True)
class Postbox:
    """Packs mails."""

    sender: Sender
    private_key: str

    def pack(self, row: Document, body: Document | None, entry: Entry, now: datetime) -> Parcel:
        """The message of a row, to where the person can be reached now.

        Raises:
            UnusableAddressError: the address is not one, or the person is gone.

        """
        if body is None or not entry.known:
            raise UnusableAddressError(GONE)
        address = usable(entry.email)
        names = CARRIED[row["template"]]
        minted = tokens(names, entry.person_id, entry.name, private_key=self.private_key, now=now)
        calendar = CalendarPart(body["method"], body["ics"]) if body["ics"] else None
        message = build(
            mail_id=row["_id"],
            sender=self.sender,
            to=(entry.name, address),
            written=(
                row["title"],
                with_tokens(body["text"], minted),
                with_tokens(body["html"], minted),
            ),
            sent_at=now,
            calendar=calendar,
            trace={
                "Event": row["cause_id"],
                "Event-Type": row["cause_type"],
                "Template": row["template"],
                "Correlation": row["correlation_id"],
            },
        )
        return Parcel(self.sender.address, address, message)
