"""Events about the audit log of each service, by which the others keep what it was."""

from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator
from typing_extensions import override

from nextstep_contracts.event import ANY_PUBLISHER, Event

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["0" * 64])]
"""SHA-256 in hexadecimal."""


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
