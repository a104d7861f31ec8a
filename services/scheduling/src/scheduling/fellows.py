"""Who is a Fellow, from which day to which: facts from the applications service, merged.

The facts of an application may come in any order and more than once. Of each kind the one with
the highest revision is kept, so the merged state depends on which facts came, never on when.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from nextstep_contracts import ApplicationWithdrawn, FellowGraduated, PlaceAccepted
from nextstep_contracts.applications import ApplicationEvent
from scheduling.attendance import Verdict
from scheduling.records import Aggregate, Record
from scheduling.sessions import Session
from scheduling.waivers import Waiver


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
    accepted: Acceptance | None = None
    withdrawn: Withdrawal | None = None

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
    def email(self) -> str:
        """The email address; empty when unknown or erased."""
        return self.current.contact.email if self.current else ""

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


def accept(fellow: Fellow, event: PlaceAccepted) -> Fellow:
    """Take in that a place was accepted."""
    known = _application(fellow, event)
    if known.accepted and known.accepted.revision >= event.revision:
        return _with(fellow, known)
    accepted = Acceptance(
        revision=event.revision,
        at=event.accepted_at,
        discipline=event.discipline,
        trust=event.trust,
    )
    return _with(fellow, known.model_copy(update={"accepted": accepted}))


def withdraw(fellow: Fellow, event: ApplicationWithdrawn) -> Fellow:
    """Take in that the Fellow left, even if the acceptance is not known yet."""
    known = _application(fellow, event)
    if known.withdrawn and known.withdrawn.revision >= event.revision:
        return _with(fellow, known)
    withdrawn = Withdrawal(revision=event.revision, at=event.withdrawn_at)
    return _with(fellow, known.model_copy(update={"withdrawn": withdrawn}))


def graduate(fellow: Fellow, event: FellowGraduated) -> Fellow:
    """Take in that the Fellow graduated."""
    if fellow.erased_at or event.revision <= fellow.graduated_revision:
        return fellow
    return fellow.model_copy(
        update={"graduated": event.graduated_on, "graduated_revision": event.revision}
    )


def erase(fellow: Fellow, at: datetime) -> Fellow:
    """Forget the person: name, address, discipline, trust, attendance and reasons.

    The bare dates stay, under an id that no longer leads to anybody, so that the learning sets of
    the others do not change and a late event cannot bring the person back.
    """
    return Fellow(
        version=fellow.version,
        cohort=fellow.cohort,
        person_id=fellow.person_id,
        applications=tuple(_scrubbed(application) for application in fellow.applications),
        erased_at=min(at, fellow.erased_at or at),
    )


def _scrubbed(application: Application) -> Application:
    accepted = application.accepted
    return Application(
        application_id=application.application_id,
        contact=Contact(revision=application.contact.revision),
        accepted=Acceptance(revision=accepted.revision, at=accepted.at) if accepted else None,
        withdrawn=application.withdrawn,
    )


def invited(session: Session, fellows: list[Fellow]) -> list[Fellow]:
    """The people a register lists: Fellows on the day whom the session's audience names.

    Somebody who has a verdict stays listed if the session is moved later. An undated session
    invites whoever is a Fellow now.
    """

    def belongs(fellow: Fellow) -> bool:
        if session.audience is not None and fellow.person_id not in session.audience:
            return False
        return fellow.fellow_on(session.on, session.zone) if session.on else fellow.active

    listed = [f for f in fellows if belongs(f) or session.session_id in f.verdicts]
    return sorted((f for f in listed if f.erased_at is None), key=lambda f: (f.name, f.person_id))


def _application(fellow: Fellow, event: ApplicationEvent) -> Application:
    """The application the event is about, with the newest contact details."""
    reference = getattr(event, "reference", "")
    heard = Contact(
        revision=event.revision,
        name=event.person.name,
        email=event.person.email,
        reference=reference,
    )
    for known in fellow.applications:
        if known.application_id == event.application_id:
            newer = heard.revision > known.contact.revision
            return known.model_copy(update={"contact": heard}) if newer else known
    return Application(application_id=event.application_id, contact=heard)


def _with(fellow: Fellow, application: Application) -> Fellow:
    if fellow.erased_at is not None:
        application = _scrubbed(application)
    others = [a for a in fellow.applications if a.application_id != application.application_id]
    ordered = sorted([*others, application], key=lambda a: a.application_id)
    return fellow.model_copy(update={"applications": tuple(ordered)})
