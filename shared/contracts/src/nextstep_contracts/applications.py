"""Events that the applications service publishes. The subject is the application."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import Event, Model, Person, Revision


class ApplicationEvent(Event):
    """What all application events share. `revision` counts the application's changes."""

    publisher: ClassVar[str] = "applications"
    cohort: str
    application_id: str
    revision: Revision
    person: Person

    @property
    @override
    def subject(self) -> str:
        return self.application_id


class ApplicationSubmitted(ApplicationEvent):
    """A submission became an application."""

    reference: str
    """Short and fit to read out, for example `NS24-0042`."""
    submitted_at: AwareDatetime
    late: bool
    documents_needed: tuple[str, ...] = ()
    """Documents still missing or unusable, in words for the applicant."""


class ApplicationAmended(ApplicationEvent):
    """A later submission by the same person replaced answers; earlier versions are kept."""

    reference: str
    amended_at: AwareDatetime
    changed: tuple[str, ...] = ()
    """Names of the answers that changed, never their values."""
    documents_needed: tuple[str, ...] = ()


class DocumentsNeeded(ApplicationEvent):
    """Documents turned out to be missing or unusable after the submission was acknowledged."""

    reference: str
    documents_needed: tuple[str, ...]
    """All that is needed now, each with the reason, in words for the applicant."""


class ApplicationReferred(ApplicationEvent):
    """A rule could not decide; a person in the office will."""

    reference: str
    reasons: tuple[str, ...]
    """Sentences fit for the applicant."""


class ApplicationWaitlisted(ApplicationEvent):
    """Eligible, but no place is free now."""

    reference: str
    position: int
    """1 is next. True when the event was published; it moves."""


class DocumentsRequested(ApplicationEvent):
    """The office asked again for documents that are missing or cannot be used."""

    reference: str
    documents_needed: tuple[str, ...]
    """In words for the applicant."""


class PlaceOffered(ApplicationEvent):
    """A place is held for the applicant until `expires_at`."""

    reference: str
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    from_waiting_list: bool = False
    extended: bool = False
    """The offer was made before and now holds for longer."""


class OfferLapsed(ApplicationEvent):
    """Nobody answered the offer in time; the place goes to the next person."""

    reference: str
    lapsed_at: AwareDatetime


class PlaceAccepted(ApplicationEvent):
    """The applicant is now a Fellow."""

    reference: str
    accepted_at: AwareDatetime
    discipline: str | None = None
    trust: str | None = None


class PlaceDeclined(ApplicationEvent):
    """The applicant gave the offered place back."""

    reference: str
    declined_at: AwareDatetime


class ApplicationRejected(ApplicationEvent):
    """A named person in the office decided against the application."""

    reference: str
    reasons: tuple[str, ...]
    """Sentences fit for the applicant."""


class ApplicationWithdrawn(ApplicationEvent):
    """The applicant or Fellow left, or it was a duplicate. This ends a fellowship, if any."""

    reference: str
    withdrawn_at: AwareDatetime
    was_fellow: bool
    merged_into: str | None = None
    """The reference of the same person's application that counts; nobody asked to leave then."""


class StudyLeaveEntry(Model):
    """What a Fellow declared for one programme date."""

    session_key: str
    on: date
    status: Literal["applied_for", "granted", "not_possible"]
    trust_notified: str | None = None
    notified_on: date | None = None


class LeaveNeed(Model):
    """One programme date about which something is still missing, and what."""

    session_key: str
    title: str
    on: date
    need: Literal["declare", "tell_trust", "chase"]
    """Nothing was declared; leave is not possible and the trust does not know; the answer to an
    application for leave is still open though the date is near."""
    trust: str | None = None
    """Where the Fellow works on that date, as far as we know."""


class StudyLeaveRecorded(ApplicationEvent):
    """The Fellow's study-leave declaration, whole, as it now stands."""

    entries: tuple[StudyLeaveEntry, ...]


class StudyLeaveOutstanding(ApplicationEvent):
    """A Fellow is reminded of what is missing from the study-leave declaration."""

    reference: str
    needs: tuple[LeaveNeed, ...]
    """In the order of the dates; never empty."""
