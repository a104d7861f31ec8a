"""Study leave follows the calendar: what scheduling says of sessions, in any order and number."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.admissions import replying
from applications.admissions.act import on
from applications.admissions.application import LeaveEntry
from applications.study_leave import accepting
from applications.study_leave.calendar import as_told, day_of, followed, newest
from applications.study_leave.missing_leave import missing_of
from applications.study_leave.store import SESSIONS, calendar_of
from nextstep_contracts import SessionCancelled, SessionChanged, SessionScheduled
from nextstep_local.testing import converges
from nextstep_messaging.testing import hear

from ..admitting import APPLICANT, admitting, submitted
from ..builders import cohort
from ..forms import person

COHORT = cohort()
MODULE_2, MOVED, MOVED_AGAIN = date(2024, 12, 11), date(2024, 12, 18), date(2025, 1, 8)


def told(event, revision, key="module-2", **facts):
    """An event of scheduling about a session of the cohort."""
    known = {"cohort": COHORT.id, "session_id": f"{COHORT.id}:{key}", "revision": revision}
    title = "Module 2: Leadership and Influence"
    if event is SessionCancelled:
        return SessionCancelled(**known, title=title, reason="Snow")
    usual = {"kind": "module", "title": title, "on": MODULE_2, "venue": "Newmarket"}
    return event(**known, **(usual | facts))


EVENTS = (
    told(SessionScheduled, 1),
    told(SessionChanged, 2, on=MOVED),
    told(SessionChanged, 4, on=MOVED_AGAIN, venue="Online"),
    told(SessionScheduled, 1, "networking-1", on=date(2025, 3, 4), kind="networking"),
    told(SessionScheduled, 1, "extra-day", on=date(2025, 3, 5)),
    told(SessionScheduled, 1, "module-3", on=date(2025, 2, 20)),
    told(SessionCancelled, 3, "module-3"),
    told(SessionScheduled, 1, "set-1-topic-1", on=date(2025, 1, 11), audience=("a", "b")),
)


def heard(events):
    """What is kept of these, told in this order."""
    known = {}
    for event in events:
        kept = newest(known.get(event.session_id), as_told(event))
        if kept is not None:
            known[event.session_id] = kept
    return known.values()


@given(st.data())
def test_the_calendar_is_the_same_in_whatever_order_and_however_often_it_is_told(data):
    calendar = followed(COHORT, heard(data.draw(converges(EVENTS))))
    assert calendar == followed(COHORT, heard(EVENTS))
    assert day_of(calendar, "module-2") == MOVED_AGAIN
    assert day_of(calendar, "module-3") is None
    assert day_of(calendar, "networking-1") == date(2025, 3, 4)
    assert day_of(calendar, "extra-day") == date(2025, 3, 5)
    keys = [session.key for session in calendar.sessions]
    assert [key for key in keys if key not in {s.key for s in COHORT.sessions}] == ["extra-day"]
    assert calendar.sessions[3].venue == "Online"


def test_another_year_s_calendar_changes_nothing():
    other = told(SessionChanged, 2, on=MOVED).model_copy(update={"cohort": "2025-26"})
    assert followed(COHORT, [as_told(other)]) == COHORT


def granted(key, on):
    return LeaveEntry(session_key=key, on=on, status="granted")


@pytest_asyncio.fixture
async def fellow(mongo_url, mongo_database):
    """Somebody whose leave is granted for every date; a second who declared nothing."""
    async with admitting(mongo_url, mongo_database, COHORT) as here:
        for number in (1, 2):
            await here.take(submitted(number))
        first, second = await here.applications()
        for one in (first, second):
            await here.do(APPLICANT, one.id, accepting.accept)
        entries = [granted(s.key, s.on) for s in COHORT.sessions if s.on]
        await here.do(APPLICANT, first.id, accepting.record_study_leave, entries)
        yield here


async def reminders(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    bodies = [json.loads(row["body"]) for row in rows if ".StudyLeaveOutstanding." in row["type"]]
    return [
        (body["reference"], [(n["session_key"], n["on"], n["moved_from"]) for n in body["needs"]])
        for body in bodies
    ]


async def missing_now(here, number=0):
    application = (await here.applications())[number]
    calendar = await calendar_of(here.messaging.db.read, here.cohort)
    return [
        (need.session_key, need.on) for need in missing_of(application, calendar, here.clock.now())
    ]


@pytest.mark.stack
async def test_a_moved_session_is_asked_about_again_and_the_old_day_keeps_its_leave(fellow):
    here = fellow
    await here.hear(told(SessionScheduled, 1))
    assert await missing_now(here) == []
    for event in (EVENTS[2], EVENTS[1], EVENTS[2]):
        await here.hear(event)
    assert await missing_now(here) == [("module-2", MOVED_AGAIN)]
    await here.fire_due()
    assert await reminders(here) == []
    here.clock.set(datetime(2024, 8, 2, 8, 0, tzinfo=UTC))  # nine o'clock in London
    await here.fire_due()
    await here.fire_due()
    asked = dict(await reminders(here))
    assert asked["NS24-0001"] == [("module-2", "2025-01-08", "2024-12-11")]
    assert len(asked["NS24-0002"]) == 10
    first = (await here.applications())[0]
    answer = [granted("module-2", MOVED_AGAIN)]
    await here.do(APPLICANT, first.id, accepting.record_study_leave, answer)
    (first, _) = await here.applications()
    days = [entry.on for entry in first.study_leave if entry.session_key == "module-2"]
    assert days == [MODULE_2, MOVED_AGAIN]
    assert await missing_now(here) == []


@pytest.mark.stack
async def test_a_session_that_got_its_day_is_asked_about_and_one_called_off_no_more(fellow):
    here = fellow
    await here.hear(EVENTS[3])
    await here.hear(told(SessionScheduled, 1, "set-1-topic-1", audience=("a",)))
    assert await missing_now(here) == [("networking-1", date(2025, 3, 4))]
    await here.hear(told(SessionCancelled, 2, "networking-1"))
    assert await missing_now(here) == []
    await here.hear(told(SessionCancelled, 5, "module-4"))
    assert len(await missing_now(here, 1)) == 9
    here.clock.advance(timedelta(days=1))
    await here.fire_due()
    assert [reference for reference, _ in await reminders(here)] == ["NS24-0002"]


@pytest.mark.stack
async def test_nobody_is_asked_who_has_left_or_of_a_day_that_is_over(fellow):
    here = fellow
    first, second = await here.applications()
    await here.do(APPLICANT, second.id, replying.withdraw, "Ill.")
    timers = here.messaging.db.read("_timers")
    before = await timers.find({})
    await here.hear(told(SessionChanged, 2, on=date(2024, 7, 1)))
    assert await timers.find({}) == before
    await here.hear(told(SessionChanged, 3, on=MOVED))
    assert {row["_id"] for row in await timers.find({})} == {f"study-leave:{first.id}"}


@pytest.mark.stack
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_any_order_on_the_database_leaves_the_same_calendar(mongo_url, mongo_database, data):
    """Few, because each is a whole cohort on the real database."""
    async with admitting(mongo_url, mongo_database, COHORT) as here:
        await here.messaging.db.write(SESSIONS).delete({})
        for event in data.draw(converges(EVENTS)):
            await here.hear(event)
        found = await calendar_of(here.messaging.db.read, COHORT)
        assert found == followed(COHORT, heard(EVENTS))


@pytest.mark.stack
@pytest.mark.browser
async def test_a_fellow_sees_what_moved_and_answers_for_the_new_day(browsing):
    running, page = browsing.running, browsing.page
    application = await running.take(person(1))
    perform = running.app.state.here.perform
    await perform(on(application["_id"], accepting.accept), APPLICANT)
    entries = [granted(s.key, s.on) for s in COHORT.sessions if s.on]
    await perform(on(application["_id"], accepting.record_study_leave, entries), APPLICANT)
    await hear(running.messaging, told(SessionChanged, 2, on=MOVED))
    await browsing.become("fellow", person_id=application["person_id"], name="Person")
    await browsing.see("/applications/me", "me-moved")
    seen = await browsing.text()
    assert "The day changed: tell us how leave stands for the new day: Module 2 on 18 Dec" in seen
    assert "The session is now on 18 Dec 2024." in seen
    await browsing.see("/applications/me/study-leave", "study-leave-moved")
    assert "You told us: Granted for 11 December 2024" in await browsing.text()
    await page.check("input[name=status-module-2][value=not_applied_for]")
    await page.click("button:text-is('Save')")
    assert "Something is still missing" not in await browsing.text()
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/study-leave?show=all&session=module-2", "leave-moved")
    assert "18 December 2024" in await browsing.text()
