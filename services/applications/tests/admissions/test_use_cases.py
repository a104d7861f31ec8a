"""Use cases on the real database: each state a person can bring about, and all or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from applications.admissions import deciding, replying
from applications.admissions.act import in_one_act, on
from applications.admissions.application import LeaveEntry
from applications.admissions.looked_at import look_at_all
from applications.data_protection import erase
from applications.documents.adding import add_documents
from applications.intake.submitting import receive
from applications.person_export import export
from applications.study_leave import accepting
from nextstep_contracts import PersonErased, Refused
from nextstep_messaging import Actor
from nextstep_messaging.testing import audit_trail

from ..admitting import APPLICANT, OFFICE, START, admitting, paper, published, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def two_places(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as here:
        yield here


async def by_state(here):
    return {a.reference: a.state for a in await here.applications()}


async def test_first_eligible_first_offered_and_the_next_in_line_is_promoted(two_places):
    here = two_places
    for number in range(4):
        await here.take(submitted(number, number))
    assert list((await by_state(here)).values()) == [
        "offered",
        "offered",
        "waitlisted",
        "waitlisted",
    ]
    first, second, third, _ = await here.applications()
    await here.do(APPLICANT, first.id, replying.decline, "Moving.")
    assert (await here.ledger()).offer_to(third.id).from_waiting_list
    await here.do(APPLICANT, second.id, accepting.accept)
    await here.do(APPLICANT, second.id, replying.withdraw, "Ill.")
    assert list((await by_state(here)).values()) == ["declined", "withdrawn", "offered", "offered"]
    ledger = await here.ledger()
    assert (ledger.free, ledger.waiting) == (0, ())


async def test_an_offer_that_nobody_answers_lapses_and_goes_on(two_places):
    here = two_places
    for number in range(3):
        await here.take(submitted(number, number))
    here.clock.advance(timedelta(days=7))
    await here.fire_due()
    assert "lapsed" not in (await by_state(here)).values()
    here.clock.advance(timedelta(days=1))
    first, _, third = await here.applications()
    with pytest.raises(Refused, match="ended"):
        await here.do(APPLICANT, first.id, accepting.accept)
    await here.fire_due()
    assert list((await by_state(here)).values()) == ["lapsed", "lapsed", "offered"]
    assert (await here.ledger()).offer_to(third.id).expires_at > here.clock.now()


async def test_a_timer_of_an_offer_that_was_replaced_does_nothing(two_places):
    here = two_places
    await here.take(submitted(1))
    (application,) = await here.applications()
    here.clock.advance(timedelta(days=8))
    await here.fire_due()
    await here.do(OFFICE, application.id, deciding.offer_place, "Was on leave without mail.")
    await here.messaging.transact(
        lambda uow: in_one_act(uow, here.cohort, on(application.id, replying.lapse))
    )
    assert (await by_state(here)) == {"NS24-0001": "offered"}


async def test_after_the_cut_off_a_free_place_waits_for_the_office(two_places):
    here = two_places
    for number in range(3):
        await here.take(submitted(number, number))
    here.clock.set(here.cohort.moment(here.cohort.selection.promote_until, START.time()))
    here.clock.advance(timedelta(days=1))
    await here.fire_due()
    _, _, third = await here.applications()
    assert third.state == "waitlisted"
    await here.do(OFFICE, third.id, deciding.offer_place, "Two places were left.")
    assert (await here.applications())[2].state == "offered"


async def test_a_late_application_is_kept_flagged_and_decided_by_a_person(two_places):
    here = two_places
    here.clock.set(here.cohort.deadline + timedelta(hours=1))
    late = submitted(1, int((here.clock.now() - START).total_seconds() // 60))
    await here.take(late)
    (application,) = await here.applications()
    assert (application.late, application.state) == (True, "referred")
    with pytest.raises(Refused, match="reason"):
        await here.do(OFFICE, application.id, deciding.decide_eligible, " ")
    await here.do(OFFICE, application.id, deciding.decide_eligible, "The form was down.")
    assert (await here.applications())[0].state == "offered"
    assert await published(here) == ["ApplicationSubmitted", "ApplicationReferred", "PlaceOffered"]


async def test_a_rejection_carries_the_reason_of_a_named_person(two_places):
    here = two_places
    await here.take(submitted(1, region="London"))
    (application,) = await here.applications()
    reason = "The programme is for trainees in the East of England."
    await here.do(OFFICE, application.id, deciding.reject, reason)
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", -1)], limit=1)
    assert reason in str(rows[0])
    trail = await audit_trail(here.messaging)
    assert [(e["who"], e["action"]) for e in trail] == [("ola@example.org", "reject")]
    history = await here.messaging.db.read("history").find({"application_id": application.id})
    assert history[-1]["who"] == "Ola Office"


async def test_missing_documents_wait_and_then_the_application_goes_on(two_places):
    here = two_places
    await here.take(submitted(1, papers=("cv",), unusable=("statement_1",)))
    (application,) = await here.applications()
    assert application.state == "documents_needed"
    sent = {"statement_1": paper("statement_1", 5), "statement_2": paper("statement_2", 5)}
    await here.do(APPLICANT, application.id, add_documents, sent)
    assert (await here.applications())[0].state == "offered"
    with pytest.raises(Refused):
        await here.do(APPLICANT, application.id, add_documents, sent)


async def test_an_amendment_keeps_the_turn_unless_it_raises_a_question(two_places):
    here = two_places
    for number in range(4):
        await here.take(submitted(number, number))
    await here.take(submitted(2, 60, trust="Another trust"))
    third, fourth = (await here.applications())[2:]
    assert (await here.ledger()).waiting == (third.id, fourth.id)
    await here.take(submitted(2, 61, cct_date=None))
    assert (await here.ledger()).waiting == (fourth.id,)
    assert (await here.applications())[2].state == "referred"


async def test_a_submission_after_the_decision_goes_to_the_office_and_changes_nothing(two_places):
    here = two_places
    await here.take(submitted(1))
    await here.take(submitted(1, 60, trust="Another trust"))
    (application,) = await here.applications()
    assert application.answers.trust != "Another trust"
    assert application.awaits_office != ()
    assert await here.messaging.db.read("submissions").count({}) == 2
    await here.do(OFFICE, application.id, look_at_all, "Noted.")
    assert (await here.applications())[0].awaits_office == ()


async def test_a_shared_number_or_address_never_merges_two_people(two_places):
    here = two_places
    await here.take(submitted(1))
    await here.take(submitted(2, 1, gmc_number="7000001"))
    await here.take(submitted(3, 2, email="person1@example.org"))
    first, second, third = await here.applications()
    assert len({first.person_id, second.person_id, third.person_id}) == 3
    assert (second.state, third.state) == ("referred", "referred")
    assert "same number" in second.identity_concern
    assert "same email address" in third.identity_concern


async def test_study_leave_is_told_whole_each_time(two_places):
    here = two_places
    await here.take(submitted(1))
    (application,) = await here.applications()
    dates = {s.key: s.on for s in here.cohort.sessions if s.on}

    def entry(key, status):
        return LeaveEntry(session_key=key, on=dates[key], status=status)

    first = (entry("module-1", "applied_for"), entry("module-2", "not_possible"))
    await here.do(APPLICANT, application.id, accepting.accept)
    await here.do(APPLICANT, application.id, accepting.record_study_leave, first)
    later = (entry("module-1", "granted"),)
    await here.do(APPLICANT, application.id, accepting.record_study_leave, later)
    (application,) = await here.applications()
    assert [(e.session_key, e.status) for e in application.study_leave] == [
        ("module-1", "granted"),
        ("module-2", "not_possible"),
    ]
    told = await published(here)
    assert told[-3:] == ["PlaceAccepted", "StudyLeaveRecorded", "StudyLeaveRecorded"]


async def test_every_event_of_an_application_has_a_higher_revision(two_places):
    here = two_places
    await here.take(submitted(1))
    (application,) = await here.applications()
    await here.do(APPLICANT, application.id, accepting.accept)
    await here.do(OFFICE, application.id, replying.withdraw, "Ill.")
    assert (await here.applications())[0].revision == 4
    assert await published(here) == [
        "ApplicationSubmitted",
        "PlaceOffered",
        "PlaceAccepted",
        "ApplicationWithdrawn",
        "AccessEnded",
    ]


@pytest.mark.parametrize("fail_before_flush", [True, False])
async def test_a_crash_at_any_step_leaves_nothing_behind(two_places, fail_before_flush):
    here = two_places
    submission = submitted(1)
    await here.messaging.db.write("receipts").insert(
        {"_id": submission.receipt_id, "status": "new", "version": 1}
    )

    async def crash(uow):
        async def use_case(act):
            await receive(act, submission)
            if fail_before_flush:
                raise RuntimeError("the process ends here")

        await in_one_act(uow, here.cohort, use_case)
        raise RuntimeError("the process ends here")

    with pytest.raises(RuntimeError, match="ends here"):
        await here.messaging.transact(crash)
    for name in ("applications", "identities", "ledgers", "history", "_outbox", "_timers"):
        assert await here.messaging.db.read(name).count({}) == 0, name
    assert (await here.messaging.db.read("receipts").get(submission.receipt_id))["status"] == "new"
    await here.take(submission)
    assert await by_state(here) == {"NS24-0001": "offered"}


async def test_an_erased_person_is_gone_and_their_place_goes_on(two_places):
    here = two_places
    for number in range(3):
        await here.take(submitted(number, number))
    first = (await here.applications())[0]
    themselves = replace(APPLICANT, who=first.person_id, where="198.51.100.7")
    await here.do(themselves, first.id, accepting.accept)
    held = await export(here.messaging, first.person_id)
    assert held["applications"][0]["answers"]["name"] == "Person Number0"
    assert [(one["action"], one["where"]) for one in held["acts"]] == [("accept", "198.51.100.7")]
    assert len(held["identities"]) == 2
    await here.messaging.transact(lambda uow: erase(uow, first.person_id))
    await here.hear(PersonErased(person_id=first.person_id, erased_at=here.clock.now()))
    erased, _, third = await here.applications()
    assert (erased.erased, erased.state, erased.answers.name) == (True, "withdrawn", "(erased)")
    assert third.state == "offered"
    left = str(await export(here.messaging, first.person_id))
    for trace in ("Number0", "person0@example.org", "7000000", "198.51.100.7"):
        assert trace not in left
    trail = await audit_trail(here.messaging)
    theirs = [
        entry["where"] for entry in trail if entry["about"] == first.id and "erases" not in entry
    ]
    assert set(theirs) == {None}
    assert await here.messaging.db.read("discarded_files").count({}) == 3


async def test_an_applicant_cannot_do_what_is_the_offices(two_places):
    here = two_places
    await here.take(submitted(1, region="London"))
    (application,) = await here.applications()
    with pytest.raises(Refused):
        await here.do(APPLICANT, application.id, accepting.accept)
    stranger = Actor("applicant", "Applicant", APPLICANT)
    with pytest.raises(Refused, match="reason"):
        await here.do(stranger, application.id, replying.withdraw, "")
