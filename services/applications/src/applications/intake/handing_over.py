"""A submission turns out to belong to another application, with all that came with it."""

from collections.abc import Sequence

from applications.admissions import kept_versions
from applications.admissions.application import Application
from applications.admissions.versions import Version
from applications.admissions.waiting import (
    DoubtedTime,
    EarlierText,
    HeldSubmission,
    Reason,
    Reasons,
    with_reason,
)
from applications.documents.store import give_fetches
from applications.intake.store import give_owner
from nextstep_messaging import UnitOfWork


async def hand_over(
    uow: UnitOfWork, version: Version, to: tuple[str, str], *, in_force: bool
) -> None:
    """Make a version that waited another application's, with its receipt and its files.

    Args:
        uow: the transaction.
        version: it waits for the office.
        to: the other application's id, and that of its person.
        in_force: whether it is in force there; else it waits on.

    """
    await kept_versions.give(uow, version, *to, in_force=in_force)
    await give_owner(uow, version.id, *to)
    await give_fetches(uow, version.id, *to)


async def hand_over_waiting(
    uow: UnitOfWork, versions: Sequence[Version], before: Application, after: Application
) -> Application:
    """Let the versions that wait at one application wait at another one.

    Returns:
        the other one, which the office is to look at for all of them.

    """
    for version in versions:
        await hand_over(uow, version, (after.id, after.person_id), in_force=False)
    reasons = after.awaits_office
    for reason in reasons_with(versions, before.awaits_office):
        reasons = with_reason(reasons, reason)
    return after.model_copy(update={"awaits_office": reasons})


def reasons_with(versions: Sequence[Version], reasons: Reasons) -> Reasons:
    """What the office must settle about these versions, which all wait, out of all `reasons`."""
    found: list[Reason] = []
    for version in versions:
        held, mine = version.held, version.id
        if held is not None and held.kind is None:
            found.append(EarlierText(text=held.why))
        elif held is not None and held.kind is not None:
            found.append(HeldSubmission(kind=held.kind, submission_id=mine))
        doubted = (one for one in reasons if isinstance(one, DoubtedTime))
        found += [one for one in doubted if one.submission_id == mine]
    return tuple(found)
