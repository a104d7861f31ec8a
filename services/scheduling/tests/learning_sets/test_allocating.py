"""The office allocates the sets once, whoever else does so at the same moment."""

import asyncio

import pytest

from scheduling.learning_sets.store import allocation_of

from ..builders import COHORT_ID
from ..conftest import Running

pytestmark = pytest.mark.stack


async def test_two_offices_allocating_at_once_make_one_allocation(running: Running):
    await running.fellows(8)
    async with running.staff() as one, running.staff(name="Ben B") as other:
        answers = await asyncio.gather(
            one.post("/scheduling/sets/allocate"), other.post("/scheduling/sets/allocate")
        )
    assert [answer.status_code for answer in answers] == [
        303,
        303,
    ]  # the second is told of the first
    made = await allocation_of(running.read, COHORT_ID)
    assert made is not None
    assert made.revision == 1
    assert sorted(len(members) for members in made.members) == [4, 4]
