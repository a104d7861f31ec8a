"""Which event is told to whom, and by which mail. The whole policy is the table `RULES`.

Two kinds of rule exist. A rule without `says` sends a mail for every event. A rule with `says`
tells a state (a standing, a learning set): it sends a mail only when what it says differs, in
the sense of `worth_telling`, from what the person was last told.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import nextstep_contracts as events
from nextstep_contracts import Event, Person
from notifications import facts as words

Recipient = Person | str
"""A person, or a person id where the event carries no address."""


@dataclass(frozen=True)
class Rule:
    """What is sent when an event is heard."""

    event: type[Event]
    subject: str
    """Names the subject's memory, together with the event's own subject."""
    template: str | None
    """None sends nothing, for the reason in `because`."""
    because: str
    """Shown to the office: why this is sent, or why not."""
    people: Callable[[Any], Sequence[Recipient]] = lambda event: (event.person,)
    facts: words.FactsOf = words.reference
    overtaken_by: tuple[str, ...] = ()
    """Later events of the same subject after which this mail would mislead."""
    says: Callable[[Any, str], str] | None = None
    worth_telling: Callable[[str | None, str], bool] = lambda before, now: before != now
    wants: Callable[[Any], bool] | None = None
    """False drops the event before any work; None wants every one."""

    @property
    def name(self) -> str:
        """The event's name on the bus."""
        return self.event.event_name


_ENDED = ("PlaceAccepted", "PlaceDeclined", "OfferLapsed")
_LEFT = ("ApplicationRejected", "ApplicationWithdrawn")
_UNEASY = frozenset({"no_slack", "impossible"})


def _by_id(event: Any) -> tuple[str, ...]:
    return (event.person_id,)


def _authors(event: Any) -> tuple[Person, ...]:
    return tuple(event.authors)


def _members(event: events.SetsAllocated) -> tuple[str, ...]:
    return tuple(m.person_id for learning_set in event.sets for m in learning_set.members)


def _winners(event: events.AwardsDecided) -> tuple[Person, ...]:
    return tuple({p.person_id: p for w in event.winners for p in w.people}.values())


def _same_set(event: events.SetsAllocated, person_id: str) -> str:
    own = words.set_of(event, person_id)
    members = sorted(m.person_id for m in own.members)
    return hashlib.sha256("|".join([own.name, *members]).encode()).hexdigest()[:16]


def _standing_matters(before: str | None, now: str) -> bool:
    """Bad news always, relief after bad news; that all is met is told by `RequirementsMet`."""
    if now in _UNEASY:
        return now != before
    return now == "on_track" and before in {*_UNEASY, "met"}


