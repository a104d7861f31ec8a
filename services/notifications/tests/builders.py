"""Events and envelopes for tests, each a small cohort's worth of plausible data."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

import nextstep_contracts as events
from nextstep_contracts import ANY_PUBLISHER, Envelope, Event, Person
from notifications.calendar.what_to_send import CalendarStep, Invitation

COHORT = "2024-25"
NOW = datetime(2024, 9, 1, 9, tzinfo=UTC)
_SPACE = UUID("5cf4ae5e-44e4-4b9a-a3a1-4d4bd6be9e51")


def person(number: int = 1, name: str | None = None) -> Person:
    """Applicant `number`."""
    return Person(
        person_id=f"person-{number}",
        name=name or f"Dr Applicant {number}",
        email=f"applicant{number}@example.org",
    )


def envelope_of(event: Event, at: datetime = NOW, source: str = "applications") -> Envelope:
    """The envelope an event always travels in: a redelivery has the same id and time."""
    event_id = uuid5(_SPACE, event.type_for(None if event.publisher != "*" else "any") + str(event))
    source = source if event.publisher == ANY_PUBLISHER else event.publisher
    return Envelope(
        id=event_id,
        source=source,
        type=event.type_for(source),
        time=at + timedelta(minutes=getattr(event, "revision", 1)),
        subject=event.subject,
        correlation_id=event_id,
    )


def _application(number: int, revision: int, who: Person | None) -> dict[str, object]:
    return {
        "cohort": COHORT,
        "application_id": f"application-{number}",
        "revision": revision,
        "person": who or person(number),
        "reference": f"NS24-{number:04d}",
    }


def submitted(
    number: int = 1, revision: int = 1, who: Person | None = None
) -> events.ApplicationSubmitted:
    return events.ApplicationSubmitted(
        **_application(number, revision, who), submitted_at=NOW, late=False
    )


def amended(
    number: int = 1, revision: int = 2, who: Person | None = None
) -> events.ApplicationAmended:
    return events.ApplicationAmended(
        **_application(number, revision, who), amended_at=NOW, changed=("cct_date",)
    )


def acknowledged(number: int = 1, revision: int = 2) -> events.SubmissionAcknowledged:
    return events.SubmissionAcknowledged(
        **_application(number, revision, None), received_at=NOW, outcome="applied_again"
    )


def form_received() -> events.FormReceived:
    return events.FormReceived(
        cohort="2024-25", submission_id="submission-1", person=person(1), received_at=NOW
    )


def set_aside(number: int = 1, revision: int = 3) -> events.SubmissionSetAside:
    return events.SubmissionSetAside(
        **_application(number, revision, None), received_at=NOW, outcome="applied_again"
    )


def form_set_aside() -> events.FormSetAside:
    return events.FormSetAside(**form_received().model_dump())


def waitlisted(number: int = 1, revision: int = 2) -> events.ApplicationWaitlisted:
    return events.ApplicationWaitlisted(**_application(number, revision, None), position=3)


def offered(number: int = 1, revision: int = 2) -> events.PlaceOffered:
    return events.PlaceOffered(
        **_application(number, revision, None),
        offered_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )


def leave_outstanding(number: int = 1, revision: int = 4) -> events.StudyLeaveOutstanding:
    need = events.LeaveNeed(
        session_key="module-3",
        title="Module 3",
        on=date(2025, 2, 20),
        need="tell_trust",
        trust="West Suffolk",
    )
    return events.StudyLeaveOutstanding(**_application(number, revision, None), needs=(need,))


def accepted(number: int = 1, revision: int = 3, who: Person | None = None) -> events.PlaceAccepted:
    return events.PlaceAccepted(**_application(number, revision, who), accepted_at=NOW)


def referred(number: int = 1, revision: int = 2) -> events.ApplicationReferred:
    return events.ApplicationReferred(
        **_application(number, revision, None), reasons=("Your CCT date is borderline.",)
    )


def documents(number: int = 1, revision: int = 2) -> events.DocumentsNeeded:
    return events.DocumentsNeeded(
        **_application(number, revision, None), documents_needed=("your CV (it has no pages)",)
    )


def declined(number: int = 1, revision: int = 3) -> events.PlaceDeclined:
    return events.PlaceDeclined(**_application(number, revision, None), declined_at=NOW)


def rejected(number: int = 1, revision: int = 3) -> events.ApplicationRejected:
    return events.ApplicationRejected(
        **_application(number, revision, None), reasons=("Your training has ended.",)
    )


def lapsed(number: int = 1, revision: int = 3) -> events.OfferLapsed:
    return events.OfferLapsed(**_application(number, revision, None), lapsed_at=NOW)


def merged(number: int = 1, revision: int = 4) -> events.ApplicationWithdrawn:
    return events.ApplicationWithdrawn(
        **_application(number, revision, None),
        withdrawn_at=NOW,
        was_fellow=False,
        merged_into="NS24-0099",
    )


def withdrawn(number: int = 1, revision: int = 4) -> events.ApplicationWithdrawn:
    return events.ApplicationWithdrawn(
        **_application(number, revision, None), withdrawn_at=NOW, was_fellow=True
    )


def _session(
    number: int, revision: int, on: date, starts: time | None, audience: tuple[str, ...] | None
) -> dict[str, object]:
    return {
        "cohort": COHORT,
        "session_id": f"session-{number}",
        "revision": revision,
        "kind": "masterclass",
        "title": f"Masterclass {number}",
        "on": on,
        "starts": starts,
        "ends": time(starts.hour + 2) if starts else None,
        "venue": "Online",
        "joining": "https://meet.example.org/ns",
        "audience": audience,
    }


def scheduled(
    number: int = 1,
    revision: int = 1,
    on: date = date(2024, 10, 8),
    starts: time | None = time(17),
    audience: tuple[str, ...] | None = None,
) -> events.SessionScheduled:
    return events.SessionScheduled(**_session(number, revision, on, starts, audience))


def changed(
    number: int = 1,
    revision: int = 2,
    on: date = date(2024, 10, 9),
    starts: time | None = time(17),
    audience: tuple[str, ...] | None = None,
) -> events.SessionChanged:
    return events.SessionChanged(
        **_session(number, revision, on, starts, audience), changed=("on",)
    )


def cancelled(number: int = 1, revision: int = 3) -> events.SessionCancelled:
    return events.SessionCancelled(
        cohort=COHORT,
        session_id=f"session-{number}",
        revision=revision,
        title=f"Masterclass {number}",
        reason="The speaker is ill.",
    )


def slot_booked(number: int = 1, revision: int = 1) -> events.SlotBooked:
    starts = datetime(2024, 10, 28, 9, tzinfo=UTC)
    return events.SlotBooked(
        cohort=COHORT,
        revision=revision,
        slot_id="slot-1",
        person=person(number),
        title="360 debrief",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        venue="Zoom",
    )


def slot_released(number: int = 1, revision: int = 2) -> events.SlotReleased:
    return events.SlotReleased(**slot_booked(number).model_dump() | {"revision": revision})


def _verdict(number: int, revision: int) -> dict[str, object]:
    return {
        "cohort": COHORT,
        "revision": revision,
        "session_id": "session-1",
        "session_kind": "masterclass",
        "session_title": "Masterclass 1",
        "on": date(2024, 10, 8),
        "person_id": f"person-{number}",
    }


def attended(number: int = 1, revision: int = 1) -> events.SessionAttended:
    return events.SessionAttended(**_verdict(number, revision))


def missed(number: int = 1, revision: int = 1, *, apologies: bool = False) -> events.SessionMissed:
    return events.SessionMissed(**_verdict(number, revision), apologies=apologies)


def standing(
    number: int = 1, revision: int = 1, now: events.scheduling.Standing = "on_track"
) -> events.StandingChanged:
    return events.StandingChanged(
        cohort=COHORT,
        revision=revision,
        person_id=f"person-{number}",
        standing=now,
        reasons=("You have missed 2 masterclasses.",),
        masterclasses_attended=2,
        masterclasses_required=4,
        modules_attended=1,
        modules_waived=0,
        modules_required=4,
    )


def requirements(number: int = 1, revision: int = 1, *, met: bool = True) -> events.RequirementsMet:
    return events.RequirementsMet(
        cohort=COHORT, revision=revision, person_id=f"person-{number}", met=met
    )


def sets(*members: tuple[int, ...], revision: int = 1) -> events.SetsAllocated:
    return events.SetsAllocated(
        cohort=COHORT,
        revision=revision,
        sets=tuple(
            events.LearningSet(
                set_id=f"set-{letter}",
                name=f"Set {letter}",
                members=tuple(
                    events.SetMember(person_id=f"person-{n}", name=f"Dr Applicant {n}")
                    for n in numbers
                ),
                session_ids=("als-1", "als-2"),
            )
            for letter, numbers in zip("ABCDEFGH", members, strict=False)
        ),
    )


def _project(revision: int, title: str, authors: tuple[int, ...]) -> dict[str, object]:
    return {
        "cohort": COHORT,
        "revision": revision,
        "project_id": "project-1",
        "title": title,
        "authors": tuple(person(n) for n in authors),
    }


def registered(
    revision: int = 1, title: str = "Fewer falls", authors: tuple[int, ...] = (1, 2)
) -> events.ProjectRegistered:
    return events.ProjectRegistered(**_project(revision, title, authors))


def handed_in(
    revision: int = 2, title: str = "Fewer falls", authors: tuple[int, ...] = (1, 2)
) -> events.ProjectSubmitted:
    return events.ProjectSubmitted(**_project(revision, title, authors), submitted_at=NOW)


def _co_author(revision: int, number: int) -> dict[str, object]:
    return {
        "cohort": COHORT,
        "revision": revision,
        "project_id": "project-1",
        "title": "Fewer falls",
        "person": person(number),
    }


def co_author_invited(revision: int = 1, number: int = 1) -> events.CoAuthorInvited:
    return events.CoAuthorInvited(**_co_author(revision, number), invited_by=person(2))


def co_author_invitation_withdrawn(
    revision: int = 2, *, submitted: bool = False
) -> events.CoAuthorInvitationWithdrawn:
    return events.CoAuthorInvitationWithdrawn(**_co_author(revision, 1), submitted=submitted)


def co_author_answered(revision: int = 2, *, accepted: bool = True) -> events.CoAuthorAnswered:
    told = (person(1),)
    return events.CoAuthorAnswered(**_co_author(revision, 2), accepted=accepted, authors=told)


def author_left(number: int = 1, *, by_office: bool = False) -> events.AuthorLeft:
    rest = tuple(person(n) for n in (1, 2) if n != number)
    return events.AuthorLeft(**_co_author(3, number), by_office=by_office, authors=rest)


def poster_removed(revision: int = 2, *, submitted: bool = False) -> events.PosterRemoved:
    return events.PosterRemoved(**_project(revision, "Fewer falls", (1, 2)), submitted=submitted)


def decided(*winners: tuple[int, ...], revision: int = 1) -> events.AwardsDecided:
    return events.AwardsDecided(
        cohort=COHORT,
        revision=revision,
        winners=tuple(
            events.Winner(
                project_id=f"project-{rank}",
                title=f"Project {rank}",
                rank=rank,
                score=20 - rank,
                people=tuple(person(n) for n in numbers),
            )
            for rank, numbers in enumerate(winners, start=1)
        ),
        method="0" * 64,
        decided_at=NOW,
    )


def panellist_invited(number: int = 90) -> events.PanellistInvited:
    return events.PanellistInvited(
        cohort=COHORT, revision=1, panellist=person(number, "Prof Judge"), organisation="KHP"
    )


def reviewer_invited(number: int = 80) -> events.ReviewerInvited:
    return events.ReviewerInvited(cohort=COHORT, revision=1, reviewer=person(number, "Dr Reviewer"))


def graduated(number: int = 1) -> events.FellowGraduated:
    return events.FellowGraduated(
        cohort=COHORT,
        revision=1,
        person=person(number),
        graduated_on=date(2025, 7, 22),
        bursary=True,
    )


def certificate(number: int = 1) -> events.CertificateIssued:
    return events.CertificateIssued(
        cohort=COHORT,
        revision=1,
        person=person(number),
        certificate_number="NS24-C-0001",
        verify_url="https://nextstep.example.org/awards/verify/NS24-C-0001",
        issued_on=date(2025, 7, 22),
    )


def discount(number: int = 1) -> events.DiscountIssued:
    return events.DiscountIssued(
        cohort=COHORT,
        revision=1,
        person=person(number),
        fee_pounds=200,
        valid_until=date(2027, 7, 22),
    )


def membership(number: int = 1) -> events.MembershipExpiring:
    return events.MembershipExpiring(
        cohort=COHORT, revision=1, person=person(number), expires_on=date(2025, 10, 1)
    )


def apply(
    sent: Mapping[tuple[str, str], Invitation], steps: Iterable[CalendarStep]
) -> dict[tuple[str, str], Invitation]:
    """What has been sent once `steps` are on their way."""
    after = dict(sent)
    for step in steps:
        after[step.invitation.entry_id, step.invitation.person_id] = step.invitation
    return after
