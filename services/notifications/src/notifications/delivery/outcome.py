"""What a mail server's answer means for one mail: pure rules, no network.

The server becomes responsible for a mail with its 250 after DATA (RFC 5321, 6.1). Before the text
was handed over, a lost connection means that the mail was not taken. After it, without an answer,
nobody knows: such a mail is `Unknown` and waits for a person, because sending it again by itself
could mail somebody twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Phase = Literal["connect", "sender", "recipient", "text"]
"""How far a try got: `text` from the moment the mail itself is on its way."""

PERMANENT = 500
"""Codes from here on say that trying again is of no use."""


@dataclass(frozen=True)
class Taken:
    """The server took it."""

    reply: str
    """Often the server's own id of the mail, which its operators ask for."""


@dataclass(frozen=True)
class PutOff:
    """Not taken now; may be later."""

    diagnostic: str


@dataclass(frozen=True)
class Refused:
    """Never to be taken."""

    diagnostic: str


@dataclass(frozen=True)
class Unknown:
    """Handed over, and no answer came."""

    diagnostic: str


@dataclass(frozen=True)
class Untouched:
    """Not tried, because the server cannot be reached or we are stopping: no fault of the mail."""

    diagnostic: str = ""


Outcome = Taken | PutOff | Refused | Unknown | Untouched


def from_reply(phase: Phase, code: int, text: str) -> Outcome:
    """What an answer other than success means.

    A refused sender or a refused connection is about us, not about the mail, so it is put off even
    when the code is permanent: a setting put right must not find its mails given up.
    """
    diagnostic = f"{code} {' '.join(text.split())}"[:500]
    if phase == "connect":
        return Untouched(diagnostic)
    if code >= PERMANENT and phase in ("recipient", "text"):
        return Refused(diagnostic)
    return PutOff(diagnostic)


def from_loss(phase: Phase, error: str) -> Outcome:
    """What a lost connection or a server that fell silent means."""
    match phase:
        case "text":
            return Unknown(f"The connection was lost after the mail was handed over: {error}"[:500])
        case "connect":
            return Untouched(error[:500])
        case _:
            return PutOff(error[:500])


def next_try(attempts: int, delays: Sequence[float], now: datetime) -> datetime | None:
    """When to try again after `attempts` tries that were put off; None when enough is enough.

    `now` and the answer are wall-clock time: a mail server lives in real time, and a simulated
    programme year must neither hold a retry back nor spend all of them in a second.
    """
    if attempts > len(delays):
        return None
    return now + timedelta(seconds=delays[attempts - 1])
