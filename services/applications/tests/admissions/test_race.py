"""Many people at once, from several processes: never more places than there are."""

import asyncio
import random
from datetime import timedelta
from functools import partial

import pytest

from applications.admissions import overriding, replying
from applications.study_leave import accepting
from nextstep_contracts import Refused

from ..admitting import APPLICANT, OFFICE, admitting, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack

PLACES = 12
PEOPLE = 45


async def test_a_crowd_of_answers_never_exceeds_the_places(mongo_url, mongo_database):
    year = cohort(places=PLACES)
    async with (
        admitting(mongo_url, mongo_database, year) as one,
        admitting(mongo_url, mongo_database, year) as other,
    ):
        for number in range(PEOPLE):
            await one.take(submitted(number, number))
        people = [a.id for a in await one.applications()]
        waiting = (await one.ledger()).waiting
        refused = 0

        async def answer(here, application_id, answer_with):
            nonlocal refused
            try:
                await here.do(APPLICANT, application_id, answer_with)
            except Refused:
                refused += 1

        acts = [
            accepting.accept,
            lambda act, one: replying.decline(act, one, "No."),
            lambda act, one: replying.withdraw(act, one, "No."),
        ]
        chance = random.Random(7)
        rush = [
            answer(here, who, chance.choices(acts, weights=(5, 3, 1))[0])
            for here in (one, other)
            for who in people
        ]
        chance.shuffle(rush)
        await asyncio.gather(*rush)
        ledger = await one.ledger()  # checks every committed state through the history
        assert len(ledger.accepted) + len(ledger.offers) == PLACES or not ledger.waiting
        assert refused > 0
        rows = await one.messaging.db.read("movements").find({}, sort=[("sequence", 1)])
        left = {r["application_id"] for r in rows if r["kind"] == "withdrawn"}
        promoted = [
            r["application_id"]
            for r in rows
            if r["kind"] == "offered" and r["application_id"] in waiting
        ]
        in_line = [w for w in waiting if w in promoted]
        assert promoted == in_line
        skipped = [w for w in waiting[: waiting.index(promoted[-1])] if w not in promoted]
        assert set(skipped) <= left
        for application in await one.applications():
            assert (application.state == "accepted") == (application.id in ledger.accepted)
            held = ledger.offer_to(application.id) is not None
            assert (application.state == "offered") == held


async def test_answers_and_overrides_at_once_leave_a_ledger_that_its_history_explains(
    mongo_url, mongo_database
):
    year = cohort(places=6)
    async with (
        admitting(mongo_url, mongo_database, year) as one,
        admitting(mongo_url, mongo_database, year) as other,
    ):
        for number in range(20):
            await one.take(submitted(number, number))
        people = [a.id for a in await one.applications()]
        until = (one.clock.now() + timedelta(days=12)).date()
        taken, refused = set(), 0

        async def attempt(attempted, who=None):
            nonlocal refused
            try:
                await attempted
            except Refused:
                refused += 1
            else:
                taken.add(who)

        rush = []
        for number, who in enumerate(people):
            here = (one, other)[number % 2]
            rush += [
                attempt(here.do(APPLICANT, who, accepting.accept), who),
                attempt(here.do(OFFICE, who, overriding.extend_offer, until, "On call.")),
                attempt(here.do(OFFICE, who, overriding.move_in_line, 1, "A mistake.")),
            ]
        for places in (8, 5, 7, 4, 9):
            rush.append(
                attempt(
                    other.act(OFFICE, partial(overriding.change_places, number=places, reason="M."))
                )
            )
        random.Random(11).shuffle(rush)
        await asyncio.gather(*rush)
        ledger = await one.ledger()  # every committed state, by the places of its moment
        assert set(ledger.accepted) == taken - {None}
        assert ledger.free == 0 or not ledger.waiting
        assert refused > 0
