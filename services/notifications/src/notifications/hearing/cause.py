"""The event behind an email or a look at calendars."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from nextstep_messaging import UnitOfWork


@dataclass(frozen=True)
class Cause:
    """The event that something follows from."""

    event_id: UUID
    event_type: str
    subject: str
    correlation_id: UUID

    @classmethod
    def of(cls, uow: UnitOfWork) -> Self:
        """The event being handled.

        Raises:
            RuntimeError: none is.

        """
        envelope = uow.envelope
        if envelope is None:
            raise RuntimeError("only what follows from an event has a cause")
        return cls(envelope.id, envelope.type, envelope.subject, envelope.correlation_id)

    def document(self) -> dict[str, Any]:
        """The fields it has in the document of what it caused."""
        return {
            "cause_id": str(self.event_id),
            "cause_type": self.event_type,
            "cause_subject": self.subject,
            "correlation_id": str(self.correlation_id),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The cause of what is stored."""
        return cls(
            UUID(document["cause_id"]),
            document["cause_type"],
            document["cause_subject"],
            UUID(document["correlation_id"]),
        )
