from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from nextstep_messaging import Messaging
from nextstep_web import LinkClaims, OpenedBy, WebSettings, link_path, mint_link
from nextstep_web.fresh_link_pages import ON_ITS_WAY
from nextstep_web.link_requests import BETWEEN, MOST, WITHIN, may_ask

from .conftest import NOW, enter
from .test_csrf import token_in

OLD = OpenedBy("project", NOW - timedelta(days=15), NOW - timedelta(days=15))
DAY = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def expired(link_key: OKPKey) -> str:
    """The path of a link of Ada's that has expired."""
    claims = LinkClaims(
        person_id="p-9",
        name="Ada",
        purpose="project",
        roles=frozenset({"fellow"}),
        audience="awards",
        next="/awards/me",
        expires=NOW - timedelta(days=1),
    )
    return link_path("awards", mint_link(link_key.as_dict(private=True), claims))


async def test_an_expired_link_offers_a_new_one(running: httpx.AsyncClient, expired: str):
    page = await running.get(expired)
    assert page.status_code == 403
    assert "This link has expired." in page.text
    sent = {"csrf_token": token_in(page), "token": expired.rsplit("/", 1)[1]}
    answer = await running.post("/awards/fresh-link", data=sent)
    assert ON_ITS_WAY in answer.text
    again = await running.post("/awards/fresh-link", data=sent)
    assert again.text == answer.text


async def test_the_words_are_the_same_for_what_is_no_link_at_all(
    client: httpx.AsyncClient, expired: str
):
    page = await client.get(expired)
    sent = {"csrf_token": token_in(page), "token": "nonsense"}
    answer = await client.post("/awards/fresh-link", data=sent)
    assert (answer.status_code, ON_ITS_WAY in answer.text) == (200, True)


async def test_what_cannot_be_undone_asks_for_a_fresh_link(
    client: httpx.AsyncClient, settings: WebSettings
):
    enter(client, settings, "fellow", person_id="p-9", link=OLD)
    assert (await client.get("/awards/me")).status_code == 200
    answer = await client.post("/awards/leave")
    assert answer.status_code == 403
    assert "Email me a fresh link" in answer.text
    assert "not longer than 14 days ago" in answer.text
    fresh = OpenedBy("own_pages", NOW - timedelta(days=13), NOW)
    enter(client, settings, "fellow", person_id="p-9", link=fresh)
    assert (await client.post("/awards/leave")).status_code == 303


async def test_ten_presses_of_the_office_email_one_link(
    running_with_ada: httpx.AsyncClient, settings: WebSettings, messaging: Messaging
):
    enter(running_with_ada, settings, "office")
    sent = {"next": "/awards/me"}
    for _ in range(10):
        answer = await running_with_ada.post("/awards/fresh-link/p-9", data=sent)
        assert answer.status_code == 303
    told = {"action": "had a fresh link emailed"}
    assert await messaging.db.read("_audit").count(told) == 1


async def test_the_office_has_a_link_emailed_to_who_is_known(
    running_with_ada: httpx.AsyncClient, settings: WebSettings
):
    enter(running_with_ada, settings, "office")
    answer = await running_with_ada.post("/awards/fresh-link/p-9", data={"next": "/awards/ada"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/ada")
    assert (await running_with_ada.post("/awards/fresh-link/p-0")).status_code == 404
    enter(running_with_ada, settings, "read_only")
    assert (await running_with_ada.post("/awards/fresh-link/p-9")).status_code == 403


@given(st.lists(st.integers(0, 2 * 24 * 60).map(lambda m: DAY + timedelta(minutes=m))))
def test_who_asks_all_day_is_sent_few(moments: list[datetime]):
    sent: list[datetime] = []
    for moment in sorted(moments):
        if may_ask(sent, moment):
            sent.append(moment)
    gaps = [b - a for a, b in pairwise(sent)]
    assert all(gap >= BETWEEN for gap in gaps)
    for moment in sent:
        assert sum(moment - WITHIN < one <= moment for one in sent) <= MOST
    assert bool(sent) is bool(moments)
