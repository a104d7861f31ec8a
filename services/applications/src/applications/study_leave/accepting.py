"""A place is accepted together with the study-leave declaration, which is brought up to date later.

Each deed has its rule beside it, which says what becomes of the application.
"""

from collections.abc import Sequence

from applications.admissions.act import Act
from applications.admissions.application import Application, Rotation
from applications.admissions.outcome import Outcome
from applications.admissions.replying import accepted
from applications.admissions.states import By
from applications.study_leave.reminding import with_reminders
from nextstep_contracts import Refused, StudyLeaveEntry, StudyLeaveRecorded


def declared(
    so_far: Outcome,
    by: By,
    study_leave: Sequence[StudyLeaveEntry],
    rotations: Sequence[Rotation] | None = None,
) -> Outcome:
    """The declarations for the sessions named are replaced; others stand as they were.

    Rotations, if given, replace those told before.

    Raises:
        Refused: only Fellows declare study leave.

    """
    application = so_far.application
    if application.state != "accepted":
        raise Refused("Study leave is declared once a place is accepted.")
    entries = {entry.session_key: entry for entry in (*application.study_leave, *study_leave)}
    whole = tuple(sorted(entries.values(), key=lambda entry: (entry.on, entry.session_key)))
    moves = application.rotations if rotations is None else tuple(rotations)
    return with_reminders(
        so_far.changed(study_leave=whole, rotations=moves)
        .done("study-leave", "study_leave", "Study leave declared", by.name)
        .told(StudyLeaveRecorded, entries=whole)
    )


async def accept(
    act: Act,
    application: Application,
    study_leave: Sequence[StudyLeaveEntry],
    rotations: Sequence[Rotation] = (),
) -> None:
    """Take the offered place, with the study-leave declaration and the year's rotations.

    Raises:
        Refused: there is nothing to accept, or the offer has ended.

    """
    outcome = accepted(await act.about(application), act.by)
    if study_leave:
        outcome = declared(outcome, act.by, study_leave, rotations)
    else:
        outcome = with_reminders(outcome)
    await act.keep(outcome)


async def record_study_leave(
    act: Act,
    application: Application,
    study_leave: Sequence[StudyLeaveEntry],
    rotations: Sequence[Rotation] | None = None,
) -> None:
    """Bring a Fellow's declarations up to date; see `declared`."""
    await act.keep(declared(await act.about(application), act.by, study_leave, rotations))
