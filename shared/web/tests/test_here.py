"""What a page is given: the process it belongs to, and who acts."""

import httpx

from nextstep_web import WebSettings

from .conftest import enter


async def test_a_page_finds_what_its_process_holds(office: httpx.AsyncClient):
    assert (await office.get("/awards/here")).json() == [["projects"], True]


async def test_staff_act_under_their_name_and_from_where_they_are(office: httpx.AsyncClient):
    actor = (await office.post("/awards/act")).json()
    assert actor == {
        "kind": "staff",
        "who": "test.person@example.org",
        "name": "Olive Office",
        "where": "127.0.0.1",
    }


async def test_a_person_behind_a_link_acts_under_their_id_alone(
    client: httpx.AsyncClient, settings: WebSettings
):
    enter(client, settings, "fellow", name="Dr Amara Okafor", person_id="p-1")
    actor = (await client.post("/awards/act")).json()
    assert (actor["kind"], actor["who"], actor["name"]) == ("person", "p-1", "")
