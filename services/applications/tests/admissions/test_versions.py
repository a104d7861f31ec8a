"""Versions of an application: who may amend it, what waits for the office, and what it decides."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.answers import Answers
from applications.admissions.application import Application
from applications.admissions.choosing_a_version import (
    apply_version,
    confirm_address,
    set_aside,
)
from applications.admissions.deciding import reject
from applications.admissions.identity import address_key, recognise
from applications.admissions.versions import changes
from applications.data_protection import erase, erase_known
from nextstep_contracts import Refused
from nextstep_messaging.testing import audit_trail

from ..admitting import OFFICE, START, admitting, paper, submitted
from ..builders import answers, cohort
from ..forms import person

stack = pytest.mark.stack


# who is it?


def known(reference="NS24-0001", **changes):
    return Application(
        id=reference,
        cohort="2024-25",
        person_id=f"person of {reference}",
        reference=reference,
        answers=answers(**changes),
        first_submitted_at=START,
        submitted_at=START,
        arrived=1,
        updated_at=START,
    )


def confirmed(application, email=None):
    return {address_key(email or application.answers.email): application.person_id}


def test_the_number_with_the_address_in_force_is_the_same_person():
    found = recognise(answers(name="Somebody Else Entirely"), [known()])
    assert (found.known, found.doubt, found.concern) == (known(), None, None)


def test_the_number_and_a_like_name_from_a_new_address_are_not_certain_enough():
    found = recognise(answers(email="new@example.org"), [known()])
    assert found.known == known()
    assert found.doubt == "other_address"


def test_a_confirmed_address_is_certain_whether_or_not_it_is_in_force():
    old = known()
    both = confirmed(old) | confirmed(old, "other@example.org")
    for email in ("amara.okafor@example.org", "OTHER@example.org"):
        for number in ("7012345", None):
            found = recognise(answers(email=email, gmc_number=number), [old], both)
            assert (found.known, found.doubt) == (old, None)


def test_an_address_that_nobody_confirmed_or_somebody_else_did_is_not_certain_enough():
    for who in ({}, {address_key("amara.okafor@example.org"): "another person"}):
        found = recognise(answers(gmc_number=None), [known()], who)
        assert found.known == known()
        assert found.doubt == "unconfirmed_address"


def test_contradicting_numbers_are_two_people_even_at_a_confirmed_address():
    old = known()
    found = recognise(answers(gmc_number="7099999"), [old], confirmed(old))
    assert (found.known, found.doubt) == (None, None)
    assert "the same email address" in found.concern


def test_the_number_with_another_name_and_address_is_somebody_to_look_at():
    found = recognise(answers(name="Zoe Field", email="z@example.org"), [known()])
    assert (found.known, found.doubt) == (None, None)
    assert "the same number" in found.concern


few = st.sampled_from(["7000001", "7000002", None])
mails = st.sampled_from(["a@example.org", "b@example.org"])
names = st.sampled_from(["Amara Okafor", "A Okafor", "Zoe Field"])


@given(
    new=st.tuples(few, mails, names), old=st.tuples(few, mails, names), who=st.sampled_from("pq-")
)
def test_nothing_is_amended_without_a_proof_that_only_the_person_can_give(new, old, who):
    def said(one):
        return {"gmc_number": one[0], "email": one[1], "name": one[2]}

    application = known(**said(old)).model_copy(update={"person_id": "p"})
    found = recognise(answers(**said(new)), [application], {address_key(new[1]): who})
    amends = found.known is not None and found.doubt is None
    same_number = new[0] is not None and new[0] == old[0]
    proved = who == "p" or (same_number and new[1] == old[1])
    assert not amends or proved
    assert not (amends and new[0] and old[0] and new[0] != old[0])


def named(name):
    return paper("cv", 0).model_copy(update={"name": name})


def test_changes_name_every_answer_old_and_new_and_the_documents_sent():
    before = answers(trust="A", in_training_on=True, cct_date=None, unread={"cct_date": "soon"})
    after = answers(trust="B", in_training_on=False, cct_date="2025-08-06")
    found = changes(before, after, {"cv": named("old.pdf")}, {"cv": named("new.pdf")})
    assert [(c.name, c.before, c.after) for c in found] == [
        ("trust", "A", "B"),
        ("cct_date", "soon", "2025-08-06"),
        ("in_training_on", "Yes", "No"),
        ("cv", "old.pdf", "new.pdf"),
    ]
    assert changes(before, before, {}, {}) == ()
    (again,) = changes(before, before, {"cv": named("a.pdf")}, {"cv": named("a.pdf")})
    assert again.after == "a.pdf (sent again)"


# on the real database


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(mode="reviewed")) as found:
        yield found


async def one(here):
    (application,) = await here.applications()
    return application


async def versions(here):
    rows = await here.messaging.db.read("submissions").find({}, sort=[("submitted_at", 1)])
    return [(row["held"] or {}).get("status") for row in rows]


async def confirm(here, application):
    await confirm_address(here.messaging.db, application, here.clock.now())


def by(here, use_case, submission, reason="Spoke to the applicant."):
    return here.act(OFFICE, lambda act: use_case(act, submission.receipt_id, reason))


@stack
async def test_a_stranger_with_a_public_number_and_name_changes_nothing(here):
    await here.take(submitted(1))
    before = await one(here)
    stranger = submitted(1, 5, email="thief@example.org", trust="Mine")
    await here.take(stranger)
    after = await one(here)
    assert (after.answers, after.state) == (before.answers, before.state)
    assert [one.kind for one in after.awaits_office] == ["other_address"]
    assert await versions(here) == [None, "pending"]
    claimed = await here.messaging.db.read("identities").get("email:thief@example.org")
    assert claimed is None


@stack
async def test_the_office_puts_a_doubtful_version_in_force_and_the_address_is_vouched_for(here):
    await here.take(submitted(1))
    moved = submitted(1, 5, email="new@example.org")
    await here.take(moved)
    with pytest.raises(Refused, match="reason"):
        await by(here, apply_version, moved, " ")
    await by(here, apply_version, moved)
    after = await one(here)
    assert (after.answers.email, after.awaits_office) == ("new@example.org", ())
    await here.take(submitted(1, 9, email="NEW@example.org", gmc_number=None, trust="Third"))
    assert (await one(here)).answers.trust == "Third"
    same = submitted(1, 10, email="NEW@example.org", gmc_number=None, trust="Third")
    await here.take(same)
    with pytest.raises(Refused, match="in force already"):
        await by(here, apply_version, same)
    trail = await audit_trail(here.messaging)
    assert [entry["action"] for entry in trail] == ["apply-version"]


@stack
async def test_an_address_counts_once_its_owner_opened_an_emailed_link(here):
    await here.take(submitted(1, gmc_number=None))
    await here.take(submitted(1, 3, gmc_number=None, trust="Unproved"))
    assert (await one(here)).answers.trust != "Unproved"
    await confirm(here, await one(here))
    await here.take(submitted(1, 5, trust="Proved"))
    assert (await one(here)).answers.trust == "Proved"
    assert await versions(here) == [None, "pending", None]


@stack
async def test_who_confirms_an_address_has_it_from_whoever_only_claimed_it(here):
    await here.take(submitted(1, email="shared@example.org"))
    await here.take(submitted(2, 1, email="shared@example.org"))
    first, second = await here.applications()
    identities = here.messaging.db.read("identities")
    assert (await identities.get("email:shared@example.org"))["person_id"] == first.person_id
    await confirm(here, second)
    await confirm(here, first)
    assert (await identities.get("email:shared@example.org"))["person_id"] == second.person_id


@stack
async def test_a_submission_after_the_deadline_waits_and_can_be_set_aside_and_yet_be_applied(here):
    await here.take(submitted(1))
    here.clock.set(here.cohort.deadline + timedelta(hours=2))
    minutes = int((here.clock.now() - START).total_seconds() // 60)
    late, later = submitted(1, minutes - 1, trust="Late"), submitted(1, minutes, trust="Later")
    await here.take(late)
    await here.take(later)
    assert [it.kind for it in (await one(here)).awaits_office] == ["after_deadline"] * 2
    await by(here, set_aside, late)
    assert [it.submission_id for it in (await one(here)).awaits_office] == [later.receipt_id]
    await by(here, set_aside, later)
    after = await one(here)
    assert (after.awaits_office, after.late) == ((), False)
    assert after.answers.trust == "Norfolk and Norwich University Hospitals"
    with pytest.raises(Refused, match="set aside already"):
        await by(here, set_aside, later)
    await by(here, apply_version, later)
    after = await one(here)
    assert (after.answers.trust, after.late, after.state) == ("Later", False, "eligible")
    assert await versions(here) == [None, "set_aside", "applied"]
    rows = await here.messaging.db.read("submissions").find({}, sort=[("submitted_at", 1)])
    assert Answers.model_validate(rows[0]["answers"]) != after.answers


@stack
async def test_putting_an_earlier_version_in_force_again_takes_an_amendment_back(here):
    first = submitted(1)
    await here.take(first)
    await here.take(submitted(1, 5, trust="A mistake"))
    await by(here, apply_version, first)
    assert (await one(here)).answers == first.answers


@stack
async def test_after_a_decision_other_answers_in_force_leave_the_decision_alone(here):
    await here.take(submitted(1, region="London"))
    application = await one(here)
    await here.do(OFFICE, application.id, reject, "Not in the region.")
    after_all = submitted(1, 9)
    await here.take(after_all)
    assert [it.kind for it in (await one(here)).awaits_office] == ["again_after_rejection"]
    await by(here, apply_version, after_all)
    after = await one(here)
    assert (after.state, after.answers.region) == ("rejected", "East of England")
    assert after.assessment.verdict == "pass"


@stack
async def test_an_address_of_somebody_else_cannot_be_put_in_force(here):
    await here.take(submitted(1))
    await here.take(submitted(2, 1))
    doubtful = submitted(1, 5, email="person2@example.org")
    await here.take(doubtful)
    first, second = await here.applications()
    assert first.awaits_office != ()
    assert second.awaits_office == ()
    with pytest.raises(Refused, match="belongs to another application"):
        await by(here, apply_version, doubtful)


@stack
async def test_a_submission_that_may_be_anothers_is_decided_on_before_an_erasure(here):
    await here.take(submitted(1))
    doubtful = submitted(1, 5, email="other@example.org")
    await here.take(doubtful)
    person_id = (await one(here)).person_id
    with pytest.raises(Refused, match="waits at NS24-0001 that may be somebody else's"):
        await here.messaging.transact(lambda uow: erase_known(uow, person_id))
    assert await here.messaging.db.read("submissions").count({}) == 2
    await by(here, set_aside, doubtful)
    await here.messaging.transact(lambda uow: erase_known(uow, person_id))
    assert await here.messaging.db.read("submissions").count({}) == 0


@stack
async def test_what_waits_and_is_plainly_theirs_keeps_no_erasure_back(here):
    await here.take(submitted(1, region="London"))
    await here.take(replace(submitted(1, 5), said_before=True))
    assert [it.kind for it in (await one(here)).awaits_office] == ["said_before"]
    person_id = (await one(here)).person_id
    await here.messaging.transact(lambda uow: erase_known(uow, person_id))
    assert (await one(here)).erased


@stack
async def test_versions_that_waited_go_with_the_person(here):
    await here.take(submitted(1))
    await here.take(submitted(1, 5, email="other@example.org"))
    application = await one(here)
    await here.messaging.transact(lambda uow: erase(uow, application.person_id))
    assert await here.messaging.db.read("submissions").count({}) == 0
    assert await here.messaging.db.read("receipts").count({"status": {"$ne": "erased"}}) == 0


@stack
async def test_opening_the_page_through_a_link_confirms_and_the_office_sees_versions(running):
    application = await running.take(person(1, gmc_number=None, discipline="acupuncture"))
    async with running.applicant(application["person_id"]) as applicant:
        assert (await applicant.get("/applications/me")).status_code == 200
    identity = await running.read("identities").get("email:person1@example.org")
    assert identity["confirmed_at"] is not None
    amended = await running.take(person(1, gmc_number=None, discipline="dentistry"))
    assert amended["_id"] == application["_id"]
    assert amended["answers"]["discipline"] == "dentistry"
    doubtful = await running.post(person(1, email="new@example.org", gmc_number=None))
    await running.processed(doubtful.json()["receipt_id"])
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{application['_id']}")
        assert "acupuncture" in page.text
        assert "Version 2" in page.text
