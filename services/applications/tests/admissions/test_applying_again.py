"""Whoever sends the form again is told what becomes of it, and whatever waits is the office's."""

import json
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from applications.admissions.act import on
from applications.admissions.choosing_a_version import apply_version, set_aside, take_up_again
from applications.admissions.deciding import reject
from applications.admissions.looked_at import look_at_all
from applications.admissions.replying import decline, lapse, withdraw
from applications.data_protection import erase
from nextstep_contracts import AlreadySo, Refused
from nextstep_messaging.operating.audit import Actor

from ..admitting import APPLICANT, OFFICE, admitting, published, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack
AFTER_THE_DEADLINE = 60 * 24 * 45
TIMER: Actor | None = None


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as found:
        yield found


async def only(here):
    (found,) = await here.applications()
    return found


async def said(here, name):
    """What the events of this name say, in their order."""
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [json.loads(row["body"]) for row in rows if row["type"].split(".")[1] == name]


async def test_the_same_answers_again_while_a_place_is_offered_bother_nobody(here):
    await here.take(submitted(1))
    await here.take(submitted(1, 9))
    after = await only(here)
    assert (after.state, after.awaits_office) == ("offered", ())
    with pytest.raises(Refused):
        await here.do(OFFICE, after.id, look_at_all, "Seen.")


async def end(here, how):
    application = await only(here)
    if how == "lapsed":
        here.clock.set(application.offer_expires_at)
        await here.act(TIMER, on(application.id, lapse))
    elif how == "rejected":
        await here.do(OFFICE, application.id, reject, "Not in the region.")
    else:
        verb = {"withdrawn": withdraw, "declined": decline}[how]
        await here.do(APPLICANT, application.id, verb, "A new post.")
    assert (await only(here)).state == how


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("withdrawn", "Applied again after withdrawing."),
        ("declined", "Applied again after declining the place."),
        ("lapsed", "Applied again after the offer lapsed."),
        ("rejected", "Applied again after the rejection."),
    ],
)
async def test_applying_again_waits_for_the_office_and_the_person_is_told(here, how, why):
    place = {"region": "London"} if how == "rejected" else {}
    await here.take(submitted(1, **place))
    await end(here, how)
    again = submitted(1, 5, **place)  # word for word the same as before
    await here.take(again)
    waiting = await only(here)
    assert waiting.state == how
    assert [one.sentence("Europe/London") for one in waiting.awaits_office] == [why]
    (told,) = await said(here, "SubmissionAcknowledged")
    assert (told["outcome"], told["reference"]) == ("applied_again", waiting.reference)
    await here.act(OFFICE, lambda act: take_up_again(act, again.receipt_id, "They are well again."))
    after = await only(here)
    assert after.state == ("referred" if how == "rejected" else "offered")
    assert (after.awaits_office, after.first_submitted_at) == ((), again.submitted_at)
    submitted_twice = await said(here, "ApplicationSubmitted")
    assert [one["application_id"] for one in submitted_twice] == [after.id, after.id]
    assert [one["again"] for one in submitted_twice] == [False, True]
    await here.ledger()
    with pytest.raises(Refused, match="in force already"):
        await here.act(OFFICE, lambda act: take_up_again(act, again.receipt_id, "Twice."))
    if how != "rejected":
        await end(here, "withdrawn")  # whoever presses then was shown another application
        with pytest.raises(Refused, match="has ended is taken up, by a version that waits"):
            await here.act(OFFICE, lambda act: take_up_again(act, again.receipt_id, "Twice."))


async def test_whoever_applies_again_after_the_deadline_is_late(here):
    await here.take(submitted(1))
    await end(here, "withdrawn")
    here.clock.set(datetime(2024, 9, 20, 10, tzinfo=UTC))
    again = submitted(1, AFTER_THE_DEADLINE)
    await here.take(again)
    await here.act(OFFICE, lambda act: take_up_again(act, again.receipt_id, "They asked."))
    after = await only(here)
    assert (after.state, after.late) == ("referred", True)


async def test_whatever_waits_is_acknowledged_as_what_it_is(here):
    await here.take(submitted(1))
    await here.take(submitted(1, 1))
    await here.take(submitted(1, 2, trust="Another"))
    await here.take(submitted(2, 3, region="London"))
    await here.take(submitted(2, AFTER_THE_DEADLINE, trust="Another"))
    await here.take(submitted(2, 4, region="London", papers=()))
    told = [one["outcome"] for one in await said(here, "SubmissionAcknowledged")]
    assert told == ["unchanged", "after_decision", "after_deadline", "unchanged"]
    assert "FormReceived" not in await published(here)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "new@example.org"},  # the number and the name, from another address
        {"gmc_number": None, "name": "Somebody Else"},  # the address, and no number
    ],
)
async def test_where_it_is_not_certain_who_it_is_the_address_given_learns_nothing(here, changes):
    await here.take(submitted(1))
    application = await only(here)
    doubtful = submitted(1, 5, **changes)
    await here.take(doubtful)
    assert [one.about for one in (await only(here)).awaits_office] == ["submission"]
    (told,) = await said(here, "FormReceived")
    assert told["person"]["email"] == doubtful.answers.email
    assert told["person"]["person_id"] != application.person_id
    shown = json.dumps(told)
    assert application.reference not in shown
    assert application.id not in shown
    assert await said(here, "SubmissionAcknowledged") == []


