"""Who hears what: the subscriptions that the services are agreed to have.

A service declares its subscriptions in its own code; the end-to-end suite checks that they are
exactly the ones listed here, so this table, the documents made from it and the queues on the
broker cannot drift apart.
"""

from nextstep_contracts.applications import (
    ApplicationAmended,
    ApplicationReferred,
    ApplicationRejected,
    ApplicationSubmitted,
    ApplicationWaitlisted,
    ApplicationWithdrawn,
    ConflictChanged,
    DocumentsNeeded,
    DocumentsRequested,
    EmployersChanged,
    FormReceived,
    FormSetAside,
    OfferLapsed,
    PlaceAccepted,
    PlaceDeclined,
    PlaceOffered,
    ReviewerInvited,
    StudyLeaveOutstanding,
    StudyLeaveRecorded,
    SubmissionAcknowledged,
    SubmissionSetAside,
)
from nextstep_contracts.audit import AuditContradicted, AuditSealed
from nextstep_contracts.awards import (
    AuthorLeft,
    AwardsDecided,
    CertificateIssued,
    CoAuthorAnswered,
    CoAuthorInvitationWithdrawn,
    CoAuthorInvited,
    DiscountIssued,
    FellowGraduated,
    MembershipExpiring,
    PanellistInvited,
    PosterRemoved,
    ProjectRegistered,
    ProjectScored,
    ProjectSubmitted,
    RecusalChanged,
)
from nextstep_contracts.event import Event
from nextstep_contracts.notifications import EmailBounced, EmailSent
from nextstep_contracts.people import (
    AccessEnded,
    LinkRequested,
    PersonDataGathered,
    PersonDataRequested,
    PersonErased,
    PersonFilePiece,
    PersonFileRequested,
    StaffSignedIn,
)
from nextstep_contracts.scheduling import (
    RequirementsMet,
    SessionAttended,
    SessionCancelled,
    SessionChanged,
    SessionMissed,
    SessionScheduled,
    SetsAllocated,
    SlotBooked,
    SlotReleased,
    StandingChanged,
)

SERVICES = ("applications", "scheduling", "notifications", "awards")

_TOLD = ("notifications",)
_DATES = ("applications", "notifications")
_FELLOWSHIP = ("scheduling", "notifications", "awards")
_ORIGINS = ("applications", "scheduling", "awards")

CONSUMERS: dict[type[Event], tuple[str, ...]] = {
    ApplicationSubmitted: _TOLD,
    ApplicationAmended: _FELLOWSHIP,
    SubmissionAcknowledged: _TOLD,
    FormReceived: _TOLD,
    SubmissionSetAside: _TOLD,
    FormSetAside: _TOLD,
    DocumentsNeeded: _TOLD,
    ApplicationReferred: _TOLD,
    ApplicationWaitlisted: _TOLD,
    DocumentsRequested: _TOLD,
    PlaceOffered: _TOLD,
    OfferLapsed: _TOLD,
    PlaceAccepted: _FELLOWSHIP,
    PlaceDeclined: _TOLD,
    ApplicationRejected: _TOLD,
    ApplicationWithdrawn: _FELLOWSHIP,
    StudyLeaveRecorded: _TOLD,
    StudyLeaveOutstanding: _TOLD,
    ReviewerInvited: _TOLD,
    # where people work shows in learning sets and files, and as a conflict of interest
    EmployersChanged: ("scheduling", "awards"),
    SessionScheduled: _DATES,
    SessionChanged: _DATES,
    SessionCancelled: _DATES,
    SetsAllocated: _TOLD,
    SlotBooked: _TOLD,
    SlotReleased: _TOLD,
    SessionMissed: ("notifications", "awards"),
    SessionAttended: ("notifications", "awards"),
    StandingChanged: ("notifications", "awards"),
    RequirementsMet: ("notifications", "awards"),
    ProjectRegistered: _TOLD,
    CoAuthorInvited: _TOLD,
    CoAuthorInvitationWithdrawn: _TOLD,
    CoAuthorAnswered: _TOLD,
    AuthorLeft: _TOLD,
    ProjectSubmitted: _TOLD,
    PosterRemoved: _TOLD,
    PanellistInvited: _TOLD,
    # scores are the panel's until the awards are decided: nobody is told, nothing follows
    ProjectScored: (),
    AwardsDecided: _TOLD,
    FellowGraduated: ("scheduling", "notifications"),
    CertificateIssued: _TOLD,
    DiscountIssued: _TOLD,
    MembershipExpiring: _TOLD,
    # what a conflict keeps from somebody shows in these services, too; in applications a recusal
    # does in nothing but the answers of the others to an access request
    ConflictChanged: _FELLOWSHIP,
    RecusalChanged: ("applications", "scheduling", "notifications"),
    EmailSent: _ORIGINS,
    EmailBounced: _ORIGINS,
    PersonErased: SERVICES,
    StaffSignedIn: SERVICES,
    AccessEnded: SERVICES,
    LinkRequested: _TOLD,
    AuditSealed: SERVICES,
    AuditContradicted: SERVICES,
    PersonDataRequested: _FELLOWSHIP,
    PersonDataGathered: ("applications",),
    # the only one of those who are asked that keeps files of people
    PersonFileRequested: ("awards",),
    PersonFilePiece: ("applications",),
}
"""The services that subscribe to each event."""
