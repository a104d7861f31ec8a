"""What an application waits for is a set: nothing overwrites, each is settled alone."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions import kept_versions
from applications.admissions.application import Application
from applications.admissions.choosing_a_version import apply_version, set_aside
from applications.admissions.looked_at import look_at
from applications.admissions.store import application_from_document, application_to_document
from applications.admissions.versions import IN_FORCE_AGAIN, HeldBack, Version
from applications.admissions.waiting import (
    HELD,
    DoubtedTime,
    EarlierText,
    FoundVirus,
    HeldSubmission,
    listed_sentences,
    once_decided,
    reasons_of,
    with_reason,
    without_reason,
)
from applications.documents.scanned import record_scan
from nextstep_contracts import AlreadySo
from nextstep_documents.virus_scanner import Verdict

from ..admitting import OFFICE, START, admitting, submitted
from ..builders import IN_TIME, answers, cohort
from ..forms import person

LATE, AFTER = HELD["after_deadline"], HELD["after_decision"]
TIME = "The form's time “1970” is long before applications opened: its arrival counts instead."

IDS = st.sampled_from(["a", "b", "c"])
REASONS = st.one_of(
    st.builds(HeldSubmission, kind=st.sampled_from(list(HELD)), submission_id=IDS),
    st.builds(
        DoubtedTime,
        submission_id=IDS,
        fault=st.sampled_from(["unreadable", "before_opening", "after_arrival"]),
        as_written=st.text(max_size=5),
        received_at=st.just(IN_TIME),
    ),
    st.builds(FoundVirus, file_id=IDS, document=st.just("cv"), evidence=st.none()),
    st.builds(FoundVirus, file_id=IDS, document=st.none(), evidence=st.integers(1, 9)),
)


def application(**facts) -> Application:
    return Application(
        id="one",
        cohort="2024-25",
        person_id="person",
        reference="NS24-0001",
        answers=answers(),
        first_submitted_at=IN_TIME,
        submitted_at=IN_TIME,
        arrived=1,
        updated_at=IN_TIME,
        **facts,
    )


@given(st.lists(REASONS, max_size=9), st.data())
def test_each_reason_waits_once_until_it_is_settled_itself_and_is_stored_as_it_is(came, data):
    reasons = ()
    for one in came:
        before, reasons = reasons, with_reason(reasons, one)
        assert with_reason(reasons, one) == reasons
        assert set(before) <= set(reasons)
    assert {one.key for one in reasons} == {one.key for one in came}
    stored = application_to_document(application(awaits_office=reasons))
    assert application_from_document(stored).awaits_office == reasons
    assert reasons_of(stored["awaits_office"]) == reasons
    assert all(listed_sentences(reasons, "Europe/London"))
    for key in data.draw(st.permutations([one.key for one in reasons])):
        left = without_reason(reasons, key)
        assert [one for one in reasons if one.key != key] == [*left]
        reasons = left
    assert reasons == ()


@pytest.mark.parametrize(
    ("stored", "about"),
    [
        (None, []),
        (AFTER, ["submission"]),
        ("CV: the virus scanner found something. The file was removed.", ["virus"]),
        (TIME, ["time"]),
    ],
)
def test_what_an_earlier_release_stored_is_read(stored, about):
    document = application_to_document(application()) | {"awaits_office": stored}
    read = application_from_document(document)
    assert [one.about for one in read.awaits_office] == about
    assert [*listed_sentences(read.awaits_office, "Europe/London")] == ([stored] if stored else [])


@pytest.mark.parametrize(
    ("stored", "kind", "why"),
    [
        ({"why": LATE}, "after_deadline", LATE),
        ({"why": "A sentence of long ago."}, None, "A sentence of long ago."),
        ({"why": IN_FORCE_AGAIN}, None, IN_FORCE_AGAIN),
    ],
)
def test_why_a_version_waited_is_a_kind_and_sentences_of_earlier_releases_are_read(
    stored, kind, why
):
    held = HeldBack.model_validate(stored | {"status": "pending"})
    assert (held.kind, held.why) == (kind, why)
    version = Version(
        id="v",
        application_id="a",
        person_id="p",
        source="native",
        submitted_at=IN_TIME,
        received_at=IN_TIME,
        answers=answers(),
        held=held,
    )
    kept = kept_versions.to_document(version)
    assert kept["held"]["why"] == why  # an earlier release reads it
    assert kept_versions.from_document(kept) == version


@pytest.mark.parametrize(
    ("text", "others", "left"),
    [
        (AFTER, [], []),
        (f"{AFTER} {TIME}", [], [TIME]),  # deciding on the one does not settle the other
        (AFTER, [LATE], [LATE]),  # the one text had only the last of two
    ],
)
def test_the_one_text_of_an_earlier_release_goes_with_what_it_told_of(text, others, left):
    reasons = (EarlierText(text=text),)
    after = once_decided(reasons, "version", [(one, one) for one in others])
    assert [one.text for one in after] == left


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as found:
        yield found


async def only(here):
    (found,) = await here.applications()
    return found


async def waits(here):
    return [one.kind for one in (await only(here)).awaits_office]


@pytest.mark.stack
async def test_several_things_wait_together_and_each_is_settled_alone(here):
    await here.take(submitted(1))
    again, moved = submitted(1, 5, trust="Other"), submitted(1, 6, email="new@example.org")
    await here.take(again)
    await here.take(moved)
    application = await only(here)
    infected = Verdict("infected", "Eicar")
    held = application.documents["cv"].file_id
    for _ in range(2):  # the same finding twice
        await here.do(None, application.id, record_scan, held, infected)
    assert await waits(here) == ["after_decision", "other_address", "virus"]
    await here.act(OFFICE, lambda act: apply_version(act, moved.receipt_id, "She rang."))
    assert await waits(here) == ["after_decision", "virus"]
    virus = (await only(here)).awaits_office[1].key
    await here.do(OFFICE, application.id, look_at, virus, "Asked for another by phone.")
    assert await waits(here) == ["after_decision"]
    with pytest.raises(AlreadySo):
        await here.do(OFFICE, application.id, look_at, virus, "Asked for another by phone.")
    key = (await only(here)).awaits_office[0].key
    await here.do(OFFICE, application.id, look_at, key, "Not needed.")
    assert await waits(here) == []
    rows = await here.messaging.db.read("submissions").find({}, sort=[("submitted_at", 1)])
    assert [row["held"] and row["held"]["status"] for row in rows] == [None, "set_aside", "applied"]


@pytest.mark.stack
async def test_what_an_earlier_release_left_waiting_is_settled_by_a_decision_on_its_version(here):
    await here.take(submitted(1))
    here.clock.set(here.cohort.deadline + timedelta(hours=2))
    minutes = int((here.clock.now() - START).total_seconds() // 60)
    late, later = submitted(1, minutes - 1, trust="Late"), submitted(1, minutes, trust="Later")
    await here.take(late)
    await here.take(later)
    stored = {"$set": {"awaits_office": AFTER}}
    await here.messaging.db.write("applications").update({}, stored)
    await here.act(OFFICE, lambda act: set_aside(act, later.receipt_id, "Too late."))
    assert await waits(here) == ["earlier_text"]
    await here.act(OFFICE, lambda act: set_aside(act, late.receipt_id, "Too late."))
    assert await waits(here) == []


@pytest.mark.stack
@pytest.mark.browser
async def test_the_office_settles_one_after_another_on_the_page(browsing):
    running, page = browsing.running, browsing.page
    running.clock.set(datetime(2024, 9, 20, 9, tzinfo=UTC))
    first = await running.take(person(1, submitted_at="1970-01-01T00:00:00Z"))
    again = await running.post(person(1, email="new@example.org"))
    await running.processed(again.json()["receipt_id"])
    path = f"/applications/application/{first['_id']}"
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/", "to-dos-of-what-waits")
    assert "1 submission to decide on" in await browsing.text()
    await browsing.see("/applications/list?flag=waits_time", "list-of-what-waits")
    assert "NS24-0001" in await browsing.text()
    await browsing.see(path, "two-things-wait")
    text = await browsing.text()
    assert "The form's time “1970-01-01T00:00:00Z” is long before applications opened" in text
    assert HELD["other_address"] in text
    await page.click("button:has-text('Looked at')")
    assert "Enter reason" in await browsing.text() or "reason" in await browsing.text()
    await page.fill("#settled_because", "The form's clock was wrong.")
    await page.click("button:has-text('Looked at')")
    assert "settled. 1 other thing waits here." in await browsing.text()
    await page.fill("#settled_because", "A stranger.")
    await page.click("button:has-text('Set it aside')")
    assert "Person Number1 (NS24-0001): settled." in await browsing.text()
    assert (await running.read("applications").get(first["_id"]))["awaits_office"] == []
    await browsing.see("/applications/list?flag=after_decision", "nothing-waits")
    assert "NS24-0001" not in await browsing.text()
