"""Any duplication and any order of what the service hears ends in the same state."""

import secrets
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from nextstep_contracts import EmailBounced, EmailSent, PersonErased
from nextstep_local.testing import converges

from .admitting import START, admitting, submitted
from .builders import cohort

pytestmark = pytest.mark.stack
EXAMPLES = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""Few, because each is a whole cohort on the real database."""
numbers = count(1)


def applicants(start):
    """A small cohort's receipts.

    Plain, amended, incomplete, ineligible, without a number, late,
    and late beside in time. Which of two doubtful submissions comes first is the one exception: the
    office decides on the other (test_versions)."""
    deadline = int((cohort().deadline - START).total_seconds() // 60)
    return [
        submitted(start, 0),
        submitted(start + 1, 1, papers=("cv",)),
        submitted(start + 1, 30, papers=("statement_1", "statement_2")),
        submitted(start + 2, 2, cct_date=None),
        submitted(start + 2, 40, trust="Another trust"),
        submitted(start + 2, 20, unusable=("cv",), specialty="Paediatrics"),
        submitted(start + 3, 3, region="London"),
        submitted(start + 4, deadline + 5),
        submitted(start + 5, 5, gmc_number=None),
        submitted(start + 6, 7, in_training_on=None),
        submitted(start + 6, deadline + 6, trust="After the deadline"),
        submitted(start + 7, deadline + 7, papers=("cv",)),
        submitted(start + 7, 9, papers=("statement_1", "statement_2")),
    ]


def essence(applications):
    """What must be the same; ids and references are given in the order of arrival."""
    return sorted(
        (
            a.answers.model_dump_json(exclude={"email"}),
            a.state,
            a.late,
            a.first_submitted_at,
            a.submitted_at,
            tuple((k, d.file_id, d.problem) for k, d in sorted(a.documents.items())),
            a.assessment.model_dump_json(),
        )
        for a in applications
    )


async def state_after(mongo_url, receipts, year):
    database = f"test_{secrets.token_hex(6)}"
    try:
        return await processed(mongo_url, database, receipts, year)
    finally:
        with MongoClient(mongo_url) as client:
            client.drop_database(database)


async def processed(mongo_url, database, receipts, year):
    async with admitting(mongo_url, database, year) as here:
        here.clock.set(here.cohort.deadline + timedelta(days=1))
        for receipt in receipts:
            await here.take(receipt)
        await here.ledger()
        stored = await here.messaging.db.read("submissions").count(
            {"_id": {"$in": [r.receipt_id for r in receipts]}}
        )
        return essence(await here.applications()), stored


@EXAMPLES
@given(data=st.data())
async def test_receipts_converge_under_duplication_and_disorder(mongo_url, data):
    first = next(numbers) * 100
    receipts = applicants(first)
    plain = cohort(mode="reviewed").model_copy(update={"id": f"plain-{first}"})
    expected = await state_after(mongo_url, receipts, plain)
    disorder = data.draw(converges(receipts))
    found = await state_after(mongo_url, disorder, plain)
    assert found == expected
    assert found[1] == len(receipts)


@EXAMPLES
@given(data=st.data())
async def test_with_rolling_offers_any_order_keeps_the_promises_of_the_ledger(
    mongo_url, mongo_database, data
):
    first = next(numbers) * 100
    receipts = data.draw(converges([submitted(first + n, n) for n in range(8)]))
    year = cohort(places=3).model_copy(update={"id": f"rolling-{first}"})
    async with admitting(mongo_url, mongo_database, year) as here:
        for receipt in receipts:
            await here.take(receipt)
        ledger = await here.ledger()
        order = list(dict.fromkeys(r.answers.email for r in receipts))
        known = {a.id: a.answers.email for a in await here.applications()}
        assert [known[o.application_id] for o in ledger.offers] == order[:3]
        assert [known[one] for one in ledger.waiting] == order[3:]


def mail(number, kind, revision, person_id, application_id):
    facts = {
        "email_id": f"mail-{number}",
        "revision": revision,
        "cause_id": UUID(int=number),
        "cause_type": "applications.PlaceOffered.v1",
        "cause_subject": application_id,
        "person_id": person_id,
        "template": "place_offered",
    }
    if kind == "sent":
        return EmailSent(**facts, sent_at=START, title="We offer you a place")
    return EmailBounced(**facts, bounced_at=START, permanent=True, diagnostic="No such mailbox")


@EXAMPLES
@given(data=st.data())
async def test_mail_and_erasure_converge_under_duplication_and_disorder(
    mongo_url, mongo_database, data
):
    first = next(numbers) * 100
    year = cohort(places=1).model_copy(update={"id": f"mail-{first}"})
    async with admitting(mongo_url, mongo_database, year) as here:
        for number in range(3):
            await here.take(submitted(first + number, number))
        gone, stays, _ = await here.applications()
        events = [
            mail(first + 1, "sent", 1, gone.person_id, gone.id),
            mail(first + 1, "bounced", 2, gone.person_id, gone.id),
            mail(first + 2, "sent", 1, stays.person_id, stays.id),
            mail(first + 2, "bounced", 2, stays.person_id, stays.id),
            mail(first + 2, "sent", 3, stays.person_id, stays.id),
            PersonErased(person_id=gone.person_id, erased_at=START),
        ]
        for event in data.draw(converges(events)):
            await here.hear(event)
        read = here.messaging.db.read("correspondence")
        assert (await read.get(gone.person_id))["mail"] == []
        (kept,) = (await read.get(stays.person_id))["mail"]
        assert (kept["sent"]["revision"], kept["bounced"]["revision"]) == (3, 2)
        states = [a.state for a in await here.applications()]
        assert states == ["withdrawn", "offered", "waitlisted"]
        await here.ledger()
