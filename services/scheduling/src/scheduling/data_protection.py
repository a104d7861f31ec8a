"""What is held about a person, for their own access request and for erasure."""

from datetime import datetime
from typing import Any

from nextstep_contracts import Refused
from nextstep_messaging import (
    Mentions,
    Messaging,
    NotEntitledError,
    UnitOfWork,
    destroy_key,
    forget_letters,
    forget_mentions,
)
from nextstep_messaging.operating.audit import ENTRIES, erase_details
from nextstep_messaging.operating.erased_words import ERASED
from nextstep_web.access_ended import close_restored
from nextstep_web.kept_conflicts import held
from scheduling.attendance.store import evidence_on_person, forget_evidence
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_of, in_every_cohort, save_fellow
from scheduling.fellows.who_is_a_fellow import erase
from scheduling.holdings import WRITTEN
from scheduling.learning_sets.allocation import without_reasons
from scheduling.learning_sets.store import allocation_of, save_allocation
from scheduling.office.store import emails_to


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything this service holds about a person, fit for JSON."""
    read = messaging.db.read
    known = await in_every_cohort(read, person_id)
    evidence = await evidence_on_person(read, person_id)
    allocations = [await allocation_of(read, fellow.cohort) for fellow in known]
    return {
        "fellow": [fellow.model_dump(mode="json") for fellow in known],
        "attendance_evidence": [one.model_dump(mode="json") for one in evidence],
        "learning_sets": [
            {"cohort": allocation.cohort, "set": number}
            for allocation in allocations
            if allocation and (number := allocation.set_of(person_id))
        ],
        "emails": [one.model_dump(mode="json") for one in await emails_to(read, person_id)],
        "conflicts_of_interest": await held(read, person_id),
        "changes_made_about_the_person": await read(ENTRIES).find({"about": person_id}),
        "acts": await read(ENTRIES).find({"who": person_id}),
    }


def heeds_erasure(sender: str, *, known: bool) -> bool:
    """Whether somebody is to be erased, now or once they are heard of, because `sender` says so.

    Applications says it of Fellows. Others say it of people of whom nothing is held here; should
    it be a Fellow after all, whom this service has not heard of yet, it counts for nothing.

    Raises:
        NotEntitledError: somebody else than applications says it of a Fellow.

    """
    if sender == "applications":
        return True
    if known:
        raise NotEntitledError(f"a Fellow is erased by applications alone, not by {sender}")
    return False


async def owner_of(uow: UnitOfWork, person_id: str) -> str | None:
    """Whose a person is: a Fellow is applications', anybody else is not known here."""
    return "applications" if await in_every_cohort(uow.collection, person_id) else None


async def erase_person(_uow: UnitOfWork, person_id: str) -> list[str]:
    """Refuse to erase anybody because an operator asks for it: nobody's data begins here.

    Raises:
        Refused: always; it says where to ask.

    """
    raise Refused(
        "Scheduling erases whom applications erased. For a Fellow run "
        f"`python -m applications erase-person {person_id}`, for a panellist the same of awards."
    )


async def erase_held(uow: UnitOfWork, person_id: str, at: datetime) -> None:
    """Erase what is held about a person, from earlier cohorts too, as of `at`.

    Doing it again changes nothing.
    """
    await destroy_key(uow, person_id)
    await forget_letters(uow, person_id)
    await forget_evidence(uow, person_id)
    await erase_details(uow, person_id, by=person_id)
    for fellow in await in_every_cohort(uow.collection, person_id):
        await save_fellow(uow, erase(fellow, at))
        await _erase_mentions(uow, fellow)
        await _erase_moves(uow, fellow)


async def erase_restored(uow: UnitOfWork, person_id: str) -> None:
    """Erase somebody after a restore, as applications or awards had said."""
    await erase_held(uow, person_id, uow.now)
    await close_restored(uow, person_id)


async def _erase_mentions(uow: UnitOfWork, fellow: Fellow) -> None:
    """Take somebody's name out of what was written about others, unless one is called the same."""
    everybody = await fellows_of(uow.collection, fellow.cohort)
    others = {one.name for one in everybody if one.person_id != fellow.person_id}
    await forget_mentions(uow, Mentions.of(fellow.called - others), WRITTEN)


async def _erase_moves(uow: UnitOfWork, fellow: Fellow) -> None:
    allocation = await allocation_of(uow.collection, fellow.cohort)
    if allocation is None:
        return
    after = without_reasons(allocation, fellow.person_id, ERASED)
    if after == allocation:
        return
    await save_allocation(uow, after)
    for before, now in zip(allocation.moves, after.moves, strict=True):
        if before != now:  # the trail has the reason with each of the two who swapped
            await erase_details(uow, now.person_id)
