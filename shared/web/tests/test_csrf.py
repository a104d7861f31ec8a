import re

import httpx

from nextstep_web import WebSettings, csrf_token, sessions
from nextstep_web.testing import signed_in

GOOD = {"reason": "The Fellow moved", "kind": "other", "agreed": "fellow"}


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found
    return found[1]


def without_header(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser sends a form's field, not the header that the fixture adds."""
    client.headers.pop("X-CSRF-Token")
    return client


async def test_a_form_with_its_token_is_accepted(office: httpx.AsyncClient):
    browser = without_header(office)
    token = token_in(await browser.get("/awards/withdraw"))
    answer = await browser.post("/awards/withdraw", data=GOOD | {"csrf_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/projects")


async def test_a_form_without_a_token_is_refused(office: httpx.AsyncClient):
    answer = await without_header(office).post("/awards/withdraw", data=GOOD)
    assert answer.status_code == 403
    assert "The form could not be accepted" in answer.text


async def test_the_token_of_another_session_is_refused(
    office: httpx.AsyncClient, settings: WebSettings
):
    others = signed_in(settings, "office").headers["X-CSRF-Token"]
    answer = await office.post("/awards/withdraw", data=GOOD, headers={"X-CSRF-Token": others})
    assert answer.status_code == 403


async def test_a_request_that_a_browser_calls_cross_site_is_refused(office: httpx.AsyncClient):
    answer = await office.post(
        "/awards/withdraw", data=GOOD, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


async def test_script_sends_the_token_in_a_header(office: httpx.AsyncClient):
    assert (await office.post("/awards/withdraw", data=GOOD)).status_code == 303


async def test_a_body_that_is_no_form_needs_the_header(office: httpx.AsyncClient):
    token = office.headers["X-CSRF-Token"]
    browser = without_header(office)
    answer = await browser.post("/awards/small", json={"csrf_token": token})
    assert answer.status_code == 403


async def test_an_upload_carries_its_token_as_a_field(office: httpx.AsyncClient):
    token = office.headers["X-CSRF-Token"]
    browser = without_header(office)
    sent = {"files": {"file": ("cv.pdf", b"%PDF-1.7")}, "data": {"count": "3"}}
    assert (await browser.post("/awards/upload", **sent)).status_code == 403
    sent["data"] = {"count": "3", "csrf_token": token}
    answer = await browser.post("/awards/upload", **sent)
    assert answer.json() == {"count": 3, "bytes": 8}


async def test_a_machine_needs_no_token(client: httpx.AsyncClient):
    answer = await client.post("/webhooks/form", content=b"{}")
    assert answer.json() == {"source": "form", "bytes": 2}


async def test_before_sign_in_the_token_belongs_to_the_browser_that_got_the_form(
    client: httpx.AsyncClient, settings: WebSettings
):
    form = {"name": "Olive", "role": "office"}
    assert (await client.post("/awards/sign-in", data=form)).status_code == 403
    token = token_in(await client.get("/awards/sign-in"))
    cookie = client.cookies[sessions.cookie_name(settings, "form")]
    assert token == csrf_token(settings, cookie)
    answer = await client.post("/awards/sign-in", data=form | {"csrf_token": token})
    assert answer.status_code == 303
    # signing in starts a session of its own: what was known before it is worth nothing now
    assert (await client.post("/awards/sign-out", data={"csrf_token": token})).status_code == 403


async def test_a_form_from_before_sign_in_is_not_good_for_a_session_whose_id_one_knows(
    client: httpx.AsyncClient, settings: WebSettings
):
    theirs = signed_in(settings, "office")
    client.cookies.set(sessions.cookie_name(settings, "form"), theirs.principal.session_id)
    shown = token_in(await client.get("/awards/sign-in"))
    assert shown != csrf_token(settings, theirs.principal.session_id)
