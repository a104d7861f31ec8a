"""Files that cost much to look at cost those who wait behind them nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.documents.fetch import Fetch
from applications.documents.fetching import in_turn
from applications.intake import worker
from nextstep_local.testing import eventually

from ..conftest import START
from ..forms import file, person
from ..papers import costly

LIST_AS_CSV = "/applications/list?format=csv"
PEOPLE = st.lists(st.sampled_from("abcd"), max_size=30)


def waiting(number: int, who: str) -> Fetch:
    return Fetch(
        id=f"{number}",
        application_id=who,
        person_id=who,
        submission_id=who,
        source="native",
        key="cv",
        given_name="CV.pdf",
        sent_at=START,
        link=None,
        costly=True,
        due=START + timedelta(seconds=number),
    )


@given(PEOPLE)
def test_who_sends_one_waits_for_one_of_each_other_at_most(people):
    fetches = [waiting(number, who) for number, who in enumerate(people)]
    turns = in_turn(fetches)
    assert sorted(turns, key=lambda one: one.due) == fetches
    for who in set(people):
        theirs = [one for one in fetches if one.person_id == who]
        assert [one for one in turns if one.person_id == who] == theirs
        assert turns.index(theirs[0]) < len(set(people))


def with_cv(number: int, cv: bytes) -> dict[str, object]:
    given = person(number)
    given["documents"]["cv"] = file(cv)
    return given


@pytest.mark.stack
async def test_an_innocent_submission_is_taken_in_while_hostile_ones_are_looked_at(
    running, monkeypatch
):
    monkeypatch.setattr(worker, "PACE", replace(worker.PACE, quiet=0.5))
    slow = [with_cv(1, costly(200_000)), *(with_cv(number, costly()) for number in range(2, 6))]
    answers = [await running.post(given) for given in (*slow, person(6))]
    receipts = [await running.processed(answer.json()["receipt_id"]) for answer in answers]
    assert {one["status"] for one in receipts} == {"applied"}
    innocent = await running.read("applications").get(receipts[-1]["application_id"])
    assert innocent["state"] == "offered"
    fetches = await running.read("fetches").find({"key": "cv"})
    assert len(fetches) == 5
    assert sum(one["status"] == "waiting" for one in fetches) >= 3
    assert {one["link"] for one in fetches} == {None}
    waits = await running.read("applications").get(receipts[-2]["application_id"])
    async with running.applicant(waits["person_id"]) as applicant:
        page = (await applicant.get("/applications/me")).text
        assert "We are checking your documents; you need not do anything now" in page
        assert "Being checked" in page
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{waits['_id']}/documents/cv/preview")
        assert "Being checked" in page.text
        for text in (page.text, (await office.get(LIST_AS_CSV)).text):
            assert "etching" not in text
        assert "your CV (we are checking it)" in (await office.get(LIST_AS_CSV)).text

    async def looked_at():
        first = await running.read("applications").get(receipts[0]["application_id"])
        return first if first["state"] == "offered" else None

    found = await eventually(looked_at, timeout=90)  # it was slow, and nothing else
    assert found["documents"]["cv"]["file_id"] is not None
    assert found["documents"]["cv"]["problem"] is None
    assert found["documents"]["statement_1"]["file_id"] is not None
