"""What is held about a person, for their own access request and for erasure."""

from datetime import datetime
from typing import Any

from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating.audit import ENTRIES, erase_details
from scheduling.attendance.store import evidence_on_person, forget_evidence
from scheduling.fellows.store import in_every_cohort, save_fellow
from scheduling.fellows.who_is_a_fellow import erase
from scheduling.learning_sets.store import allocation_of
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
        "changes_made_about_the_person": await read(ENTRIES).find({"about": person_id}),
    }


async def erase_person(uow: UnitOfWork, person_id: str) -> None:
    """Erase a person from this service; doing it again changes nothing.

    Their learning set follows when the running service hears of the erasure.
    """
    await erase_held(uow, person_id, uow.now)


async def erase_held(uow: UnitOfWork, person_id: str, at: datetime) -> None:
    """Erase what is held about a person, from earlier cohorts too, as of `at`."""
    await forget_evidence(uow, person_id)
    await erase_details(uow, person_id, by=person_id)
    for fellow in await in_every_cohort(uow.collection, person_id):
        await save_fellow(uow, erase(fellow, at))