RULES: tuple[Rule, ...] = (
    Rule(
        events.ApplicationSubmitted,
        "application",
        "application_received",
        "Everybody who applies gets a receipt with a reference.",
        facts=words.received,
    ),
    Rule(
        events.ApplicationAmended,
        "application",
        "application_updated",
        "A changed application gets its own receipt.",
        facts=words.amended,
    ),
    Rule(
        events.DocumentsNeeded,
        "application",
        "documents_needed",
        "The applicant knows which documents are needed, and why, with the link to send them.",
        facts=words.documents,
        overtaken_by=(
            "ApplicationAmended",
            "ApplicationWaitlisted",
            "PlaceOffered",
            *_ENDED,
            *_LEFT,
        ),
    ),
    Rule(
        events.ApplicationReferred,
        "application",
        "application_referred",
        "The applicant knows that a person is looking, and at what.",
        overtaken_by=("ApplicationWaitlisted", "PlaceOffered", *_ENDED, *_LEFT),
    ),
    Rule(
        events.ApplicationWaitlisted,
        "application",
        "waiting_list",
        "The applicant knows that no place is free now, and what happens next.",
        facts=words.waitlisted,
        overtaken_by=("PlaceOffered", *_ENDED, *_LEFT),
    ),
    Rule(
        events.DocumentsRequested,
        "application",
        "documents_requested",
        "The applicant is told again what is missing, because the office asked.",
        facts=words.documents,
        overtaken_by=(
            "ApplicationAmended",
            "ApplicationWaitlisted",
            "PlaceOffered",
            *_ENDED,
            *_LEFT,
        ),
    ),
    Rule(
        events.PlaceOffered,
        "application",
        "place_offered",
        "The offer, with the link to answer it and until when.",
        facts=words.offered,
        overtaken_by=(*_ENDED, *_LEFT),
    ),
    Rule(
        events.OfferLapsed,
        "application",
        "offer_lapsed",
        "The applicant knows that the place has gone to somebody else.",
        overtaken_by=("PlaceOffered", "PlaceAccepted", *_LEFT),
    ),
    Rule(
        events.PlaceAccepted,
        "application",
        "place_accepted",
        "The welcome. Calendar invitations follow on their own.",
        overtaken_by=_LEFT,
    ),
    Rule(
        events.PlaceDeclined,
        "application",
        "place_declined",
        "A receipt for the answer.",
        overtaken_by=("PlaceOffered", "PlaceAccepted"),
    ),
    Rule(
        events.ApplicationRejected,
        "application",
        "application_rejected",
        "The decision, with the reasons and whom to ask.",
        overtaken_by=("PlaceOffered", "PlaceAccepted", "ApplicationWaitlisted"),
    ),
    Rule(
        events.ApplicationWithdrawn,
        "application",
        "application_withdrawn",
        "A receipt. A Fellow's calendar entries are cancelled as well. Whose application the "
        "office found to be a duplicate is told which one counts instead.",
        facts=words.withdrawn,
        overtaken_by=("PlaceOffered", "PlaceAccepted"),
    ),
    Rule(
        events.StudyLeaveRecorded,
        "application",
        None,
        "The Fellow has just typed it and sees it on the page.",
    ),
    Rule(
        events.StudyLeaveOutstanding,
        "application",
        "study_leave_outstanding",
        "A reminder of the dates about which something is missing, some weeks apart.",
        facts=words.study_leave,
        overtaken_by=_LEFT,
    ),
    Rule(
        events.SetsAllocated,
        "sets",
        "learning_set",
        "Every Fellow whose set is new or has changed.",
        people=_members,
        facts=words.learning_set,
        says=_same_set,
    ),
    Rule(
        events.SessionMissed,
        "attendance",
        "session_missed",
        "A short note, so that a wrong register is found early.",
        people=_by_id,
        facts=words.attendance,
        overtaken_by=("SessionAttended",),
        says=lambda _event, _person_id: "missed",
    ),
    Rule(
        events.SessionAttended,
        "attendance",
        "register_corrected",
        "Only after a note that the session was missed.",
        people=_by_id,
        facts=words.attendance,
        overtaken_by=("SessionMissed",),
        says=lambda _event, _person_id: "present",
        worth_telling=lambda before, _now: before == "missed",
        wants=lambda event: event.revision > 1,  # a first verdict corrects nothing
    ),
    Rule(
        events.StandingChanged,
        "standing",
        "standing_changed",
        "Only when there is no slack left, when completion is out of reach, or after either.",
        people=_by_id,
        facts=words.standing,
        says=lambda event, _person_id: event.standing,
        worth_telling=_standing_matters,
    ),
    Rule(
        events.RequirementsMet,
        "requirements",
        "requirements_met",
        "Once, when attendance is complete. A correction is told by the standing.",
        people=_by_id,
        facts=words.nothing,
        says=lambda event, _person_id: "met" if event.met else "not met",
        worth_telling=lambda before, now: now == "met" and before != "met",
    ),
    Rule(
        events.ProjectRegistered,
        "project",
        "project_registered",
        "Every author, when a project is registered or its title changes.",
        people=_authors,
        facts=words.project,
        overtaken_by=("ProjectSubmitted",),
        says=lambda event, _person_id: f"registered: {event.title}",
    ),
    Rule(
        events.ProjectSubmitted,
        "project",
        "project_submitted",
        "Every author gets a receipt.",
        people=_authors,
        facts=words.project,
        says=lambda event, _person_id: f"submitted: {event.title}",
    ),
    Rule(
        events.PanellistInvited,
        "panellist",
        "panel_invited",
        "The panellist needs the link to the score sheets.",
        people=lambda event: (event.panellist,),
        facts=words.panel,
    ),
    Rule(
        events.AwardsDecided,
        "awards",
        "award_won",
        "The people whose projects were chosen; everybody hears at the ceremony.",
        people=_winners,
        facts=words.won,
        says=lambda event, person_id: f"won: {words.won(event, person_id, 'UTC')['title']}",
    ),
    Rule(
        events.FellowGraduated,
        "graduation",
        "graduated",
        "Congratulations, and what graduation brings.",
        facts=words.graduated,
    ),
    Rule(
        events.CertificateIssued,
        "certificate",
        "certificate_issued",
        "The number and the page that verifies it.",
        facts=words.certificate,
    ),
    Rule(
        events.DiscountIssued,
        "discount",
        "discount_issued",
        "The reduced fee and its last day, to keep.",
        facts=words.discount,
    ),
    Rule(
        events.MembershipExpiring,
        "membership",
        "membership_expiring",
        "In time to renew.",
        facts=words.membership,
    ),
)

CALENDAR: tuple[tuple[type[Event], str], ...] = (
    (events.SessionScheduled, "A calendar invitation to every Fellow of the session's audience."),
    (events.SessionChanged, "An update to those whose calendar entry is no longer right."),
    (events.SessionCancelled, "A cancellation that removes the entry from calendars."),
    (events.SlotBooked, "A calendar invitation to the person who booked."),
    (events.SlotReleased, "A cancellation of that invitation."),
)
"""Events that change calendars; see `notifications.calendar`."""

UNHEARD: tuple[tuple[type[Event], str], ...] = (
    (events.ProjectScored, "Scores are the panel's until the awards are decided."),
)
"""Events about people that this service does not even subscribe to, and why."""

BY_EVENT = {rule.event: rule for rule in RULES}
