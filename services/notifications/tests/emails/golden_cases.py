"""Every email in every shape: what an event, or a change of a calendar, makes somebody read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import nextstep_contracts as events
from nextstep_contracts import Event

from .. import builders as b

ADVERT = "Win big at www.evil.example"
HOSTILE = 'Ada\r\nBcc: x@example.org <b onclick="x">Okafor</b>\u202e & Söhne'


def with_(event: Event, **changes: object) -> Event:
    return event.model_copy(update=changes)


def _needs(*kinds: str, **more: Any) -> tuple[events.LeaveNeed, ...]:
    return tuple(
        events.LeaveNeed(
            session_key=f"session-{n}",
            title=f"Masterclass {n}: Making & Evaluating",
            on=date(2025, 2, n),
            need=kind,  # type: ignore[arg-type] - from the calls below
            trust="West Suffolk" if n % 2 else None,
            **more,
        )
        for n, kind in enumerate(kinds, start=1)
    )


EVENTS: dict[str, Event] = {
    "application_received.plain": b.submitted(),
    "application_received.late": with_(b.submitted(), late=True),
    "application_received.documents": with_(
        b.submitted(), documents_needed=("Your CV: it could not be <opened>", "A photograph")
    ),
    "application_received.all": with_(b.submitted(), late=True, documents_needed=("Your CV",)),
    "application_received.advert": b.submitted(who=b.person(1, ADVERT)),
    "application_received.hostile": b.submitted(who=b.person(1, HOSTILE)),
    "application_received.midnight": with_(
        b.submitted(), submitted_at=datetime(2024, 9, 9, 23, tzinfo=UTC)
    ),
    "application_received.again": with_(b.submitted(), again=True),
    "application_received.files": with_(
        b.submitted(), about_files=("CV: we use “CV” (PDF), not “www.evil.example” (PDF)",)
    ),
    "application_updated.plain": with_(b.amended(), changed=()),
    "application_updated.changed": b.amended(),
    "application_updated.files": with_(
        b.amended(), about_files=("CV: we use “CV” (PDF), not “Old” (PDF)",)
    ),
    "application_updated.all": with_(
        b.amended(), changed=("cct_date", "trust"), documents_needed=("Your CV",)
    ),
    "submission_acknowledged.again": b.acknowledged(),
    "submission_acknowledged.decided": with_(b.acknowledged(), outcome="after_decision"),
    "submission_acknowledged.late": with_(b.acknowledged(), outcome="after_deadline"),
    "submission_acknowledged.unchanged": with_(b.acknowledged(), outcome="unchanged"),
    "submission_acknowledged.older": with_(b.acknowledged(), outcome="unchanged", older=True),
    "submission_acknowledged.files": with_(
        b.acknowledged(),
        outcome="unchanged",
        about_files=("CV: we cannot use “New” (PDF): the file was empty. We keep “CV” (PDF)",),
    ),
    "form_received.plain": b.form_received(),
    "form_received.hostile": with_(b.form_received(), person=b.person(1, HOSTILE)),
    "submission_set_aside.again": b.set_aside(),
    "submission_set_aside.decided": with_(b.set_aside(), outcome="after_decision"),
    "submission_set_aside.late": with_(b.set_aside(), outcome="after_deadline"),
    "form_set_aside.plain": b.form_set_aside(),
    "form_set_aside.hostile": with_(b.form_set_aside(), person=b.person(1, HOSTILE)),
    "documents_needed.plain": b.documents(),
    "documents_requested.plain": events.DocumentsRequested(**b.documents().model_dump()),
    "application_referred.reasons": b.referred(),
    "application_referred.none": with_(b.referred(), reasons=()),
    "waiting_list.plain": b.waitlisted(),
    "place_offered.plain": b.offered(),
    "place_offered.from_waiting_list": with_(b.offered(), from_waiting_list=True),
    "place_offered.extended": with_(b.offered(), extended=True),
    "place_offered.end_of_day": with_(
        b.offered(), expires_at=datetime(2024, 12, 10, tzinfo=UTC), from_waiting_list=True
    ),
    "offer_lapsed.plain": b.lapsed(),
    "place_accepted.plain": b.accepted(),
    "place_declined.plain": b.declined(),
    "application_rejected.reasons": b.rejected(),
    "application_rejected.none": with_(b.rejected(), reasons=()),
    "application_withdrawn.fellow": b.withdrawn(),
    "application_withdrawn.applicant": with_(b.withdrawn(), was_fellow=False),
    "application_withdrawn.merged": b.merged(),
    "study_leave_outstanding.tell_trust": b.leave_outstanding(),
    "study_leave_outstanding.declare": with_(b.leave_outstanding(), needs=_needs("declare")),
    "study_leave_outstanding.moved": with_(
        b.leave_outstanding(), needs=_needs("declare", "declare", moved_from=date(2025, 1, 30))
    ),
    "study_leave_outstanding.apply": with_(
        b.leave_outstanding(), needs=_needs("declare", not_applied_for=True)
    ),
    "study_leave_outstanding.chase": with_(b.leave_outstanding(), needs=_needs("chase")),
    "study_leave_outstanding.all": with_(
        b.leave_outstanding(), needs=_needs("chase", "declare", "tell_trust", "declare", "chase")
    ),
    "learning_set.others": b.sets((1, 2), (3, 4)),
    "learning_set.alone": with_(
        b.sets((1,)), sets=(b.sets((1,)).sets[0].model_copy(update={"session_ids": ()}),)
    ),
    "session_missed.plain": b.missed(),
    "session_missed.apologies": b.missed(apologies=True),
    "standing_changed.no_slack": b.standing(now="no_slack"),
    "standing_changed.impossible": with_(b.standing(now="impossible"), modules_waived=2),
    "standing_changed.without_reasons": with_(b.standing(now="no_slack"), reasons=()),
    "requirements_met.plain": b.requirements(),
    "project_registered.authors": b.registered(),
    "project_registered.alone": b.registered(authors=(1,), title='Fewer <i>falls</i> & "slips"'),
    "co_author_invited.plain": b.co_author_invited(),
    "co_author_invitation_ended.plain": b.co_author_invitation_withdrawn(),
    "co_author_invitation_ended.submitted": b.co_author_invitation_withdrawn(submitted=True),
    "co_author_answered.yes": b.co_author_answered(),
    "co_author_answered.no": b.co_author_answered(accepted=False),
    "author_left.oneself": b.author_left(),
    "author_left.by_office": b.author_left(by_office=True),
    "poster_removed.registered": b.poster_removed(),
    "poster_removed.submitted": b.poster_removed(submitted=True),
    "project_submitted.authors": b.handed_in(),
    "project_submitted.alone": b.handed_in(authors=(1,), title="Falls" * 60),
    "panel_invited.plain": b.panellist_invited(),
    "reviewer_invited.plain": b.reviewer_invited(),
    "award_won.together": b.decided((1, 2), (3,), (4,), (5,), (6,)),
    "award_won.one_winner": b.decided((1,)),
    "graduated.bursary": b.graduated(),
    "graduated.fee": with_(b.graduated(), bursary=False),
    "certificate_issued.plain": b.certificate(),
    "discount_issued.plain": b.discount(),
    "discount_issued.thousands": with_(b.discount(), fee_pounds=1200),
    "membership_expiring.plain": b.membership(),
}
"""Told by themselves: nothing was heard before."""

COURSES: dict[str, tuple[Event, ...]] = {
    "register_corrected.plain": (b.missed(), b.attended(revision=2)),
    "standing_changed.relief": (b.standing(now="no_slack"), b.standing(revision=2)),
    "place_offered.overtaken": (b.accepted(revision=3), b.offered(revision=2)),
    "co_author_invited.overtaken": (
        b.co_author_invitation_withdrawn(),
        b.co_author_invited(),
    ),
    "project_registered.renamed": (b.registered(), b.registered(revision=2, title="None at all")),
}
"""The last of each is told in the light of the others."""


def courses() -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Every case by its name: the email, a dot and the shape."""
    yield from ((name, (event,)) for name, event in EVENTS.items())
    yield from COURSES.items()


CALENDAR: dict[str, tuple[Event, ...]] = {
    "invitation.timed": (b.scheduled(),),
    "invitation.open": (b.scheduled(starts=None),),
    "invitation.until_later": (with_(b.scheduled(), ends=None),),
    "invitation.not_joinable": (with_(b.scheduled(), joining=None, venue="Bush House & Strand"),),
    "invitation.joined_by_phone": (with_(b.scheduled(), joining="Call 020 7946 0000 <ask>"),),
    "invitation.slot": (b.slot_booked(),),
    "invitation_changed.day": (b.scheduled(), b.changed()),
    "invitation_changed.all": (
        b.scheduled(),
        with_(
            b.changed(starts=time(9, 30)), title="Masterclass 1 <new>", venue="Bush House",
            joining=None,
        ),
    ),
    "invitation_changed.open": (b.scheduled(), b.changed(starts=None)),
    "invitation_cancelled.session": (b.scheduled(), b.cancelled()),
    "invitation_cancelled.slot": (b.slot_booked(), b.slot_released()),
}  # fmt: skip
"""The calendar of one Fellow after each of these; the last is what is told."""
