"""What every event is: an immutable pydantic model with a publisher, a name and a version."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import override

Revision = Annotated[int, Field(ge=1)]
"""Counts the changes of one subject. Consumers keep the highest and ignore the rest."""

ANY_PUBLISHER = "*"
"""The publisher of an event that any service may publish (see `PersonErased`)."""


class Model(BaseModel):
    """Immutable data on the bus. Unknown fields are ignored, so that additive changes are safe.

    What is wrong with a message is said without quoting it: logs and dead letters keep that.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Model):
    """A fact that a service publishes. The class name is the event's name on the bus."""

    publisher: ClassVar[str]
    version: ClassVar[int] = 1
    event_name: ClassVar[str]
    addressed: ClassVar[bool] = False
    """Whether each is for one of those who hear the event, not for all: see `addressee`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name the event after its class, without a trailing version (`PlaceOfferedV2`)."""
        super().__init_subclass__(**kwargs)
        if "version" in cls.__dict__ and cls.version > 1:
            cls.event_name = cls.__name__.removesuffix(f"V{cls.version}")
        else:
            cls.event_name = cls.__name__

    @classmethod
    def type_for(cls, publisher: str | None = None) -> str:
        """The CloudEvents type, which is also the routing key: `<publisher>.<Name>.v<N>`."""
        return f"{publisher or cls.publisher}.{cls.event_name}.v{cls.version}"

    @property
    def subject(self) -> str:
        """The aggregate the event is about; events of one subject are published in order."""
        raise NotImplementedError

    @property
    def addressee(self) -> str:
        """The service that an addressed event is for; others need not be sent it."""
        raise NotImplementedError


ConflictReason = Literal["own_application", "same_trust", "supervises", "personal", "other"]
"""Why there is a conflict of interest, as a class: what was written about it stays where it was
written."""


class ConflictOfInterest(Event):
    """What a conflict of interest keeps from somebody: from now on, or no longer.

    Whom it is about, the viewer must learn nothing of, in whatever role and in every service.
    Whether it was declared, recorded or only suggested and not yet answered makes no difference.
    """

    viewer: str
    """Whoever must not know, by the address that they sign in with: as the mailbox that it leads
    to (`nextstep_programme.resemblance.address_trace`)."""
    viewer_id: str | None = None
    """The same as a person, where they have an id: of a panellist."""
    person_id: str
    revision: Revision
    """Counts what the publisher said of these two."""
    closed: bool
    """False: they may know again."""
    since: AwareDatetime
    reason: ConflictReason

    @property
    @override
    def subject(self) -> str:
        return self.person_id


class Person(Model):
    """How to address one person. Carried only by events that somebody is told of."""

    person_id: str
    name: str
    email: str


class Envelope(Model):
    """The CloudEvents 1.0 attributes that travel as AMQP headers beside an event's data."""

    id: UUID
    source: str
    """The publishing service, for example `applications`."""
    type: str
    time: AwareDatetime
    subject: str
    correlation_id: UUID
    """Shared by everything that follows from one request, submission or timer."""
    causation_id: UUID | None = None
    """The event that was being handled when this one was published."""
    traceparent: str | None = None