async def test_whoever_was_told_that_the_office_looks_is_told_when_nothing_comes_of_it(here):
    await here.take(submitted(1))
    await end(here, "withdrawn")
    again = submitted(1, 5)
    await here.take(again)
    await here.act(OFFICE, lambda act: set_aside(act, again.receipt_id, "No place is left."))
    with pytest.raises(AlreadySo):
        await here.act(OFFICE, lambda act: set_aside(act, again.receipt_id, "Again."))
    after = await only(here)
    assert (after.state, after.awaits_office) == ("withdrawn", ())
    (told,) = await said(here, "SubmissionSetAside")
    assert (told["outcome"], told["reference"]) == ("applied_again", after.reference)
    assert told["revision"] == after.revision
    assert "No place is left." not in json.dumps(told)
    assert await said(here, "FormSetAside") == []


async def test_a_form_that_was_not_used_is_told_to_the_address_that_was_told_it_came(here):
    await here.take(submitted(1))
    doubtful = submitted(1, 5, email="new@example.org")
    await here.take(doubtful)
    await here.act(OFFICE, lambda act: set_aside(act, doubtful.receipt_id, "Not theirs."))
    (came,), (told,) = await said(here, "FormReceived"), await said(here, "FormSetAside")
    assert told["person"] == came["person"]
    application = await only(here)
    assert application.reference not in json.dumps(told)
    assert application.id not in json.dumps(told)
    assert await said(here, "SubmissionSetAside") == []


async def test_the_same_again_from_an_address_that_nobody_confirmed_is_no_stranger(here):
    await here.take(submitted(1, gmc_number=None))
    await here.take(submitted(1, 5, gmc_number=None))
    (told,) = await said(here, "SubmissionAcknowledged")
    assert told["outcome"] == "unchanged"
    assert (await only(here)).awaits_office == ()
    assert await said(here, "FormReceived") == []


async def test_the_address_that_was_told_is_forgotten_with_the_person(here):
    await here.take(submitted(1))
    await here.take(submitted(1, 5, email="new@example.org"))
    (told,) = await said(here, "FormReceived")
    application = await only(here)
    await here.messaging.transact(lambda uow: erase(uow, application.person_id))
    erased = [one["person_id"] for one in await said(here, "PersonErased")]
    assert erased == [told["person"]["person_id"]]


async def test_of_a_form_sent_twice_the_second_is_not_said_to_be_left_out_once_the_first_is_used(
    here,
):
    await here.take(submitted(1))
    late = [submitted(1, AFTER_THE_DEADLINE + n, trust="Ipswich", papers=()) for n in (0, 1)]
    moved = [submitted(2, 5 + n, email="new@example.org", papers=()) for n in (0, 1)]
    await here.take(submitted(2))
    for one in (*late, *moved):
        await here.take(one)
    for first, second in (late, moved):
        await here.act(OFFICE, lambda act, one=first: apply_version(act, one.receipt_id, "Rang."))
        await here.act(OFFICE, lambda act, one=second: set_aside(act, one.receipt_id, "Twice."))
    assert await said(here, "SubmissionSetAside") == []
    assert await said(here, "FormSetAside") == []
    told = [one["outcome"] for one in await said(here, "SubmissionAcknowledged")]
    assert told[-2:] == ["unchanged", "unchanged"]
    assert [one.awaits_office for one in await here.applications()] == [(), ()]


async def test_a_wish_that_another_one_fulfilled_is_not_told_it_is_closed(here):
    await here.take(submitted(1))
    await end(here, "withdrawn")
    first, corrected = submitted(1, 5), submitted(1, 6, trust="Ipswich")
    await here.take(first)
    await here.take(corrected)
    await here.act(OFFICE, lambda act: take_up_again(act, corrected.receipt_id, "Well again."))
    assert [one.submission_id for one in (await only(here)).awaits_office] == [first.receipt_id]
    await here.act(OFFICE, lambda act: set_aside(act, first.receipt_id, "Sent again since."))
    after = await only(here)
    assert (after.state, after.awaits_office) == ("offered", ())
    assert await said(here, "SubmissionSetAside") == []
