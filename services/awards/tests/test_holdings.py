"""What this service holds about people is declared, for erasures and for backups."""

from datetime import UTC, datetime
from typing import Any

import pytest

from awards.app import build
from awards.fellows.records import Record, from_document, to_document
from awards.holdings import HOLDINGS
from awards.judging.sheets import Exclusion, Sheet
from awards.projects.project import Poster, Project, ProjectDetails
from awards.settings import Settings
from nextstep_local.testing import settings_for
from nextstep_messaging import SystemClock
from nextstep_messaging.operating.backup.splitting import claims_of, joined, opens, split
from nextstep_messaging.operating.backup.taking import LEFT_OUT


def test_every_collection_is_declared() -> None:
    given = {"mongo_url": "mongodb://127.0.0.1:1/", "mongo_database": "none"}
    addressed = settings_for("awards", amqp_url="amqp://127.0.0.1:1/", **given)
    _, messaging = build(Settings(**addressed), SystemClock())
    assert HOLDINGS.missing({one.name for one in messaging.collections} - LEFT_OUT) == []


AT = datetime(2025, 7, 22, tzinfo=UTC)
PROJECT = Project(
    id="p1",
    cohort="2024-25",
    details=ProjectDetails(title="Sepsis", supervisor="Dr Wu", trust="CUH", summary="We looked."),
    authors=("ann", "bo"),
    registered_at=AT,
    poster=Poster(file_id="p1:poster", name="poster.pdf", size=3),
)
SHEET = Sheet(
    id="p1:cy",
    cohort="2024-25",
    project_id="p1",
    panellist_id="cy",
    scores={"impact": 4},
    comment="Well said, Ann.",
    excluded=Exclusion(reason="Cy was ill.", by="office", at=AT),
)
OF_BOTH = ("p1", [frozenset({"ann", "bo"})])


def restored(collection: str, record: Record, found: Any, there: set[str]) -> Any:
    """What a restore gives of a record while the keys of these people are there."""
    holding = HOLDINGS.of(collection)
    assert holding is not None
    made = split(to_document(record), holding.stays, claims_of(found))
    values = [held if opens(lock, there) else None for lock, held in made.parts.items()]
    document = joined(made.skeleton, values.__getitem__)
    return None if document is None else from_document(type(record), document)


@pytest.mark.parametrize(
    ("there", "title", "poster"),
    [
        ({"ann", "bo"}, "Sepsis", True),
        ({"bo"}, "Sepsis", False),  # the poster goes with either, the words with both
        (set(), "Erased project p1", False),
    ],
)
def test_what_authors_have_in_common_is_there_for_the_last_of_them(
    there: set[str], title: str, poster: bool
) -> None:
    found = [("ann", [frozenset({"ann"})]), ("bo", [frozenset({"bo"})])]
    project = restored("projects", PROJECT, found, there)
    assert (project.title, project.poster is not None) == (title, poster)
    assert project.authors == PROJECT.authors


@pytest.mark.parametrize(
    ("there", "comment", "reason"),
    [
        ({"ann", "bo", "cy"}, "Well said, Ann.", "Cy was ill."),
        ({"bo", "cy"}, "Well said, Ann.", "Cy was ill."),
        ({"ann"}, "Well said, Ann.", "(erased)"),
        ({"cy"}, "", "(erased)"),  # a judge's key does not open what was said of the erased
    ],
)
def test_a_sheet_is_its_authors_and_in_part_its_judges(
    there: set[str], comment: str, reason: str
) -> None:
    sheet = restored("sheets", SHEET, [OF_BOTH, ("cy", [frozenset({"cy"})])], there)
    assert (sheet.comment, sheet.excluded.reason) == (comment, reason)
    assert sheet.scores == SHEET.scores
