"""What would other rules change? As a rule, at the command line, on the page; and newer rules."""

import asyncio
import csv
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.__main__ import SERVICE
from applications.admissions.application import Application
from applications.admissions.assessing import course, reassessed
from applications.admissions.deciding import run_current_rules
from applications.admissions.rule_trial import what_changes
from nextstep_contracts import Refused
from nextstep_local.testing import environment_for
from nextstep_messaging import run
from nextstep_programme import varied

from ..admitting import OFFICE, admitting, paper, submitted
from ..builders import IN_TIME, answers, cohort
from ..forms import person

COHORT = cohort()


def application(
    number=1, submitted_at=IN_TIME, papers=("cv", "statement_1", "statement_2"), **said
):
    return Application(
        id=uuid4().hex,
        cohort=COHORT.id,
        person_id=uuid4().hex,
        reference=f"NS24-{number:04d}",
        answers=answers(**said),
        documents={key: paper(key, 0) for key in papers},
        first_submitted_at=submitted_at,
        submitted_at=submitted_at,
        arrived=number,
        updated_at=submitted_at,
    )


BETWEEN = application(1, cct_date=date(2026, 9, 20))  # within by Module 1, not by Masterclass 1
PART_TIME = application(2, cct_date=date(2026, 12, 1), ltft_percentage=60)
LATE = application(3, datetime(2024, 9, 10, 9, tzinfo=UTC))
ELSEWHERE = application(4, region="London")
PLAIN = application(5)
EVERYBODY = (BETWEEN, PART_TIME, LATE, ELSEWHERE, PLAIN)


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"eligibility.commencement_alternatives": "[]"}, [("NS24-0001", "refer", "pass")]),
        (
            {
                "eligibility.commencement": "2024-09-11",
                "eligibility.commencement_alternatives": "[]",
            },
            [("NS24-0001", "refer", "fail")],
        ),
        ({"eligibility.less_than_full_time": "scale"}, [("NS24-0002", "refer", "pass")]),
        ({"deadline_on": "2024-09-10"}, [("NS24-0003", "refer", "pass")]),
        (
            {"eligibility.region": "London"},
            [
                ("NS24-0001", "refer", "fail"),
                ("NS24-0002", "refer", "fail"),
                ("NS24-0003", "refer", "fail"),
                ("NS24-0004", "fail", "pass"),
                ("NS24-0005", "pass", "fail"),
            ],
        ),
        ({}, []),
    ],
)
def test_a_dry_run_names_who_would_be_judged_otherwise(changes, changed):
    found = what_changes(EVERYBODY, COHORT, varied(COHORT, changes))
    assert [(c.application.reference, c.now, c.then) for c in found.changed] == changed
    assert found.now.total() == found.then.total() == len(EVERYBODY)
    for one in found.changed:
        assert one.findings


def test_nobody_answered_about_another_day_of_training():
    other = varied(COHORT, {"eligibility.training_on": "2024-08-06"})
    (changed,) = what_changes([PLAIN], COHORT, other).changed
    assert (changed.now, changed.then) == ("pass", "refer")
    assert changed.findings[0].office.startswith("Did not say whether")


def test_fewer_documents_let_those_pass_who_only_wait_for_one():
    waiting = application(6, papers=("cv",))
    fewer = varied(COHORT, {"eligibility.documents": "cv"})
    (changed,) = what_changes([waiting, PLAIN], COHORT, fewer).changed
    assert (changed.application, changed.now, changed.then) == (waiting, "documents", "pass")


def test_a_document_that_is_being_fetched_is_waited_for_as_in_the_real_assessment():
    coming = paper("cv", 0).model_copy(update={"file_id": None, "fetch_id": "receipt:cv"})
    fetching = PLAIN.model_copy(update={"documents": PLAIN.documents | {"cv": coming}})
    fewer = varied(COHORT, {"eligibility.documents": "statement_1"})
    found = what_changes([fetching], COHORT, fewer)
    assert [(c.now, c.then) for c in found.changed] == [("documents", "pass")]
    assert course(reassessed(fetching, COHORT), COHORT) == "documents_needed"
    assert course(reassessed(fetching, fewer), fewer) == "eligible"


@given(
    st.lists(st.sampled_from(EVERYBODY), max_size=8),
    st.dates(date(2024, 9, 12), date(2024, 12, 31)),
    st.sampled_from(["refer", "scale"]),
)
def test_a_dry_run_and_its_opposite_change_the_same_people(some, start, part_time):
    other = varied(
        COHORT,
        {
            "eligibility.commencement": start.isoformat(),
            "eligibility.less_than_full_time": part_time,
        },
    )
    there, back = what_changes(some, COHORT, other), what_changes(some, other, COHORT)
    assert (there.now, there.then) == (back.then, back.now)
    assert [(c.now, c.then) for c in there.changed] == [(c.then, c.now) for c in back.changed]


