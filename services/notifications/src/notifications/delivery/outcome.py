"""What a mail server's answer means for one email: pure rules, no network.

The server becomes responsible for an email with its 250 after DATA (RFC 5321, 6.1). Before the text
was handed over, a lost connection means that the email was not taken. After it, without an answer,
nobody knows: such an email is uncertain and waits for a person, because sending it again by itself
could tell somebody twice.
"""

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from notifications.hearing.email_record import ERASED

Phase = Literal["connect", "sender", "recipient", "text"]
"""How far a try got: `text` from the moment the email itself is on its way."""

PERMANENT = 500
"""Codes from here on say that trying again is of no use."""


@dataclass(frozen=True)
class EmailTaken:
    """The server took it."""

    kind: ClassVar = "taken"
    answer: str
    """Often the server's own id of the email, which its operators ask for."""


@dataclass(frozen=True)
class EmailPutOff:
    """Not taken now; may be later."""

    kind: ClassVar = "putoff"
    answer: str


@dataclass(frozen=True)
class EmailRefused:
    """Never to be taken."""

    kind: ClassVar = "refused"
    answer: str


@dataclass(frozen=True)
class EmailUncertain:
    """Handed over, and no answer came."""

    kind: ClassVar = "unknown"
    answer: str


@dataclass(frozen=True)
class EmailUntouched:
    """Not tried, because the server cannot be reached or we are stopping: no fault of the email."""

    kind: ClassVar = "untouched"
    answer: str = ""


Outcome = EmailTaken | EmailPutOff | EmailRefused | EmailUncertain | EmailUntouched
"""What became of one try. `kind` is how it is stored, `answer` what the server said."""


def of_erased(outcome: Outcome) -> Outcome:
    """What is kept of an outcome that comes when the person is erased: no words, no further try.

    A server's answer often quotes the address, and what is not taken by now never will be.
    """
    if isinstance(outcome, EmailPutOff | EmailUntouched):
        return EmailRefused(ERASED)
    return replace(outcome, answer=ERASED)


def from_reply(phase: Phase, code: int, text: str) -> Outcome:
    """What an answer other than success means.

    A refused sender or a refused connection is about us, not about the email, so it is put off even
    when the code is permanent: a setting put right must not find its emails given up.
    """
    answer = f"{code} {' '.join(text.split())}"[:500]
    if phase == "connect":
        return EmailUntouched(answer)
    if code >= PERMANENT and phase in ("recipient", "text"):
        return EmailRefused(answer)
    return EmailPutOff(answer)


_OF_THE_MACHINE = re.compile(r"\[Errno -?\d+\] ?|,? ?\('[^)\n]*\)")
"""What an operating system's error is numbered, and an address as Python writes it."""


def from_loss(phase: Phase, error: str) -> Outcome:
    """What a lost connection or a server that fell silent means; told in words."""
    error = " ".join(_OF_THE_MACHINE.sub("", error).split())
    match phase:
        case "text":
            lost = f"The connection was lost after the email was handed over: {error}"
            return EmailUncertain(lost[:500])
        case "connect":
            return EmailUntouched(error[:500])
        case _:
            return EmailPutOff(error[:500])
