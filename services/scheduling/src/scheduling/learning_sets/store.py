"""The allocation to learning sets, one document for a cohort."""

from collections.abc import Collection as Some

from nextstep_messaging import Collection, UnitOfWork
from scheduling.fellows.records import Read, from_document, save
from scheduling.learning_sets.allocation import Allocation

ALLOCATIONS = "allocations"
COLLECTIONS = (Collection(ALLOCATIONS),)


async def allocation_of(read: Read, cohort: str) -> Allocation | None:
    """The allocation to learning sets, once made."""
    document = await read(ALLOCATIONS).get(cohort)
    return from_document(Allocation, document) if document else None


async def allocation_known_to(read: Read, cohort: str, closed: Some[str]) -> Allocation | None:
    """The allocation, but for people of whom whoever looks must learn nothing."""
    allocation = await allocation_of(read, cohort)
    return allocation and allocation.without(closed)


async def save_allocation(uow: UnitOfWork, allocation: Allocation) -> Allocation:
    """Store the allocation."""
    return await save(uow, ALLOCATIONS, allocation.cohort, allocation)
