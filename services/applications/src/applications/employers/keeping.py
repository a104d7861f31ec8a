"""The office changes the list of employers."""

from uuid import uuid4

from applications.admissions.act import Act
from applications.employers import employer_list
from applications.employers.employer_list import Change, EmployerDetails, EmployerList
from applications.employers.store import (
    keep_employers,
    load_employers,
    say_again,
    written_by_others,
)
from nextstep_contracts import AlreadySo
from nextstep_messaging import UnitOfWork


async def begin_list(act: Act) -> None:
    """Put the employers of the cohort's file on the list, as far as they are not there."""
    known = await load_employers(act.read)
    await keep_employers(act.uow, known, employer_list.begun_with(known, act.cohort.employers))


async def add_employer(act: Act, details: EmployerDetails) -> str:
    """Add an employer; returns its id.

    Raises:
        Refused: see `employer_list.added`.

    """
    employer_id = uuid4().hex
    await _change(
        act,
        "add-employer",
        employer_id,
        lambda known: employer_list.added(known, employer_id, details),
    )
    return employer_id


async def change_employer(act: Act, employer_id: str, details: EmployerDetails) -> None:
    """Change what is said of an employer.

    Raises:
        Refused: see `employer_list.changed`.

    """
    await _change(
        act,
        "change-employer",
        employer_id,
        lambda known: employer_list.changed(known, employer_id, details),
    )


async def say_who_is_meant(act: Act, employer_id: str, written: str) -> None:
    """Say whom people mean who wrote this, now and from now on.

    Raises:
        Refused: see `employer_list.meant`.

    """
    await _change(
        act,
        "name-employer",
        employer_id,
        lambda known: employer_list.meant(known, employer_id, written),
    )


async def merge_employers(act: Act, employer_id: str, into_id: str) -> None:
    """Make one employer of two: everybody of the first is at the second from now on.

    Raises:
        Refused: see `employer_list.merged`.

    """
    await _change(
        act,
        "merge-employers",
        employer_id,
        lambda known: employer_list.merged(known, employer_id, into_id),
    )


async def separate_employers(act: Act, employer_id: str) -> None:
    """Take a merger back.

    Raises:
        Refused: see `employer_list.separated`.

    """
    await _change(
        act,
        "separate-employers",
        employer_id,
        lambda known: employer_list.separated(known, employer_id),
    )


async def forget_words(uow: UnitOfWork, person_id: str) -> None:
    """Forget how somebody who is erased wrote the names of employers, unless others do, too.

    Whatever of the list is people's words goes that nobody else has in an application. So it does
    also where the list was restored, and the application, which was sealed, is empty already.
    """
    known = await load_employers(uow.collection)
    learnt = {name for entry in known.entries for name in entry.learnt}
    if learnt:
        others = await written_by_others(uow.collection, person_id)
        await keep_employers(uow, known, employer_list.forgotten(known, learnt, others))


async def say_list_again(uow: UnitOfWork) -> None:
    """Say the list to the other services once more, after one of them or this one was restored.

    By a revision that none has heard: after a restore of this service they know higher ones than
    it has, and would keep what they had, with the words of who is erased again.
    """
    known = await load_employers(uow.collection)
    if known.entries:
        await say_again(uow, known, max(known.revision + 1, int(uow.now.timestamp())))


async def _change(act: Act, action: str, about: str, change: Change) -> EmployerList:
    known = await load_employers(act.read)
    after = change(known)
    if not await keep_employers(act.uow, known, after):
        raise AlreadySo("Nothing is different: it was like this already.")
    act.audit(action, about)
    return after
