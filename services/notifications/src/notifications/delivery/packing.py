"""From a stored email to one on its way: fresh links, today's address, MIME."""

from dataclasses import dataclass
from datetime import datetime

from notifications.delivery.mime import UnusableAddressError, build, usable
from notifications.delivery.personal_links import tokens, with_tokens
from notifications.delivery.smtp import Parcel
from notifications.emails.all_emails import EMAILS
from notifications.emails.sent_from import From
from notifications.emails.wording import inert
from notifications.hearing.address_book import Contact
from notifications.hearing.email_record import EmailBody, EmailRecord

GONE = "The person was erased before the email left."


@dataclass(frozen=True)
class Packer:
    """Packs emails."""

    sender: From
    private_key: str
    """Signs the tokens of personal links."""

    def pack(
        self, record: EmailRecord, body: EmailBody | None, contact: Contact, now: datetime
    ) -> Parcel:
        """An email as it is sent, to where the person can be reached now.

        Raises:
            UnusableAddressError: the address is not one, or the person is gone.

        """
        if body is None or not contact.known:
            raise UnusableAddressError(GONE)
        address = usable(contact.email)
        links = EMAILS[record.template].links
        minted = tokens(links, contact, private_key=self.private_key, now=now)
        text, html = with_tokens(body.text, minted), with_tokens(body.html, minted)
        mime = build(
            email_id=record.email_id,
            sender=self.sender,
            to=(inert(contact.name), address),
            written=(record.title, text, html),
            sent_at=now,
            calendar=body.calendar,
            trace=_trace(record),
        )
        return Parcel(self.sender.address, address, mime)


def _trace(record: EmailRecord) -> dict[str, str]:
    return {
        "Event": str(record.cause.event_id),
        "Event-Type": record.cause.event_type,
        "Template": record.template,
        "Correlation": str(record.cause.correlation_id),
    }
