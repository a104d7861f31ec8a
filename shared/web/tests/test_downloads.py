"""Who took which table as a file is on the audit trail."""

import httpx
import pytest
from starlette.datastructures import Headers

from nextstep_messaging import Messaging
from nextstep_messaging.testing import audit_trail
from nextstep_web import WebSettings, csv_response
from nextstep_web.downloads import TABLES, downloaded_table

from .conftest import enter

EXCEL = TABLES[1]


@pytest.mark.parametrize(
    ("status", "kind", "disposition", "name"),
    [
        (200, "text/csv; charset=utf-8", "attachment; filename*=UTF-8''a%20b.csv", "a b.csv"),
        (200, EXCEL, 'attachment; filename="people.xlsx"', "people.xlsx"),
        (200, EXCEL, "attachment", "a table"),
        (404, "text/csv", "attachment; filename=a.csv", None),
        (200, "application/pdf", "attachment; filename=a.pdf", None),
        (200, "text/csv", "inline", None),
    ],
)
def test_tables_are_known_whatever_made_them(
    status: int, kind: str, disposition: str, name: str | None
):
    headers = Headers({"content-type": kind, "content-disposition": disposition})
    assert downloaded_table(status, headers) == name


def test_every_file_of_a_table_is_one():
    made = csv_response("people.csv", ["Name"], [])
    assert downloaded_table(200, made.headers) == "people.csv"


@pytest.mark.stack
async def test_taking_a_file_leaves_an_entry_without_what_was_searched_for(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "read_only")
    await running.get("/awards/projects")
    await running.head("/awards/projects?format=csv")
    assert await audit_trail(messaging) == []
    await running.get("/awards/projects?format=csv&q=Okafor&state=Scored")
    [entry] = await audit_trail(messaging)
    assert (entry["action"], entry["about"]) == ("downloaded", "projects.csv")
    assert entry["details"] == {"from": "/awards/projects", "filters": ["q", "state"]}
    assert "Okafor" not in str(entry)
    assert "@" in entry["who"]
    enter(running, settings, "office")
    assert "downloaded projects.csv" in (await running.get("/awards/audit")).text
