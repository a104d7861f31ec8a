"""Everybody's inbox: the mails in the sink, by recipient, as they come in."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from nextstep_local.smtp_sink import INDEX

_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Mail:
    """One mail as its recipient sees it, and its headers."""

    file: str
    recipient: str
    title: str
    text: str
    message: EmailMessage

    @property
    def links(self) -> list[str]:
        """The addresses in its text."""
        return [link.rstrip(".,;:)") for link in _LINK.findall(self.text)]

    def link(self, containing: str) -> str | None:
        """The first address in its text that contains this."""
        return next((link for link in self.links if containing in link), None)


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

    def _mails(self, line: bytes) -> list[Mail]:
        entry = json.loads(line)
        raw = (self._folder / entry["file"]).read_bytes()
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body else ""
        return [
            Mail(entry["file"], recipient.lower(), entry["title"], text, message)
            for recipient in entry["recipients"]
        ]
