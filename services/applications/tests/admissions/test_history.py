"""Lines of the history: of a kind, whoever wrote them and when."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from applications.admissions.history import HistoryLine, Kind, kind_of, without_comparison
from applications.admissions.public_history import PUBLIC, public_steps
from applications.admissions.store import (
    HISTORY,
    history_from_document,
    history_to_document,
    load_history,
)
from applications.documents.adding import add_documents
from applications.study_leave.accepting import accept, record_study_leave

from ..admitting import APPLICANT, admitting, paper, submitted
from ..builders import cohort

STORED = json.loads((Path(__file__).parent / "stored/history_64e27b8.json").read_text())
"""Rows as release 64e27b8 stored them, one for each of its wordings, without a kind; which kind
each is; and what that release showed the applicant of it."""

NEWER = {"separated", "entered_by_hand"}
"""Kinds that no release without kinds wrote."""


def test_a_line_without_comparison_says_no_turn_and_no_rank():
    def line(kind, what, why):
        return HistoryLine("a", kind, what, "Ola", why, datetime(2024, 8, 1, tzinfo=UTC))

    turns = [without_comparison(line("waitlisted", f"Waiting list, position {n}", f"{n} before."))
             for n in (1, 2)]  # fmt: skip
    assert turns[0] == turns[1] == line("waitlisted", "Waiting list", "")
    ranks = {without_comparison(line("offered", "Place offered", f"rank {n}.")) for n in (1, 2)}
    assert ranks == {line("offered", "Place offered", "")}
    moved = without_comparison(line("reordered", "Moved from 3 to 1 on the waiting list", "Ill."))
    assert moved == line("reordered", "Moved on the waiting list", "")
    own = line("rejected", "Rejected", "Too early.")
    assert without_comparison(own) == own


def row_of(sample):
    return sample["row"] | {"at": datetime.fromisoformat(sample["row"]["at"])}


@pytest.mark.parametrize("sample", STORED, ids=lambda sample: sample["row"]["what"][:40])
def test_a_line_without_a_kind_is_read_as_what_it_is(sample):
    line = history_from_document(row_of(sample))
    assert line.kind == sample["kind"]
    shown = [step.text for step in public_steps([line], "Europe/London")]
    assert shown == ([sample["public"]] if sample["public"] else [])


def test_there_is_a_stored_line_of_every_kind():
    assert {sample["kind"] for sample in STORED} == {*get_args(Kind)} - {"other", *NEWER}
    assert kind_of("In words that no release wrote") == "other"
    assert set(PUBLIC) == {sample["kind"] for sample in STORED if sample["public"]}


def test_a_line_is_stored_and_read_as_it_is():
    at = datetime(2024, 8, 1, 10, tzinfo=UTC)
    line = HistoryLine("one", "offered", "In other words", "Rules", "Because.", at, 3)
    assert history_from_document(history_to_document(line)) == line


@pytest.mark.stack
async def test_lines_of_one_moment_keep_their_order(mongo_url, mongo_database):
    """Two acts, and two histories of which each begins with a line of the form."""
    async with admitting(mongo_url, mongo_database, cohort()) as here:
        await here.take(submitted(1, papers=("cv",)))
        (application,) = await here.applications()
        papers = {key: paper(key, 1) for key in ("statement_1", "statement_2")}
        await here.do(APPLICANT, application.id, add_documents, papers)
        await here.do(APPLICANT, application.id, accept)
        await here.do(APPLICANT, application.id, record_study_leave, ())
        history = await load_history(here.messaging.db.read, application.id)
        assert len({line.at for line in history}) == 1
        kinds = [line.kind for line in history]
        assert kinds.index("awaits_documents") < kinds.index("documents_sent")
        assert kinds[-3:] == ["offered", "accepted", "study_leave"]


@pytest.mark.stack
async def test_old_and_new_lines_are_one_history(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort()) as here:
        await here.take(submitted(1))
        (application,) = await here.applications()
        old = next(row_of(one) for one in STORED if one["kind"] == "amended")
        old |= {"application_id": application.id, "at": datetime(2024, 7, 1, tzinfo=UTC)}
        await here.messaging.db.write(HISTORY).insert(old)
        history = await load_history(here.messaging.db.read, application.id)
        assert [line.kind for line in history] == ["amended", "submitted", "eligible", "offered"]
