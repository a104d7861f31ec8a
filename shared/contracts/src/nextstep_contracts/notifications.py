"""Events that the notifications service publishes. The subject is the email."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import Event, Revision


class EmailEvent(Event):
    """What became of one email, for the service whose event caused it."""

    publisher: ClassVar[str] = "notifications"
    addressed: ClassVar[bool] = True
    email_id: str
    revision: Revision
    cause_id: UUID
    """The event that the email tells of."""
    cause_type: str
    cause_subject: str
    person_id: str
    template: str

    @property
    @override
    def subject(self) -> str:
        return self.email_id

    @property
    @override
    def addressee(self) -> str:
        return self.cause_type.partition(".")[0]


class EmailSent(EmailEvent):
    """The mail server took the email."""

    sent_at: AwareDatetime
    title: str
    """The subject line."""


class EmailBounced(EmailEvent):
    """The email could not be delivered."""

    bounced_at: AwareDatetime
    permanent: bool
    diagnostic: str
