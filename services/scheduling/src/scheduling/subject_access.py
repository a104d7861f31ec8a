"""What is held about a person, for their own access request and for erasure."""

from typing import Any

from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating.audit import ENTRIES
from nextstep_programme import load
from scheduling import store
from scheduling.commands import people
from scheduling.programme import Programme
from scheduling.settings import Settings


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything this service holds about a person, fit for JSON."""
    read = messaging.db.read
    known = await store.everywhere(read, person_id)
    evidence = await store.evidence(read, person_id=person_id)
    allocations = [await store.allocation(read, fellow.cohort) for fellow in known]
    return {
        "fellow": [fellow.model_dump(mode="json") for fellow in known],
        "attendance_evidence": [entry.model_dump(mode="json") for entry in evidence],
        "learning_sets": [
            {"cohort": allocation.cohort, "set": number}
            for allocation in allocations
            if allocation
            for number, members in enumerate(allocation.members, start=1)
            if person_id in members
        ],
        "emails": await read(store.MESSAGES).find({"person_id": person_id}),
        "changes_made_about_the_person": await read(ENTRIES).find({"about": person_id}),
    }


async def erase_person(uow: UnitOfWork, person_id: str) -> None:
    """Erase a person from this service; doing it again changes nothing."""
    settings = Settings()
    programme = Programme.of(load(settings.cohort), settings.late_joiners)
    await people.erase(uow, programme, person_id, uow.now)
