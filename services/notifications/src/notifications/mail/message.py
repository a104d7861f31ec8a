"""A written mail as MIME, in the form that Outlook and Gmail take for an invitation.

Put together by hand from encoded pieces: the standard library's message classes parse and fold
every header anew, which took more than half of the time of sending a mail. Tests read the result
back with the standard library.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from notifications.wording import clean

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""A mailbox that every server takes: ASCII, not quoted (RFC 5321, 4.1.2, the usual part of it)."""
LONGEST_ADDRESS = 254


class UnusableAddressError(ValueError):
    """No mail can be sent to this address, now or later."""


@dataclass(frozen=True)
class Sender:
    """Who mails come from. Never a forged address: NHSmail flags those."""

    name: str
    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The domain in Message-ID and in calendar UIDs."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class CalendarPart:
    """What makes a mail an invitation."""

    method: str
    ics: str


def email_id(cause: str, person_id: str, template: str) -> str:
    """The id of the one mail that tells `person_id` of `cause` by `template`."""
    return hashlib.sha256(f"{cause}\n{person_id}\n{template}".encode()).hexdigest()[:32]


def usable(address: str) -> str:
    """The address as servers want it, its domain in ASCII.

    Raises:
        UnusableAddressError: it is not an address that mail can be sent to.

    """
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode() if domain else ""
    except UnicodeError:
        ascii_domain = ""
    written = f"{local}@{ascii_domain}"
    if len(written) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(written):
        raise UnusableAddressError(f"{clean(address)!r} is not an address that mail can go to")
    return written


def build(
    *,
    mail_id: str,
    sender: Sender,
    to: tuple[str, str],
    written: tuple[str, str, str],
    sent_at: datetime,
    calendar: CalendarPart | None = None,
    trace: dict[str, str] | None = None,
) -> bytes:
    """Build the message, ready for SMTP.

    Args:
        mail_id: becomes the Message-ID, so that a mail sent again can be recognised.
        sender: From and Reply-To.
        to: name and usable address.
        written: subject, text and HTML.
        sent_at: the Date header.
        calendar: makes the mail an invitation.
        trace: `X-NextStep-*` headers by their last part, to find what caused a mail.

    """
    subject, text, html = written
    parts = [_text(text, "plain"), _text(html, "html")]
    if calendar is not None:
        parts.append(_calendar(calendar))
    content = _multipart("alternative", mail_id, parts)
    if calendar is not None:
        content = _multipart("mixed", mail_id, [content, _file(calendar)])
    headers = {
        "From": formataddr((clean(sender.name), sender.address)),
        "To": formataddr((clean(to[0]), to[1])),
        "Reply-To": sender.reply_to,
        "Subject": _words(subject),
        "Date": format_datetime(sent_at),
        "Message-ID": f"<{mail_id}@{sender.domain}>",
        # tells automatic responders not to answer (RFC 3834)
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en-GB",
        "MIME-Version": "1.0",
    } | {f"X-NextStep-{name}": _words(value) for name, value in (trace or {}).items()}
    lines = "".join(f"{name}: {value}\n" for name, value in headers.items())
    whole = (lines + content).replace("\r\n", "\n").replace("\n", "\r\n")
    return whole.encode("ascii")


def _words(value: str) -> str:
    """Text for a header: encoded and folded where it is not plain and short (RFC 2047)."""
    return Header(clean(value), "us-ascii" if value.isascii() else "utf-8").encode()


def _text(text: str, subtype: str) -> str:
    # as text, line ends stay line ends and trailing spaces are encoded
    encoded = binascii.b2a_qp(text.encode(), istext=True).decode()
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{encoded}"
    )


def _calendar(calendar: CalendarPart) -> str:
    encoded = base64.encodebytes(calendar.ics.encode()).decode()
    return (
        f'Content-Type: text/calendar; method={calendar.method}; charset="utf-8"\n'
        f"Content-Transfer-Encoding: base64\n\n{encoded}"
    )


def _file(calendar: CalendarPart) -> str:
    """The same entry as a file, for readers that do not act on the alternative."""
    encoded = base64.encodebytes(calendar.ics.encode()).decode()
    return (
        'Content-Type: application/ics; name="invite.ics"\n'
        "Content-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="invite.ics"\n\n{encoded}'
    )


def _multipart(subtype: str, mail_id: str, parts: list[str]) -> str:
    # "=_" occurs in neither quoted-printable nor base64, so no part can hold the boundary
    boundary = f"=_{subtype}_{mail_id}"
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'
