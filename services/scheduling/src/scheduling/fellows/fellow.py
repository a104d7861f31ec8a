"""A Fellow's record: one document with everything that is decided about one person.

It is one document so that two decisions about a person at the same moment meet. What is written
into it is decided by the rules of other folders: verdicts by `attendance`, waivers and standing
by `completion`, who is a Fellow at all by `who_is_a_fellow` beside this.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from scheduling.fellows.records import Aggregate, Record

Status = Literal["attended", "absent", "apologies"]


class Verdict(Record):
    """What holds about one Fellow at one session. `revision` counts its corrections, from 1."""

    status: Status
    revision: int


class Waiver(Record):
    """Why a Fellow need not have been at a module, and who decided so."""

    reason: str
    by: str
    at: datetime


class Contact(Record):
    """How to address the person, as of one revision of the application."""

    revision: int
    name: str = ""
    email: str = ""
    reference: str = ""


class Acceptance(Record):
    """The place was accepted."""

    revision: int
    at: datetime
    discipline: str | None = None
    trust: str | None = None


class Withdrawal(Record):
    """The Fellow left. It can be known before the acceptance is."""

    revision: int
    at: datetime


class Application(Record):
    """What is known of one application."""

    application_id: str
    contact: Contact
    """As of the newest revision."""
    earlier: Annotated[tuple[Contact, ...], Field(exclude_if=lambda kept: not kept)] = ()
    """What older revisions said otherwise, in their order: who had an address is who they were."""
    accepted: Acceptance | None = None
    withdrawn: Withdrawal | None = None

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """All that was ever heard of how to address the person, the newest last."""
        return (*self.earlier, self.contact)

    @property
    def left_at(self) -> datetime | None:
        """When the fellowship ended; None while it lasts."""
        if self.accepted and self.withdrawn and self.withdrawn.revision > self.accepted.revision:
            return self.withdrawn.at
        return None

    def covers(self, day: date, zone: ZoneInfo) -> bool:
        """Whether the fellowship had begun, and had not ended, on a local day."""
        if self.accepted is None or self.accepted.at.astimezone(zone).date() > day:
            return False
        left = self.left_at
        return left is None or left.astimezone(zone).date() > day


class Announced(Record):
    """The standing last published for a Fellow, to tell a change from a repetition."""

    revision: int = 0
    standing: str = ""
    counts: tuple[int, ...] = ()
    met: bool = False
    met_revision: int = 0


class Fellow(Aggregate):
    """A person, the applications that made them a Fellow of a cohort, and their attendance."""

    cohort: str
    person_id: str
    applications: tuple[Application, ...] = ()
    verdicts: dict[str, Verdict] = Field(default_factory=dict)
    """By session id."""
    waivers: dict[str, Waiver] = Field(default_factory=dict)
    """By session id of a module."""
    announced: Announced = Announced()
    graduated: date | None = None
    graduated_revision: int = 0
    erased_at: datetime | None = None

    @property
    def current(self) -> Application | None:
        """The application that makes (or last made) the person a Fellow; None if none did."""
        accepted = [a for a in self.applications if a.accepted]
        return max(accepted, key=_recency, default=None)

    @property
    def active(self) -> bool:
        """Whether the person is a Fellow now."""
        return self.current is not None and self.left_at is None

    @property
    def left_at(self) -> datetime | None:
        """When the person stopped being a Fellow."""
        left = self.current.left_at if self.current else None
        return min((at for at in (left, self.erased_at) if at), default=None)

    @property
    def joined_at(self) -> datetime | None:
        """When the person became a Fellow."""
        return self.current.accepted.at if self.current and self.current.accepted else None

    @property
    def name(self) -> str:
        """The name, or what is said in its place."""
        if self.erased_at is not None:
            return "Erased person"
        known = self.current or max(self.applications, key=_recency, default=None)
        return known.contact.name if known else "Not yet known"

    @property
    def on_record(self) -> bool:
        """Whether there is somebody to show: a Fellow now or earlier, and not erased."""
        return self.current is not None and self.erased_at is None

    @property
    def email(self) -> str:
        """The email address; empty when unknown or erased."""
        return self.current.contact.email if self.current else ""

    @property
    def called(self) -> frozenset[str]:
        """Every name and address that the person has or had."""
        return frozenset(one.name for one in self._contacts if one.name) | self.addresses

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that the person has or had: whoever proves to have it is the person."""
        return frozenset(one.email for one in self._contacts if one.email)

    @property
    def _contacts(self) -> tuple[Contact, ...]:
        return tuple(one for application in self.applications for one in application.contacts)

    @property
    def discipline(self) -> str:
        """The discipline, as it was on the application; empty when unknown."""
        accepted = self.current.accepted if self.current else None
        return (accepted.discipline if accepted else None) or ""

    @property
    def trust(self) -> str:
        """Where they work, as they wrote it on the application; empty when unknown."""
        accepted = self.current.accepted if self.current else None
        return (accepted.trust if accepted else None) or ""

    def attended(self, session_id: str) -> bool:
        """Whether the verdict is that the person was at a session."""
        verdict = self.verdicts.get(session_id)
        return verdict is not None and verdict.status == "attended"

    def joined_on(self, zone: str) -> date | None:
        """The local day on which the person became a Fellow."""
        return self.joined_at.astimezone(ZoneInfo(zone)).date() if self.joined_at else None

    def fellow_on(self, day: date, zone: str) -> bool:
        """Whether the person was a Fellow on a local day."""
        return any(a.covers(day, ZoneInfo(zone)) for a in self.applications)


def _recency(application: Application) -> tuple[bool, datetime, str]:
    """A running fellowship before an ended one, then the later one; the id decides a tie."""
    accepted = application.accepted
    moment = accepted.at if accepted else datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    running = accepted is not None and application.left_at is None
    return (running, moment, application.application_id)
