"""A receipt: what arrived, what became of it, and what the office did with it. Pure.

Its id follows from the submission, so that the same submission finds its own receipt there. The
raw body is kept beside it and never changed: what the office types stands apart.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from applications.admissions.by_hand import ByHand
from applications.admissions.versions import Correction

Status = Literal["new", "applied", "quarantined", "dismissed", "erased"]
UNOWNED: tuple[Status, ...] = ("quarantined", "dismissed")
"""What belongs to nobody yet."""
LONGEST_ID = 200
"""Characters kept of a submission's own id."""


class Dismissal(BaseModel):
    """Why the office put a receipt away that is no application."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: str
    why: str


class Origin(BaseModel):
    """The row of an export that a receipt was taken from, when no form posted it."""

    model_config = ConfigDict(frozen=True)

    file: str
    row: int
    by: str
    at: datetime


class Receipt(BaseModel):
    """All but the body."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    status: Status
    received_at: datetime
    arrived: int
    """Nanoseconds: the order of arrival, as the programme's clock may stand still between two."""
    submission_id: str | None = None
    """The form's own id of the submission, if it says one."""
    digest: str
    """Of what it says: a submission that was edited comes under the same id with another one."""
    edits: str | None = None
    """The receipt that came first of the same submission, of one that came with other content."""
    said_before: bool = False
    """Whether it came before word for word, and others of the same submission since."""
    size: int
    """Bytes of the body."""
    headers: dict[str, str] = Field(default_factory=dict)
    in_files: bool = False
    """Whether the body is in the file store, as `body_file`."""
    body_file: str | None = None
    failures: int = 0
    """How often processing failed in a way that nobody foresaw."""
    faults: tuple[str, ...] = ()
    """Why it is in quarantine."""
    corrections: tuple[Correction, ...] = ()
    dismissal: Dismissal | None = None
    origin: Origin | None = None
    by_hand: ByHand | None = None
    """Who entered it, where it came neither from a form nor from an export."""
    application_id: str | None = None
    person_id: str | None = None
    version: int = 1
    """The stored version this was loaded as."""

    @property
    def content_type(self) -> str:
        """What the sender said the body is."""
        return self.headers.get("content-type", "")

    @property
    def message(self) -> str | None:
        """The sender's own id of what it sent, which is the same when it is sent again."""
        return self.headers.get("webhook-id") or self.headers.get("svix-id")

    @property
    def typed(self) -> Mapping[str, str]:
        """What the office typed and still stands by."""
        return self.corrections[-1].answers if self.corrections else {}

    def tried_again(self) -> "Receipt":
        """To be processed once more, after the map or the cause was corrected."""
        return self.model_copy(update=AGAIN)

    def corrected(self, correction: Correction) -> "Receipt":
        """With what the office typed instead of what it typed before."""
        return self.model_copy(update={"corrections": (*self.corrections, correction)})

    def dismissed(self, dismissal: Dismissal) -> "Receipt":
        """Put away."""
        return self.model_copy(update={"status": "dismissed", "dismissal": dismissal})

    def restored(self) -> "Receipt":
        """In quarantine again."""
        return self.model_copy(update={"status": "quarantined", "dismissal": None})


AGAIN: dict[str, object] = {"status": "new", "failures": 0, "faults": ()}
"""What a receipt is set to that is to be processed once more."""


def receipt_key(*parts: str) -> str:
    """The id of the receipt of a submission: its source and its own id, or what stands in."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def storable_id(said: str | None) -> str | None:
    """A submission's own id; it can hold half a character, which no database keeps."""
    return said[:LONGEST_ID].encode("utf-8", "replace").decode() if said else None
