"""What a conflict of interest keeps from a reviewer is said to the other services."""

import json
from contextlib import nullcontext

import pytest
import pytest_asyncio

from applications.admissions.traits import Traits
from applications.data_protection import erase, erase_known
from applications.office.duplicates import merge
from applications.review import reviewing
from applications.review.conflicts import told_as
from applications.review.deciding_conflicts import decide_conflict, declare
from applications.review.saying_conflicts import closings, say_everything
from nextstep_contracts import AlreadySo, PersonErased, Refused
from nextstep_messaging.operating.audit import Actor
from nextstep_programme import Criterion
from nextstep_web.conflicts import Closed
from nextstep_web.kept_conflicts import SAID, forget

from ..admitting import OFFICE, admitting, submitted
from ..builders import cohort
from ..reviewing import application, case, reviewer

ADA, BEN = "ada@x.org", "ben@x.org"
ENDS = {1: "Nothing.", 5: "Everything."}
CRITERIA = (Criterion(key="motivation", title="Motivation", anchors=ENDS),)
ADA_ACTS = Actor("staff", ADA, "Ada", "127.0.0.1")


def test_a_duplicate_is_closed_by_the_one_that_counts_and_not_the_other_way_round():
    own = reviewer("person2@example.org")
    counts = case(2, reviewers=[own])
    double = case(1, reviewers=[own], duplicate_of=counts.id)
    known_as = told_as("2024-25", own.email)
    assert list(closings([double, counts])) == [
        Closed(own.email, "person-01", "own_application", known_as),
        Closed(own.email, "person-02", "own_application", known_as),
    ]
    other = case(1, reviewers=[reviewer("person1@example.org")], duplicate_of=counts.id)
    assert [one.person_id for one in closings([case(2), other])] == ["person-01"]
    assert list(closings([case(2, reviewers=[own], erased=True)])) == []


def test_what_is_said_is_why_as_a_class_and_no_word_of_it():
    works = reviewer(ADA, trust=application(1).answers.trust)
    (found,) = closings([case(1, reviewers=[works])])
    assert (found.reason, Traits.of_applicant(application(1).answers).trust != "") == (
        "same_trust",
        True,
    )


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    rules = cohort(mode="reviewed", criteria=CRITERIA, tie_breaks=("submitted",), places=2)
    async with admitting(mongo_url, mongo_database, rules) as here:
        for number, email in enumerate((ADA, BEN)):
            entry = (email, email[:3].title(), f"Hospital {number}")
            await here.act(OFFICE, lambda act, e=entry: reviewing.add_reviewer(act, *e))
        for number in (1, 2):
            await here.take(submitted(number, number, trust=f"Other Place {number * 7}"))
            await reviews(here, number)
        yield here


async def reviews(here, number):
    """Both are asked to review."""
    one = (await here.applications())[number - 1].id
    for email in (ADA, BEN):
        await here.act(OFFICE, lambda act, e=email: reviewing.assign(act, one, e))


async def said(here):
    """What the other services were told last, in the order of saying."""
    rows = await here.messaging.db.read("_outbox").find(
        {"type": "applications.ConflictChanged.v1"}, sort=[("position", 1)]
    )
    data = [json.loads(row["body"]) for row in rows]
    ids = {a.person_id: a.reference[-1] for a in await here.applications()}
    return [
        (one["viewer"][:3], ids[one["person_id"]], one["closed"], one["revision"]) for one in data
    ]


@pytest.mark.stack
async def test_a_conflict_is_said_when_it_is_declared_confirmed_and_lifted(here):
    first, second = [one.id for one in await here.applications()]
    about = {"kind": "personal", "reason": "My cousin."}
    await here.act(ADA_ACTS, lambda act: declare(act, first, *about.values()))
    with pytest.raises(Refused):
        await here.act(OFFICE, lambda act: decide_conflict(
            act, second, BEN, kind="nothing", reason="", effective=True))  # fmt: skip
    for effective, again in ((True, False), (True, True), (False, False)):
        with pytest.raises(AlreadySo) if again else nullcontext():
            await here.act(OFFICE, lambda act, e=effective: decide_conflict(
                act, second, BEN, **about, effective=e))  # fmt: skip
    told = [("ada", "1", True, 1), ("ben", "2", True, 1), ("ben", "2", False, 2)]
    assert await said(here) == told
    texts = str(await here.messaging.db.read("_outbox").find({})).count("My cousin")
    assert texts == 0
    await here.act(None, say_everything)
    assert await said(here) == told


@pytest.mark.stack
async def test_a_likeness_is_said_whether_the_reviewer_or_the_answers_are_new(here):
    await here.take(submitted(3, 3, trust="Hospital 0"))
    assert await said(here) == [("ada", "3", True, 1)]
    await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, BEN, "Ben", "Other Place 14"))
    assert (await said(here))[1:] == [("ben", "2", True, 1)]
    await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, BEN, "Ben", "Elsewhere"))
    assert (await said(here))[2:] == [("ben", "2", False, 2)]


@pytest.mark.stack
async def test_a_merge_closes_both_and_an_erasure_leaves_nothing(here):
    first, second = await here.applications()
    await here.act(ADA_ACTS, lambda act: declare(act, first.id, "other", "Friends."))
    await here.do(OFFICE, first.id, merge, second.id, "She rang.")
    assert await said(here) == [("ada", "1", True, 1), ("ada", "2", True, 1)]
    lifted = {"kind": "other", "reason": "A namesake.", "effective": False}
    await here.act(OFFICE, lambda act: decide_conflict(act, second.id, ADA, **lifted))
    assert (await said(here))[2:] == [("ada", "2", False, 2)]
    await here.act(
        OFFICE, lambda act: decide_conflict(act, second.id, ADA, **lifted | {"effective": True})
    )
    for one in (first.person_id, second.person_id):
        await here.messaging.transact(lambda uow, one=one: erase(uow, one))
        await here.messaging.transact(lambda uow, one=one: forget(uow, one))
    assert await here.messaging.db.read(SAID).find({}) == []
    await here.act(None, say_everything)
    assert len(await said(here)) == 4


@pytest.mark.stack
async def test_of_an_erased_reviewer_nothing_stays_of_what_was_said(here):
    first = (await here.applications())[0].id
    await here.act(ADA_ACTS, lambda act: declare(act, first, "other", "Friends."))
    (said_of_ada,) = await here.messaging.db.read(SAID).find({})
    (known_as,) = await here.messaging.transact(lambda uow: erase_known(uow, ADA))
    assert (said_of_ada["viewer"], said_of_ada["viewer_id"]) == (ADA, known_as)
    await here.hear(PersonErased(person_id=known_as, erased_at=here.clock.now()))
    await here.act(None, say_everything)
    assert await here.messaging.db.read(SAID).find({"viewer": ADA}) == []
    with pytest.raises(Refused, match="was erased"):
        await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, ADA, "Ada", None))


@pytest.mark.stack
async def test_what_an_earlier_release_decided_is_said_once(here):
    first = (await here.applications())[0].id
    await here.act(ADA_ACTS, lambda act: declare(act, first, "other", "Friends."))
    await here.messaging.db.write(SAID).delete({})
    await here.messaging.db.write("_outbox").delete({})
    for _ in range(2):
        await here.act(None, say_everything)
    assert await said(here) == [("ada", "1", True, 1)]
