"""A written email as MIME, in the form that Outlook and Gmail take for an invitation.

Put together by hand from encoded pieces: the standard library's message classes parse and fold
every header anew, which took more than half of the time of sending an email. Tests read the result
back with the standard library.
"""

import base64
import binascii
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from nextstep_programme.email_address import NoAddressError, to_server
from notifications.emails.sent_from import From
from notifications.emails.wording import clean
from notifications.hearing.email_record import ICalendar


class UnusableAddressError(ValueError):
    """No email can be sent to this address, now or later."""


def usable(address: str) -> str:
    """The address as servers want it, its domain in ASCII.

    Raises:
        UnusableAddressError: it is not an address that emails can be sent to.

    """
    try:
        return to_server(address.strip())
    except NoAddressError as why:
        raise UnusableAddressError(
            f"“{clean(address)}” is not an address that emails can go to: it {why}"
        ) from why


def build(
    *,
    email_id: str,
    sender: From,
    to: tuple[str, str],
    written: tuple[str, str, str],
    sent_at: datetime,
    calendar: ICalendar | None = None,
    trace: dict[str, str] | None = None,
) -> bytes:
    """Build the email, ready for SMTP.

    Args:
        email_id: becomes the Message-ID, so that an email sent again can be recognised.
        sender: From and Reply-To.
        to: name and usable address.
        written: subject, text and HTML.
        sent_at: the Date header.
        calendar: makes the email an invitation.
        trace: `X-NextStep-*` headers by their last part, to find what caused an email.

    """
    subject, text, html = written
    parts = [_text(text, "plain"), _text(html, "html")]
    if calendar is not None:
        parts.append(_calendar(calendar))
    content = _multipart("alternative", email_id, parts)
    if calendar is not None:
        content = _multipart("mixed", email_id, [content, _file(calendar)])
    headers = {
        "From": formataddr((clean(sender.name), sender.address)),
        "To": formataddr((clean(to[0]), to[1])),
        "Reply-To": sender.reply_to,
        "Subject": _words(subject),
        "Date": format_datetime(sent_at),
        "Message-ID": f"<{email_id}@{sender.domain}>",
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


def _calendar(calendar: ICalendar) -> str:
    encoded = base64.encodebytes(calendar.text.encode()).decode()
    return (
        f'Content-Type: text/calendar; method={calendar.method}; charset="utf-8"\n'
        f"Content-Transfer-Encoding: base64\n\n{encoded}"
    )


def _file(calendar: ICalendar) -> str:
    """The same entry as a file, for readers that do not act on the alternative."""
    encoded = base64.encodebytes(calendar.text.encode()).decode()
    return (
        'Content-Type: application/ics; name="invite.ics"\n'
        "Content-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="invite.ics"\n\n{encoded}'
    )


def _multipart(subtype: str, email_id: str, parts: list[str]) -> str:
    # "=_" occurs in neither quoted-printable nor base64, so no part can hold the boundary
    boundary = f"=_{subtype}_{email_id}"
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'
