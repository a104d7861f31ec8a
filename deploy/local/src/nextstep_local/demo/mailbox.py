"""Everybody's inbox: the mails in the sink, by recipient, as they come in."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from nextstep_local.smtp_sink import INDEX

_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class CalendarEntry:
    """What a mail does to its reader's calendar."""

    uid: str
    sequence: int
    method: str
    starts: str


@dataclass(frozen=True)
class Mail:
    """One mail in one inbox. It is read from its file when somebody looks."""

    path: Path
    recipient: str
    title: str
    message_id: str

    @cached_property
    def message(self) -> Message:
        """The mail, parsed by the plain parser: there are thousands of them."""
        return message_from_bytes(self.path.read_bytes(), policy=policy.compat32)

    @property
    def text(self) -> str:
        """What a plain mail reader shows."""
        for part in self.message.walk():
            if part.get_content_type() == "text/plain":
                return bytes(part.get_payload(decode=True)).decode()
        return ""

    @property
    def event(self) -> str:
        """The event that it tells of, from its headers alone."""
        raw = self.path.read_bytes()
        return str(BytesHeaderParser(policy=policy.compat32).parsebytes(raw)["X-NextStep-Event"])

    @property
    def calendar_entry(self) -> CalendarEntry | None:
        """The invitation, change or cancellation that it carries."""
        if b"text/calendar" not in self.path.read_bytes():
            return None  # to parse it takes twenty times as long
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                ics = bytes(part.get_payload(decode=True)).decode()
                lines = ics.replace("\r\n ", "").splitlines()
                # the calendar's own properties come before its first part
                calendar = list(takewhile(lambda line: not line.startswith("BEGIN:V"), lines[1:]))
                event = lines[lines.index("BEGIN:VEVENT") :]
                values = dict(_property(line) for line in calendar + event)
                sequence = int(values.get("SEQUENCE", "0"))
                return CalendarEntry(
                    values["UID"], sequence, values["METHOD"], values.get("DTSTART", "")
                )
        return None

    def link(self, containing: str) -> str | None:
        """The first address in its text that contains this."""
        found = (link.rstrip(".,;:)") for link in _LINK.findall(self.text))
        return next((link for link in found if containing in link), None)


def _property(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.partition(";")[0], value


class Mailboxes:
    """Reads the sink's index on from where it stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = 0
        self.all: list[Mail] = []
        self._boxes: dict[str, list[Mail]] = defaultdict(list)

    def collect(self) -> list[Mail]:
        """The mails that came since the last call."""
        index = self._folder / INDEX
        if not index.exists():
            return []
        with index.open("rb") as lines:
            lines.seek(self._read)
            new = lines.read()
        complete = new[: new.rfind(b"\n") + 1]
        self._read += len(complete)
        mails = [mail for line in complete.splitlines() for mail in self._mails(line)]
        for mail in mails:
            self.all.append(mail)
            self._boxes[mail.recipient].append(mail)
        return mails

    def of(self, address: str) -> list[Mail]:
        """What somebody got so far, oldest first."""
        return self._boxes[address.lower()]

    def _mails(self, line: bytes) -> Iterator[Mail]:
        entry = json.loads(line)
        for recipient in entry["recipients"]:
            path = self._folder / entry["file"]
            yield Mail(path, recipient.lower(), entry["title"], entry["message_id"])
