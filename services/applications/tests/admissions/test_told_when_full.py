"""The first that an applicant hears says what there was for them when they came."""

import json

import pytest

from applications.admissions import overriding

from ..admitting import OFFICE, admitting, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack


async def told(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [
        json.loads(row["body"])["places"] for row in rows if ".ApplicationSubmitted." in row["type"]
    ]


async def test_a_place_then_the_waiting_list_then_not_even_that(mongo_url, mongo_database):
    year = cohort(places=1, waiting_list_limit=1)
    async with admitting(mongo_url, mongo_database, year) as here:
        for number in range(4):
            await here.take(submitted(number, number))
        assert await told(here) == ["left", "waiting_list", "full", "full"]
        assert len((await here.ledger()).waiting) == 3  # kept all the same


async def test_after_an_early_close_it_is_full_and_after_a_reopening_the_list_again(
    mongo_url, mongo_database
):
    async with admitting(mongo_url, mongo_database, cohort(places=1)) as here:
        await here.take(submitted(1, 1))
        await here.act(OFFICE, lambda act: overriding.close_early(act, "All taken."))
        await here.take(submitted(2, 2))
        await here.act(OFFICE, lambda act: overriding.reopen(act, "A place more soon."))
        await here.take(submitted(3, 3))
        assert await told(here) == ["left", "full", "waiting_list"]
