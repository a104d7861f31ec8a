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
    DocumentsNeeded,
    DocumentsRequested,
    OfferLapsed,
    PlaceAccepted,
    PlaceDeclined,
    PlaceOffered,
    StudyLeaveOutstanding,
    StudyLeaveRecorded,
)
from nextstep_contracts.awards import (
    AwardsDecided,
    CertificateIssued,
    DiscountIssued,
    FellowGraduated,
    MembershipExpiring,
    PanellistInvited,
    ProjectRegistered,
    ProjectScored,
    ProjectSubmitted,
)
from nextstep_contracts.event import Event
from nextstep_contracts.notifications import EmailBounced, EmailSent
from nextstep_contracts.people import PersonErased
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
_FELLOWSHIP = ("scheduling", "notifications", "awards")
_ORIGINS = ("applications", "scheduling", "awards")

CONSUMERS: dict[type[Event], tuple[str, ...]] = {
    ApplicationSubmitted: _TOLD,
    ApplicationAmended: _TOLD,
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
    SessionScheduled: _TOLD,
    SessionChanged: _TOLD,
    SessionCancelled: _TOLD,
    SetsAllocated: _TOLD,
    SlotBooked: _TOLD,
    SlotReleased: _TOLD,
    SessionMissed: ("notifications", "awards"),
    SessionAttended: ("notifications", "awards"),
    StandingChanged: ("notifications", "awards"),
    RequirementsMet: ("notifications", "awards"),
    ProjectRegistered: _TOLD,
    ProjectSubmitted: _TOLD,
    PanellistInvited: _TOLD,
    # scores are the panel's until the awards are decided: nobody is told, nothing follows
    ProjectScored: (),
    AwardsDecided: _TOLD,
    FellowGraduated: ("scheduling", "notifications"),
    CertificateIssued: _TOLD,
    DiscountIssued: _TOLD,
    MembershipExpiring: _TOLD,
    EmailSent: _ORIGINS,
    EmailBounced: _ORIGINS,
    PersonErased: SERVICES,
}
"""The services that subscribe to each event."""
