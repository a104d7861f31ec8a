"""The cards in memory are never behind the database, in whichever process something changed."""

from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from applications.admissions import replying
from applications.admissions.store import people_with_bounces
from applications.data_protection import erase
from applications.office.list.card_index import CardIndex
from nextstep_contracts import EmailBounced

from ...admitting import APPLICANT, admitting, submitted
from ...builders import cohort

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=1)) as found:
        yield found


async def seen(index, here):
    cards = await index.current(here.messaging.db, here.cohort.id)
    return {card.reference: (card.name, card.state) for card in cards}


async def test_every_process_sees_what_any_of_them_committed(here):
    one, other = CardIndex(), CardIndex()
    assert await seen(one, here) == {}
    await here.take(submitted(1))
    await here.take(submitted(2, 1))
    expected = {
        "NS24-0001": ("Person Number1", "offered"),
        "NS24-0002": ("Person Number2", "waitlisted"),
    }
    assert await seen(one, here) == await seen(other, here) == expected
    first, second = await here.applications()
    await here.do(APPLICANT, first.id, replying.decline, "Moving.")
    assert (await seen(one, here))["NS24-0002"] == ("Person Number2", "offered")
    await here.messaging.transact(lambda uow: erase(uow, second.person_id))
    assert (await seen(one, here))["NS24-0002"] == ("(erased)", "offered")
    assert await seen(other, here) == await seen(one, here)


async def test_applications_of_other_cohorts_are_not_shown(here):
    await here.take(submitted(1))
    assert list(await CardIndex().current(here.messaging.db, "2025-26")) == []


async def test_people_whose_mail_came_back_are_found_until_they_are_erased(here):
    await here.take(submitted(1))
    (application,) = await here.applications()
    await here.hear(
        EmailBounced(
            email_id="mail-1",
            person_id=application.person_id,
            revision=1,
            cause_id=uuid4(),
            template="place_offered",
            cause_type="applications.PlaceOffered.v1",
            cause_subject=application.id,
            permanent=True,
            diagnostic="550 no such user",
            bounced_at=here.clock.now() + timedelta(minutes=1),
        )
    )
    assert await people_with_bounces(here.messaging.db.read) == {application.person_id}
    await here.messaging.transact(lambda uow: erase(uow, application.person_id))
    assert await people_with_bounces(here.messaging.db.read) == frozenset()