@pytest.mark.stack
async def test_the_command_says_who_would_be_judged_otherwise_and_changes_nothing(
    running, monkeypatch, capsys, emptied_vhost_url, mongo_url
):
    await running.take(person(1, cct_date="2026-09-20"))
    await running.take(person(2))
    given = environment_for(
        "applications",
        amqp_url=emptied_vhost_url,
        mongo_url=mongo_url,
        mongo_database=running.settings.mongo_database,
    )
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    before = await running.read("applications").find({})

    async def ask(*words):
        capsys.readouterr()
        await asyncio.to_thread(run, SERVICE, ["eligibility-dry-run", *words])
        return capsys.readouterr().out

    said = await ask("--set", "eligibility.commencement_alternatives=[]")
    assert "1 of 2 would be judged otherwise" in said
    assert "NS24-0001 Person Number1: refer -> pass." in said
    assert await running.read("applications").find({}) == before
    for words in ([], ["--set", "places"], ["--set", "region=London"], ["--cohort", "none.yaml"]):
        with pytest.raises(SystemExit) as left:
            await ask(*words)
        assert left.value.code == 2


@pytest.mark.stack
@pytest.mark.browser
async def test_the_office_sees_what_would_change_and_downloads_it(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1, cct_date="2026-09-20"))
    await running.take(person(2, name="<script>alert(1)</script>"))
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/eligibility", "eligibility")
    await page.select_option("#start", index=1)
    await page.click("text=Show what would change")
    seen = await browsing.text()
    assert "1 application would be judged otherwise" in seen
    assert "Nothing is changed" in seen
    await browsing.look("eligibility-dry-run")
    async with running.staff("read_only") as reader:
        query = {"start": "2024-10-08", "format": "csv"}
        sheet = await reader.get("/applications/eligibility", params=query)
        line = next(csv.reader(sheet.text.splitlines()[1:]))
        assert line[:5] == ["NS24-0001", "Person Number1", "referred", "refer", "pass"]
        for wrong in ({"region": "x" * 3, "deadline_on": "2020-01-01"}, {"start": "soon"}):
            answer = await reader.get("/applications/eligibility", params=wrong)
            assert answer.status_code == 422
        run_it = await reader.post("/applications/eligibility/run", data={"reason": "Why not"})
        assert run_it.status_code == 403


@pytest.mark.stack
async def test_newer_rules_are_run_over_undecided_applications_when_the_office_says_so(
    mongo_url, mongo_database
):
    older = cohort(places=1, eligibility={"version": "old"})
    async with admitting(mongo_url, mongo_database, older) as before:
        await before.take(submitted(1, cct_date=date(2026, 9, 20)))
        await before.take(submitted(2))
        await before.take(submitted(3))
    newer = cohort(places=1, eligibility={"commencement_alternatives": (), "version": "new"})
    async with admitting(mongo_url, mongo_database, newer) as now:
        referred, offered, waiting = await now.applications()
        for one in (referred, waiting):
            await now.do(OFFICE, one.id, run_current_rules, "The rules changed.")
        with pytest.raises(Refused, match="decided"):
            await now.do(OFFICE, offered.id, run_current_rules, "The rules changed.")
        with pytest.raises(Refused, match="already"):
            await now.do(OFFICE, referred.id, run_current_rules, "The rules changed.")
        assert [a.state for a in await now.applications()] == [
            "waitlisted",
            "offered",
            "waitlisted",
        ]
        assert (await now.ledger()).waiting == (waiting.id, referred.id)
        lines = await now.messaging.db.read("history").find({"application_id": referred.id})
        assert "Rules run again, version new instead of old" in [line["what"] for line in lines]


@pytest.mark.stack
@pytest.mark.browser
async def test_applications_judged_by_older_rules_are_listed_with_a_button(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1, cct_date="2026-09-20"))
    rows = running.messaging.db.write("applications")
    await rows.update({}, {"$set": {"assessment.version": "2024-25.0"}})
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/eligibility", "eligibility-older")
    assert "1 undecided application judged by another version" in await browsing.text()
    await page.click("button:has-text('Run the current rules')")
    assert "There is a problem" in await browsing.text()
    await page.fill("#reason", "The cohort file was corrected.")
    await page.click("button:has-text('Run the current rules')")
    assert "The current rules were run over 1 application" in await browsing.text()
    assert "judged by another version" not in await browsing.text()
