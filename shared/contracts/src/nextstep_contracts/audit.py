"""Events about the audit log of each service, by which the others keep what it was."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator
from typing_extensions import override

from nextstep_contracts.event import ANY_PUBLISHER, Event, Model

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["0" * 64])]
"""SHA-256 in hexadecimal."""


class LogRestored(Model):
    """That a log goes on from a backup: after `size` entries it has others than it once had.

    An entry of the log itself says so, the last of `leaves`, and with it the signed checkpoint.
    """

    size: Annotated[int, Field(ge=0)]
    """Entries that the backup had."""
    leaves: Annotated[tuple[Hash, ...], Field(min_length=1)]
    """Leaf hashes of those after them, to the entry that says that the log was restored."""
    leaf: str
    """What the leaf of that entry holds: canonical JSON, which names nobody."""
    details: dict[str, Any]
    """Of that entry: when the backup was taken, its size, and numbers."""
    salt: str
    """By which the leaf has the hash of the details."""


class AuditSealed(Event):
    """A service signed how far its audit log has come, with what was added to it since."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    log: str
    """The service whose log it is, which is also who says so."""
    since: Annotated[int, Field(ge=0)]
    """Entries before those in `leaves`."""
    leaves: list[Hash]
    """Leaf hashes of the entries after that, in their order; they name nobody."""
    size: Annotated[int, Field(ge=0)]
    """Entries in all."""
    root: Hash
    """Of the Merkle tree of all of them (RFC 6962)."""
    checkpoint: str
    """The same as a signed note (C2SP tlog-checkpoint)."""
    sealed_at: AwareDatetime
    restored: tuple[LogRestored, ...] = ()
    """How often the log went on from a backup, in the order of its entries, as far as `size`."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.since + len(self.leaves) != self.size:
            raise ValueError("since and the number of leaves make the size")
        return self

    @property
    @override
    def subject(self) -> str:
        return self.log


class AuditContradicted(Event):
    """What a service says of its audit log is not what another holds of it: it was rewritten."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    log: str
    """The service whose log it is."""
    holder: str
    """The service that holds another history, which is also who says so."""
    number: Annotated[int, Field(ge=1)]
    """The first entry that may have been rewritten, counted from 1."""
    what: str
    """What is the matter, for the office."""
    found_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.log
