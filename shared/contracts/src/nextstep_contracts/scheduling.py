"""Events that the scheduling service publishes."""

from datetime import date, time
from typing import ClassVar, Literal

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import Event, Model, Person, Revision

SessionKind = Literal[
    "module",
    "masterclass",
    "learning_set",
    "networking",
    "surgery",
    "coaching",
    "alumni",
]
Standing = Literal["met", "on_track", "no_slack", "impossible"]


class SchedulingEvent(Event):
    """What all scheduling events share."""

    publisher: ClassVar[str] = "scheduling"
    cohort: str
    revision: Revision


class SessionEvent(SchedulingEvent):
    """About one session. `revision` counts the session's changes, cancellation included."""

    session_id: str

    @property
    @override
    def subject(self) -> str:
        return self.session_id


class SessionDetails(SessionEvent):
    """A dated session, whole, as it now stands."""

    kind: SessionKind
    title: str
    on: date
    starts: time | None = None
    """Local start in `zone`; None while the time is to be confirmed (an all-day entry)."""
    ends: time | None = None
    zone: str = "Europe/London"
    venue: str
    """A place, or `Online`."""
    joining: str | None = None
    """A link or instructions for people who attend online."""
    audience: tuple[str, ...] | None = None
    """The person ids invited; None invites every Fellow of the cohort."""


class SessionScheduled(SessionDetails):
    """A session got its date; invitations can go out."""


class SessionChanged(SessionDetails):
    """Something that people were told about a session changed."""

    changed: tuple[str, ...] = ()
    """Names of the fields that changed."""


class SessionCancelled(SessionEvent):
    """The session will not take place."""

    title: str
    reason: str


class SetMember(Model):
    """One Fellow in a learning set."""

    person_id: str
    name: str


class LearningSet(Model):
    """One action learning set: the same people across all topics."""

    set_id: str
    name: str
    members: tuple[SetMember, ...]
    session_ids: tuple[str, ...]
    """The set's sessions, one a topic, in topic order."""


class SetsAllocated(SchedulingEvent):
    """The whole allocation of a cohort to learning sets, as it now stands."""

    sets: tuple[LearningSet, ...]

    @property
    @override
    def subject(self) -> str:
        return f"{self.cohort}:sets"


class SlotEvent(SchedulingEvent):
    """About one bookable slot (coaching, surgeries)."""

    slot_id: str
    person: Person
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    venue: str

    @property
    @override
    def subject(self) -> str:
        return self.slot_id


class SlotBooked(SlotEvent):
    """A Fellow took a slot."""


class SlotReleased(SlotEvent):
    """A Fellow gave a slot back."""


class AttendanceEvent(SchedulingEvent):
    """The verdict on one Fellow at one session. `revision` counts the verdict's corrections."""

    session_id: str
    session_kind: SessionKind
    session_title: str
    on: date
    person_id: str

    @property
    @override
    def subject(self) -> str:
        return f"{self.session_id}:{self.person_id}"


class SessionAttended(AttendanceEvent):
    """The Fellow was there."""


class SessionMissed(AttendanceEvent):
    """The Fellow was not there."""

    apologies: bool = False
    """The Fellow said so beforehand."""


class StandingChanged(SchedulingEvent):
    """Where a Fellow stands towards completion, whenever that changes."""

    person_id: str
    standing: Standing
    reasons: tuple[str, ...]
    """Sentences fit for the Fellow: what is met, what is missing, what would mend it."""
    masterclasses_attended: int
    masterclasses_required: int
    modules_attended: int
    modules_waived: int
    modules_required: int

    @property
    @override
    def subject(self) -> str:
        return self.person_id


class RequirementsMet(SchedulingEvent):
    """A Fellow's attendance satisfies (or after a correction no longer satisfies) the rules."""

    person_id: str
    met: bool

    @property
    @override
    def subject(self) -> str:
        return self.person_id
