"""A place is accepted; study leave is declared later, and as often as it changes.

Each deed has its rule beside it, which says what becomes of the application.
"""

from collections.abc import Sequence

from applications.admissions.act import Act
from applications.admissions.application import Application, LeaveEntry, Rotation
from applications.admissions.outcome import Outcome
from applications.admissions.replying import accepted
from applications.admissions.states import By
from applications.study_leave.reminding import with_reminders
from applications.study_leave.store import calendar_of
from nextstep_contracts import AlreadySo, LeaveDate, Refused, StudyLeaveEntry, StudyLeaveRecorded


def taken(so_far: Outcome, by: By) -> Outcome:
    """The place is the applicant's at once; from now on they are reminded of study leave.

    Raises:
        Refused: there is nothing to accept, or the offer has ended.

    """
    return with_reminders(accepted(so_far, by))


def declared(
    so_far: Outcome,
    by: By,
    study_leave: Sequence[LeaveEntry],
    rotations: Sequence[Rotation] | None = None,
) -> Outcome:
    """The declarations for the days named are replaced; others stand as they were.

    Rotations, if given, replace those told before.

    Raises:
        Refused: only Fellows declare study leave.

    """
    application = so_far.application
    if application.state != "accepted":
        raise Refused("Study leave is declared once a place is accepted.")
    days = {(entry.session_key, entry.on): entry for entry in application.study_leave}
    days |= {(entry.session_key, entry.on): entry for entry in study_leave}
    whole = tuple(sorted(days.values(), key=lambda entry: (entry.on, entry.session_key)))
    moves = application.rotations if rotations is None else tuple(rotations)
    return with_reminders(
        so_far.changed(study_leave=whole, rotations=moves)
        .done("study-leave", "study_leave", "Study leave declared", by.name)
        .told(StudyLeaveRecorded, entries=_answered(whole), not_applied_for=_open(whole))
    )


def _answered(entries: Sequence[LeaveEntry]) -> tuple[StudyLeaveEntry, ...]:
    return tuple(
        StudyLeaveEntry(**entry.model_dump())
        for entry in entries
        if entry.status != "not_applied_for"
    )


def _open(entries: Sequence[LeaveEntry]) -> tuple[LeaveDate, ...]:
    return tuple(
        LeaveDate(session_key=entry.session_key, on=entry.on)
        for entry in entries
        if entry.status == "not_applied_for"
    )


async def accept(act: Act, application: Application) -> None:
    """Take the offered place; see `taken`."""
    so_far = (await act.about(application)).within(await calendar_of(act.read, act.cohort))
    await act.keep(taken(so_far, act.by))


async def record_study_leave(
    act: Act,
    application: Application,
    study_leave: Sequence[LeaveEntry],
    rotations: Sequence[Rotation] | None = None,
) -> None:
    """Bring a Fellow's declarations up to date; see `declared`.

    Raises:
        AlreadySo: it says what was declared before.
        Refused: only Fellows declare study leave.

    """
    so_far = (await act.about(application)).within(await calendar_of(act.read, act.cohort))
    outcome = declared(so_far, act.by, study_leave, rotations)
    after = outcome.application
    said = (application.study_leave, application.rotations)
    if application.study_leave and (after.study_leave, after.rotations) == said:
        raise AlreadySo("We have these dates as you declared them. Thank you.")
    await act.keep(outcome)
