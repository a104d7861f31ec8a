"""Study leave after the acceptance: reminders and evidence, on the database and on the pages."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from applications.admissions import replying
from applications.admissions.act import on
from applications.admissions.application import Evidence, LeaveEntry
from applications.admissions.offers import REMINDER_TIMER
from applications.data_protection import erase
from applications.person_export import export
from applications.study_leave import accepting, reminding
from applications.study_leave.missing_leave import local_day
from applications.study_leave.quota import MOST_FILES
from applications.study_leave.rotations import (
    Rotation,
)
from nextstep_contracts import PersonErased, Refused
from nextstep_programme import StudyLeave

from ..admitting import APPLICANT, OFFICE, admitting, paper, submitted
from ..builders import cohort
from ..forms import PDF, person

COHORT = cohort()
ADDENBROOKES = Rotation(trust="Addenbrooke's", from_date=date(2025, 2, 5))


def entry(key, on, status="granted", trust=None):
    return LeaveEntry(session_key=key, on=on, status=status, trust_notified=trust)


@pytest_asyncio.fixture
async def fellow(mongo_url, mongo_database):
    """Somebody who accepted a place on 1 August and declared all but the last date."""
    async with admitting(mongo_url, mongo_database, COHORT) as here:
        await here.take(submitted(1))
        (application,) = await here.applications()
        entries = [entry(s.key, s.on) for s in COHORT.sessions if s.on and s.key != "module-4"]
        await here.do(APPLICANT, application.id, accepting.accept)
        declare = accepting.record_study_leave
        await here.do(APPLICANT, application.id, declare, entries, (ADDENBROOKES,))
        yield here


async def told(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [row for row in rows if ".StudyLeaveOutstanding." in row["type"]]


async def declare_the_rest(here):
    (application,) = await here.applications()
    last = entry("module-4", date(2025, 7, 22))
    await here.do(APPLICANT, application.id, accepting.record_study_leave, [last])


@pytest.mark.stack
async def test_a_fellow_is_reminded_some_weeks_apart_until_nothing_is_missing(fellow):
    here = fellow
    here.clock.advance(timedelta(days=13, hours=21))  # 15 August, 8 in the morning
    await here.fire_due()
    assert await told(here) == []
    here.clock.advance(timedelta(hours=1))
    await here.fire_due()
    await here.fire_due()
    (row,) = await told(here)
    needs = [(n["session_key"], n["need"], n["trust"]) for n in json.loads(row["body"])["needs"]]
    assert needs == [("module-4", "declare", "Addenbrooke's")]
    here.clock.advance(timedelta(days=14))
    await here.fire_due()
    assert len(await told(here)) == 2
    await declare_the_rest(here)
    here.clock.advance(timedelta(days=14))
    await here.fire_due()
    assert len(await told(here)) == 2
    (application,) = await here.applications()
    assert application.rotations == (ADDENBROOKES,)


@pytest.mark.stack
async def test_leave_that_nobody_answers_is_asked_about_on_the_day_the_date_is_near(fellow):
    here = fellow
    (application,) = await here.applications()
    on = date(2024, 12, 11)
    applied = [entry("module-2", on, "applied_for"), entry("module-4", date(2025, 7, 22))]
    await here.do(APPLICANT, application.id, accepting.record_study_leave, applied)
    near = on - timedelta(days=COHORT.study_leave.chase_days)
    while local_day(here.clock.now(), COHORT) < near:
        assert await told(here) == []
        here.clock.advance(timedelta(days=1))
        await here.fire_due()
    assert len(await told(here)) == 1


@pytest.mark.stack
async def test_the_looking_goes_on_while_dates_are_ahead_and_then_ends(fellow):
    here = fellow
    timer = f"{REMINDER_TIMER}:{(await here.applications())[0].id}"
    timers = here.messaging.db.read("_timers")
    await declare_the_rest(here)
    for _ in range(40):
        here.clock.advance(timedelta(days=14))
        await here.fire_due()
    assert await told(here) == []
    assert await timers.get(timer) is None


@pytest.mark.stack
@pytest.mark.parametrize("how", ["withdraw", "erase"])
async def test_nobody_is_reminded_who_has_left(fellow, how):
    here = fellow
    (application,) = await here.applications()
    if how == "withdraw":
        await here.do(APPLICANT, application.id, replying.withdraw, "Ill.")
    else:
        now = here.clock.now()
        await here.hear(PersonErased(person_id=application.person_id, erased_at=now))
    assert await here.messaging.db.read("_timers").get(f"{REMINDER_TIMER}:{application.id}") is None
    await here.do(None, application.id, reminding.remind)
    assert await told(here) == []


@pytest.mark.stack
async def test_the_office_reminds_at_once_and_the_next_reminder_comes_as_long_after(fellow):
    here = fellow
    (application,) = await here.applications()
    with pytest.raises(Refused, match="reason"):
        await here.do(OFFICE, application.id, reminding.remind_now, "", "")
    here.clock.advance(timedelta(days=10))
    await here.do(OFFICE, application.id, reminding.remind_now, "The rota is due.", "")
    for actor in (OFFICE, replace(OFFICE, who="uma@example.org")):  # the same form once more
        with pytest.raises(Refused, match="has been reminded since"):
            await here.do(actor, application.id, reminding.remind_now, "The rota is due.", "")
    here.clock.advance(timedelta(days=13))
    await here.fire_due()
    assert len(await told(here)) == 1
    await declare_the_rest(here)
    last = reminding.last_reminder((await here.applications())[0])
    with pytest.raises(Refused, match="Nothing is missing"):
        await here.do(OFFICE, application.id, reminding.remind_now, "Again.", last)


@pytest.mark.stack
async def test_a_cohort_sets_its_own_pace_of_reminders(mongo_url, mongo_database):
    brisk = COHORT.model_copy(
        update={"study_leave": StudyLeave(first_reminder_days=3, reminder_days=1)}
    )
    async with admitting(mongo_url, mongo_database, brisk) as here:
        await here.take(submitted(1))
        (application,) = await here.applications()
        await here.do(APPLICANT, application.id, accepting.accept)
        for _ in range(3):
            here.clock.advance(timedelta(days=1))
            await here.fire_due()
        assert len(await told(here)) == 1
        here.clock.advance(timedelta(days=1))
        await here.fire_due()
        assert len(await told(here)) == 2


@pytest.mark.stack
async def test_evidence_is_kept_exported_and_erased_with_the_person(fellow):
    here = fellow
    (application,) = await here.applications()
    files = tuple(
        Evidence(**paper("module-1", n).model_dump(), session_key="module-1") for n in range(2)
    )
    await here.do(APPLICANT, application.id, reminding.add_evidence, files)
    held = await export(here.messaging, application.person_id)
    (mine,) = held["applications"]
    assert [file["file_id"] for file in mine["leave_evidence"]] == ["module-1-0", "module-1-1"]
    assert mine["rotations"] == [{"trust": "Addenbrooke's", "from_date": "2025-02-05"}]
    await here.messaging.transact(lambda uow: erase(uow, application.person_id))
    (gone,) = await here.applications()
    assert (gone.leave_evidence, gone.rotations) == ((), ())
    discarded = await here.messaging.db.read("discarded_files").find({})
    assert {"module-1-0", "module-1-1"} <= {row["_id"] for row in discarded}


@pytest.mark.stack
async def test_evidence_is_for_fellows_and_not_without_end(fellow):
    here = fellow
    (application,) = await here.applications()
    many = (Evidence(**paper("general", 1).model_dump()),) * (MOST_FILES + 1)
    with pytest.raises(Refused, match="files already"):
        await here.do(APPLICANT, application.id, reminding.add_evidence, many)
    await here.do(APPLICANT, application.id, replying.withdraw, "Ill.")
    with pytest.raises(Refused, match="accepted"):
        await here.do(APPLICANT, application.id, reminding.add_evidence, many[:1])


@pytest.mark.stack
@pytest.mark.browser
async def test_a_fellow_tells_of_rotations_and_sends_evidence(browsing, tmp_path):
    running, page = browsing.running, browsing.page
    application = await running.take(person(4))
    await browsing.become("applicant", person_id=application["person_id"], name="Person")
    await browsing.see("/applications/me/accept", "accept")
    await page.click("button:has-text('Accept the place')")
    await page.fill("#rotation-trust-1", "Ipswich \u202ehtiw <b>")
    await page.click("button:text-is('Save')")
    assert "Give the first day at Ipswich htiw <b>." in await browsing.text()
    await browsing.look("rotations-refused")
    await page.fill("#rotation-from-1", "2025-02-05")
    await page.click("button:text-is('Save')")
    assert "You have accepted a place" in await browsing.text()
    await browsing.see("/applications/me/study-leave", "study-leave-rotations")
    assert "You are at Ipswich htiw <b> then" in await browsing.text()
    await browsing.see("/applications/me/evidence", "evidence-none")
    good, bad = tmp_path / "granted.pdf", tmp_path / "granted.exe"
    good.write_bytes(PDF)
    bad.write_bytes(b"MZ nothing")
    await page.set_input_files("#file", bad)
    await page.click("button:has-text('Send the file')")
    assert "We could not use this file" in await browsing.text()
    await browsing.look("evidence-refused")
    await page.select_option("#session", "module-3")
    await page.set_input_files("#file", good)
    await page.click("button:has-text('Send the file')")
    assert "We have your file" in await browsing.text()
    await browsing.look("evidence")
    await browsing.see("/applications/me", "me-evidence")
    async with running.staff("read_only") as office:
        path = f"/applications/application/{application['_id']}/evidence"
        answer = await office.get(f"{path}/1")
        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert [(await office.get(f"{path}/{n}")).status_code for n in (0, 2)] == [404, 404]
    async with running.applicant("somebody-else") as other:
        assert (await other.get("/applications/me/evidence")).status_code == 404
        assert (await other.get(f"{path}/1")).status_code == 403


@pytest.mark.stack
@pytest.mark.browser
async def test_the_office_sees_who_is_missing_what_and_reminds_them(browsing):
    running, page = browsing.running, browsing.page
    for number in (1, 2):
        application = await running.take(person(number, trust=f"Trust {number}"))
        perform = browsing.running.app.state.here.perform
        await perform(on(application["_id"], accepting.accept), APPLICANT)
        entries = [entry("module-1", date(2024, 10, 8), "not_possible")] if number == 1 else ()
        declare = accepting.record_study_leave
        await perform(on(application["_id"], declare, entries), APPLICANT)
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/study-leave", "leave-office")
    seen = await browsing.text()
    assert "20 found" in seen
    assert "Remind all 2 Fellows now" in seen
    await browsing.see("/applications/study-leave?show=tell_trust&q=trust+1", "leave-office-one")
    assert "1 found" in await browsing.text()
    await page.click("main a:text-is('Remind')")
    await browsing.look("remind-one")
    assert "1 Fellow would be sent a reminder" in await browsing.text()
    await browsing.see("/applications/study-leave/remind", "remind-all")
    await page.click("button:has-text('Send 2 reminders')")
    assert "There is a problem" in await browsing.text()
    pressed = await page.eval_on_selector_all("input[name=fellow]", "all => all.map(i => i.value)")
    await page.fill("#reason", "Module 1 is near.")
    await page.click("button:has-text('Send 2 reminders')")
    assert "2 Fellows will be sent a reminder" in await browsing.text()
    async with running.staff() as another:  # who had the same page open
        again = {"reason": "Module 1 is near.", "fellow": pressed}
        await another.post("/applications/study-leave/remind", data=again)
        said = (await another.get("/applications/study-leave")).text
        assert "2 Fellows reminded already, or with nothing missing any more, will not." in said
    async with running.staff("read_only") as reader:
        sheet = await reader.get("/applications/study-leave?show=all&session=module-1&format=csv")
        lines = sheet.text.splitlines()
        assert len(lines) == 3
        assert "not_possible" in lines[1]
        assert (await reader.get("/applications/study-leave/remind")).status_code == 403
    audited = await running.read("_audit").find({"action": "remind-study-leave"})
    assert len(audited) == 2
