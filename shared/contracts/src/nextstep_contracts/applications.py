"""Events that the applications service publishes. The subject is the application."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import ConflictOfInterest, Event, Model, Person, Revision


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
    about_files: tuple[str, ...] = ()
    """Of files that came and are not used, or not yet, in words for the applicant."""
    again: bool = False
    """It had ended, and the office has taken it up again by what was submitted since."""
    places: Literal["left", "waiting_list", "full"] = "left"
    """What there was for a new applicant when it came: a place; a turn on the waiting list; or not
    even that, as the list was as long as the cohort's may be or applications had been closed."""


class ApplicationAmended(ApplicationEvent):
    """A later submission by the same person replaced answers; earlier versions are kept."""

    reference: str
    amended_at: AwareDatetime
    changed: tuple[str, ...] = ()
    """Names of the answers that changed, never their values."""
    documents_needed: tuple[str, ...] = ()
    of_a_fellow: bool = False
    """The place is accepted: whoever knows the Fellow knows them by this name and address now."""
    about_files: tuple[str, ...] = ()
    """As in `ApplicationSubmitted`."""


class SubmissionAcknowledged(ApplicationEvent):
    """An applicant sent the form again, and by itself that changes nothing: they are told why."""

    reference: str
    received_at: AwareDatetime
    outcome: Literal["applied_again", "after_decision", "after_deadline", "unchanged"]
    """The application had ended, a decision had been made, or the deadline had passed, so that
    the office looks at it; or it says what was there already."""
    older: bool = False
    """Of one that is unchanged: it says something else, but a form that was sent later counts."""
    about_files: tuple[str, ...] = ()
    """As in `ApplicationSubmitted`."""


class FormReceived(Event):
    """A form waits for the office, because it is not certain whose it is.

    Told to the address that the form gives, and without a word about anybody's application:
    whoever reads there may be a stranger.
    """

    publisher: ClassVar[str] = "applications"
    cohort: str
    submission_id: str
    person: Person
    """As the form says it, under an id that stands for this one submission."""
    received_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.submission_id


class SubmissionSetAside(ApplicationEvent):
    """The office decided that a submission that waited changes nothing: the applicant is told."""

    reference: str
    received_at: AwareDatetime
    """When the submission came."""
    outcome: Literal["applied_again", "after_decision", "after_deadline"]
    """Why it had waited; see `SubmissionAcknowledged`."""


class FormSetAside(Event):
    """The office does not use a form of which it is not certain whose it is; see `FormReceived`.

    Told to the address that was told that it came, and as little.
    """

    publisher: ClassVar[str] = "applications"
    cohort: str
    submission_id: str
    person: Person
    """As in `FormReceived`."""
    received_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.submission_id


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
    """What a Fellow declared for one day of a session; one that moved can have several."""

    session_key: str
    on: date
    status: Literal["applied_for", "granted", "not_possible"]
    trust_notified: str | None = None
    notified_on: date | None = None


class LeaveDate(Model):
    """One day of a programme date."""

    session_key: str
    on: date


class LeaveNeed(Model):
    """One programme date about which something is still missing, and what."""

    session_key: str
    title: str
    on: date
    need: Literal["declare", "tell_trust", "chase"]
    """Nothing was declared; leave is not possible and the employer does not know; the answer to an
    application for leave is still open though the date is near."""
    trust: str | None = None
    """Where the Fellow works on that date, as far as we know."""
    not_applied_for: bool = False
    """With `declare`: the Fellow told us that leave was not applied for yet, and the date nears."""
    moved_from: date | None = None
    """With `declare`: the day for which the Fellow had declared leave, before the session moved."""


class StudyLeaveRecorded(ApplicationEvent):
    """The Fellow's study-leave declaration, whole, as it now stands."""

    entries: tuple[StudyLeaveEntry, ...]
    not_applied_for: tuple[LeaveDate, ...] = ()
    """The days for which the Fellow says that leave was not applied for yet."""


class StudyLeaveOutstanding(ApplicationEvent):
    """A Fellow is reminded of what is missing from the study-leave declaration."""

    reference: str
    needs: tuple[LeaveNeed, ...]
    """In the order of the dates; never empty."""


class ConflictChanged(ConflictOfInterest):
    """A member of staff must learn nothing of an applicant, or may again: a reviewer's conflict."""

    publisher: ClassVar[str] = "applications"


class ReviewerInvited(Event):
    """The office asked a member of staff to review applications; they need the address."""

    publisher: ClassVar[str] = "applications"
    cohort: str
    revision: Revision
    """Counts how often this reviewer was asked to take part."""
    reviewer: Person
    """Under an id of this cohort's review: reviewers sign in as staff and have no other."""

    @property
    @override
    def subject(self) -> str:
        return self.reviewer.person_id


class Employer(Model):
    """An entry of the office's list of employers."""

    id: str
    name: str
    kind: Literal["trust", "gp_practice", "dental_practice", "other"]
    ods_code: str | None = None
    """Of the NHS Organisation Data Service, where it has one."""
    spellings: tuple[str, ...] = ()
    """What else people call it."""
    successor: str | None = None
    """The id of the employer that it is part of now."""


class EmployersChanged(Event):
    """The office's list of employers, whole, as it now stands.

    By the spellings every service knows whom people mean by what they wrote. An entry that another
    followed stays, and leads on to that one: whoever works there moves with it.
    """

    publisher: ClassVar[str] = "applications"
    revision: Revision
    employers: tuple[Employer, ...]

    @property
    @override
    def subject(self) -> str:
        return "employers"
