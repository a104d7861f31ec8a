"""A mail server that delivers nothing: each mail becomes an `.eml` file and a line in an index.

`python -m nextstep_local.smtp_sink FOLDER PORT` runs it alone.
"""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from nextstep_local.ports import LOOPBACK

NO_MAILBOX = "nowhere.example.org"
"""Nobody has a mailbox under this domain: an email to one comes back."""
INDEX = "index.jsonl"
# As NHSmail's cap, so that a mail too large there is refused here as well.
SIZE_LIMIT = 35 * 1024 * 1024


@dataclass(frozen=True)
class StoredMail:
    """One line of the index."""

    file: str
    received_at: str
    sender: str
    recipients: tuple[str, ...]
    title: str
    message_id: str


def stored_mails(folder: Path) -> list[StoredMail]:
    """What the index of a sink's folder lists, oldest first."""
    return list(_lines(folder / INDEX))


def _lines(index: Path) -> Iterator[StoredMail]:
    if not index.exists():
        return
    for line in index.read_text().splitlines():
        fields = json.loads(line)
        yield StoredMail(**{**fields, "recipients": tuple(fields["recipients"])})


def read_mail(folder: Path, mail: StoredMail) -> EmailMessage:
    """The mail itself, parsed."""
    return message_from_bytes((folder / mail.file).read_bytes(), policy=policy.default)


class Sink:
    """The server, in a thread of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(stored_mails(folder))
        self._lock = threading.Lock()
        self._refusals: list[str] = []
        self._controller = Controller(
            self, hostname=LOOPBACK, port=port, data_size_limit=SIZE_LIMIT
        )

    @property
    def url(self) -> str:
        """Its address."""
        return f"smtp://{LOOPBACK}:{self.port}"

    @property
    def mails(self) -> list[StoredMail]:
        """What it took so far, oldest first."""
        return stored_mails(self.folder)

    def read(self, mail: StoredMail) -> EmailMessage:
        """One mail, parsed."""
        return read_mail(self.folder, mail)

    def refuse(self, reply: str, times: int = 1) -> None:
        """Answer the next `times` mails with `reply`, for example `451 try again later`."""
        self._refusals += [reply] * times

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, but for those who have no mailbox."""
        if address.endswith(f"@{NO_MAILBOX}"):
            return f"550 5.1.1 <{address}>: there is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Take one mail (aiosmtpd gives this method its name)."""
        if self._refusals:
            return self._refusals.pop(0)
        content = envelope.content
        self._store(
            content if isinstance(content, bytes) else (content or "").encode(),
            str(envelope.mail_from or ""),
            tuple(str(address) for address in envelope.rcpt_tos),
        )
        return "250 stored"

    def _store(self, content: bytes, sender: str, recipients: tuple[str, ...]) -> None:
        # Headers alone, by the plain parser: a programme year is thousands of mails.
        headers = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
        subject = "".join((headers["Subject"] or "").splitlines())  # it may be folded
        with self._lock:
            self._count += 1
            name = f"{self._count:06}.eml"
            # Renamed into place, so that a reader of the folder never sees half a mail.
            partial = self.folder / f"{name}.part"
            partial.write_bytes(content)
            partial.rename(self.folder / name)
            mail = StoredMail(
                file=name,
                received_at=datetime.now(UTC).isoformat(),
                sender=sender,
                recipients=recipients,
                title=str(make_header(decode_header(subject))),
                message_id=str(headers["Message-ID"] or ""),
            )
            with (self.folder / INDEX).open("a") as index:
                index.write(json.dumps(asdict(mail)) + "\n")

    def start(self) -> Self:
        """Begin to take mail."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Take no more."""
        self._controller.stop()


def main() -> None:
    """Run until a signal ends the process."""
    folder, port = sys.argv[1:]
    Sink(Path(folder), int(port)).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
