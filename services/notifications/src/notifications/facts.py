"""What each mail says: an event turned into words, before any template sees it.

Facts are plain JSON, so that a mail that must wait (its recipient's address is not known yet)
can be stored and written later.
"""

from collections.abc import Callable
from typing import Any

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWaitlisted,
    ApplicationWithdrawn,
    AwardsDecided,
    CertificateIssued,
    DiscountIssued,
    DocumentsNeeded,
    DocumentsRequested,
    FellowGraduated,
    LearningSet,
    MembershipExpiring,
    PanellistInvited,
    PlaceOffered,
    ProjectRegistered,
    ProjectSubmitted,
    SessionAttended,
    SessionMissed,
    SetsAllocated,
    StandingChanged,
    StudyLeaveOutstanding,
)
from notifications.wording import day_in_words, moment_in_words

Facts = dict[str, Any]
FactsOf = Callable[[Any, str, str], Facts]
"""The facts of an event for one person id, with moments told in a zone."""


def reference(event: Any, _person_id: str, _zone: str) -> Facts:
    """The application's reference, and the reasons where the event gives any."""
    return {"reference": event.reference, "reasons": list(getattr(event, "reasons", ()))}


def received(event: ApplicationSubmitted, _person_id: str, zone: str) -> Facts:
    """A receipt: when it arrived, whether in time, and what is missing."""
    return {
        "reference": event.reference,
        "submitted": moment_in_words(event.submitted_at, zone),
        "late": event.late,
        "documents_needed": list(event.documents_needed),
    }


def amended(event: ApplicationAmended, _person_id: str, zone: str) -> Facts:
    """A receipt for changed answers."""
    return {
        "reference": event.reference,
        "amended": moment_in_words(event.amended_at, zone),
        "changed": [name.replace("_", " ") for name in event.changed],
        "documents_needed": list(event.documents_needed),
    }


def documents(event: DocumentsNeeded | DocumentsRequested, _person_id: str, _zone: str) -> Facts:
    """What is needed, each with the reason."""
    needed = list(event.documents_needed)
    return {"reference": event.reference, "documents_needed": needed}


def waitlisted(event: ApplicationWaitlisted, _person_id: str, _zone: str) -> Facts:
    """The place on the waiting list when it was written."""
    return {"reference": event.reference, "position": event.position}


def offered(event: PlaceOffered, _person_id: str, zone: str) -> Facts:
    """Until when the offer holds, in local time."""
    return {
        "reference": event.reference,
        "expires": moment_in_words(event.expires_at, zone),
        "from_waiting_list": event.from_waiting_list,
        "extended": event.extended,
    }


def study_leave(event: StudyLeaveOutstanding, _person_id: str, _zone: str) -> Facts:
    """The dates about which something is missing, by what is missing."""
    lines: dict[str, list[str]] = {"declare": [], "tell_trust": [], "chase": []}
    for need in event.needs:
        trust = f", at {need.trust}" if need.trust else ""
        lines[need.need].append(f"{day_in_words(need.on)}: {need.title}{trust}")
    return {"reference": event.reference, **lines}


def withdrawn(event: ApplicationWithdrawn, _person_id: str, _zone: str) -> Facts:
    """Whether an application or a fellowship ended, or two applications became one."""
    return {
        "reference": event.reference,
        "was_fellow": event.was_fellow,
        "merged_into": event.merged_into,
    }


def set_of(event: SetsAllocated, person_id: str) -> LearningSet:
    """The learning set a person is in."""
    return next(s for s in event.sets if any(m.person_id == person_id for m in s.members))


def learning_set(event: SetsAllocated, person_id: str, _zone: str) -> Facts:
    """A Fellow's set and the others in it."""
    own = set_of(event, person_id)
    return {
        "set_name": own.name,
        "others": [m.name for m in own.members if m.person_id != person_id],
        "meetings": len(own.session_ids),
    }


def attendance(event: SessionMissed | SessionAttended, _person_id: str, _zone: str) -> Facts:
    """Which session the register is about."""
    return {
        "session": event.session_title,
        "day": day_in_words(event.on),
        "apologies": isinstance(event, SessionMissed) and event.apologies,
    }


def standing(event: StandingChanged, _person_id: str, _zone: str) -> Facts:
    """Where a Fellow stands, with the counts and the reasons."""
    return {
        "standing": event.standing,
        "reasons": list(event.reasons),
        "masterclasses": f"{event.masterclasses_attended} of {event.masterclasses_required}",
        "modules": f"{event.modules_attended + event.modules_waived} of {event.modules_required}",
        "modules_waived": event.modules_waived,
    }


def nothing(_event: Any, _person_id: str, _zone: str) -> Facts:
    """The template says it all."""
    return {}


def project(event: ProjectRegistered | ProjectSubmitted, person_id: str, _zone: str) -> Facts:
    """A project and the others who work on it."""
    others = [author.name for author in event.authors if author.person_id != person_id]
    return {"title": event.title, "others": others}


def panel(event: PanellistInvited, _person_id: str, _zone: str) -> Facts:
    """For whom the panellist sits."""
    return {"organisation": event.organisation}


def won(event: AwardsDecided, person_id: str, zone: str) -> Facts:
    """The project that was chosen. Ranks and scores are not for this mail."""
    own = next(w for w in event.winners if any(p.person_id == person_id for p in w.people))
    return {
        "title": own.title,
        "others": [p.name for p in own.people if p.person_id != person_id],
        "winners": len({w.project_id for w in event.winners}),
        "decided": moment_in_words(event.decided_at, zone),
    }


def graduated(event: FellowGraduated, _person_id: str, _zone: str) -> Facts:
    """When, and whether the bursary pays the fee."""
    return {"day": day_in_words(event.graduated_on), "bursary": event.bursary}


def certificate(event: CertificateIssued, _person_id: str, _zone: str) -> Facts:
    """The number and where anybody can check it."""
    return {
        "number": event.certificate_number,
        "verify_url": event.verify_url,
        "day": day_in_words(event.issued_on),
    }


def discount(event: DiscountIssued, _person_id: str, _zone: str) -> Facts:
    """The reduced fee and until when it can be used."""
    return {"fee": f"£{event.fee_pounds:,}", "until": day_in_words(event.valid_until)}


def membership(event: MembershipExpiring, _person_id: str, _zone: str) -> Facts:
    """The last day of membership."""
    return {"day": day_in_words(event.expires_on)}
