"""Lines of the history: of a kind, whoever wrote them and when."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from applications.admissions.history import HistoryLine, Kind, kind_of
from applications.admissions.public_history import PUBLIC, public_steps
from applications.admissions.store import (
    HISTORY,
    history_from_document,
    history_to_document,
    load_history,
)

from ..admitting import admitting, submitted
from ..builders import cohort

STORED = json.loads((Path(__file__).parent / "stored/history_64e27b8.json").read_text())
"""Rows as release 64e27b8 stored them, one for each of its wordings, without a kind; which kind
each is; and what that release showed the applicant of it."""


def row_of(sample):
    return sample["row"] | {"at": datetime.fromisoformat(sample["row"]["at"])}


@pytest.mark.parametrize("sample", STORED, ids=lambda sample: sample["row"]["what"][:40])
def test_a_line_without_a_kind_is_read_as_what_it_is(sample):
    line = history_from_document(row_of(sample))
    assert line.kind == sample["kind"]
    shown = [step.text for step in public_steps([line], "Europe/London")]
    assert shown == ([sample["public"]] if sample["public"] else [])


def test_there_is_a_stored_line_of_every_kind():
    assert {sample["kind"] for sample in STORED} == {*get_args(Kind)} - {"other"}
    assert kind_of("In words that no release wrote") == "other"
    assert set(PUBLIC) == {sample["kind"] for sample in STORED if sample["public"]}


def test_a_line_is_stored_and_read_as_it_is():
    at = datetime(2024, 8, 1, 10, tzinfo=UTC)
    line = HistoryLine("one", "offered", "In other words", "Rules", "Because.", at, 3)
    assert history_from_document(history_to_document(line)) == line


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
