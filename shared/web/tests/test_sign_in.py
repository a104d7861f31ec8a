import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from nextstep_web import WebSettings, require
from nextstep_web.pages import redirect
from nextstep_web.sign_in import Proved, SignIn, staff_member
from nextstep_web.testing import signed_in

from .conftest import who_is_in


async def sign_in(client: httpx.AsyncClient, **form: str | list[str]) -> httpx.Response:
    page = await client.get("/awards/sign-in")
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found
    return await client.post("/awards/sign-in", data=form | {"csrf_token": found[1]})


async def test_a_page_leads_to_sign_in_and_back_again(client: httpx.AsyncClient):
    refused = await client.get("/awards/projects?state=Scored&sort=title")
    assert refused.status_code == 303
    form = await client.get(refused.headers["location"])
    wanted = re.search(r'name="next" value="([^"]*)"', form.text)
    assert wanted
    back = wanted[1].replace("&amp;", "&")
    assert back == "/awards/projects?state=Scored&sort=title"
    answer = await sign_in(client, name="Olive", role="office", next=back)
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert (await client.get(back)).status_code == 200


async def test_sign_in_never_leads_to_another_site(client: httpx.AsyncClient):
    answer = await sign_in(client, name="Olive", role="office", next="https://evil.example/")
    assert answer.headers["location"] == "/awards/"


async def test_the_session_cookie_is_out_of_reach_of_script(client: httpx.AsyncClient):
    answer = await sign_in(client, name="Olive", role="office")
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if "session" in c]
    attributes = set(cookie.split("; ")[1:])
    assert attributes == {"HttpOnly", "Max-Age=3600", "Path=/", "SameSite=Lax"}


async def test_over_https_cookies_are_secure_and_the_browser_remembers_https(
    make_app: Callable[..., FastAPI], settings: WebSettings
):
    app = make_app(settings=settings.model_copy(update={"secure_cookies": True}))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
        answer = await sign_in(client, name="Olive", role="office")
        assert answer.status_code == 303
        cookies = answer.headers.get_list("set-cookie")
        assert all(c.startswith("__Host-nextstep-") and "Secure" in c for c in cookies)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_who_signed_in_is_named_on_the_page(client: httpx.AsyncClient, settings: WebSettings):
    await sign_in(client, name="  Olive   O'Hara ", role=["office", "panel"])
    (found,) = who_is_in(client, settings)
    assert (found.name, found.subject, found.roles, found.person_id) == (
        "Olive O'Hara",
        "olive.o.hara@local.invalid",
        {"office", "panel"},
        None,
    )
    assert "Olive O&#39;Hara" in (await client.get("/awards/")).text


async def test_a_form_not_filled_in_says_what_is_missing(client: httpx.AsyncClient):
    answer = await sign_in(client, name=" ", role="king")
    assert answer.status_code == 422
    assert "Enter your name" in answer.text
    assert "nextstep-session" not in client.cookies


async def test_a_link_gives_no_staff_role_and_sign_in_no_persons(client: httpx.AsyncClient):
    answer = await sign_in(client, name="Olive", role="fellow")
    assert answer.status_code == 422


async def test_signing_out_ends_the_session(client: httpx.AsyncClient):
    await sign_in(client, name="Olive", role="office")
    page = await client.get("/awards/")
    token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
    answer = await client.post("/awards/sign-out", data={"csrf_token": token})
    assert answer.headers["location"] == "/awards/signed-out"
    assert "nextstep-session" not in client.cookies
    assert "You are signed out" in (await client.get("/awards/signed-out")).text
    assert (await client.get("/awards/")).status_code == 303


async def test_the_wrong_role_is_told_who_the_page_is_for(
    client: httpx.AsyncClient, settings: WebSettings
):
    client.cookies.update(signed_in(settings, "panel", name="Pat").cookies)
    answer = await client.get("/awards/projects")
    assert answer.status_code == 403
    assert "This page is for: Programme office, Read only." in answer.text
    assert "Pat (Executive panel)" in answer.text


async def test_one_session_opens_every_service(
    make_app: Callable[..., FastAPI], client: httpx.AsyncClient
):
    await sign_in(client, name="Olive", role="office")
    elsewhere = make_app(title="Another service")
    transport = httpx.ASGITransport(elsewhere)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", cookies=client.cookies
    ) as other:
        assert (await other.get("/awards/")).status_code == 200


async def test_where_no_sign_in_is_set_up_staff_cannot_get_in(
    make_app: Callable[..., FastAPI], settings: WebSettings
):
    app = make_app(settings=settings.model_copy(update={"local_sign_in": False}))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.get("/awards/sign-in", headers={"accept": "text/html"})
        assert page.status_code == 403
        assert "open the link in the email" in page.text
        assert (await client.post("/awards/sign-in")).status_code == 403


class FromAnotherHost(SignIn):
    """A way of a service's own."""

    async def begin(self, request: Request, next_path: str) -> Response:
        return redirect(f"{request.url.scheme}://identity.example/?next={next_path}")

    async def finish(self, request: Request) -> Proved | Response:
        return await self.returned(request)

    async def returned(self, request: Request) -> Proved | Response:
        name = request.headers["x-proved"]
        return Proved(staff_member("id-1", name, frozenset({"office"})), "/awards/me")


async def test_another_way_of_signing_in_fits_the_same_seam(make_app: Callable[..., FastAPI]):
    transport = httpx.ASGITransport(make_app(sign_in=FromAnotherHost()))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/awards/sign-in?next=/awards/projects")
        assert answer.headers["location"] == "http://identity.example/?next=/awards/projects"
        answer = await client.get("/awards/sign-in/return", headers={"x-proved": "Olive"})
        assert answer.headers["location"] == "/awards/me"
        assert "Olive" in (await client.get("/awards/")).text


async def test_nobody_comes_back_where_the_way_in_is_this_site_itself(client: httpx.AsyncClient):
    answer = await client.get("/awards/sign-in/return?code=1&state=2")
    assert answer.status_code == 404
    assert "nextstep-session" not in client.cookies


def test_a_role_that_does_not_exist_is_noticed_when_the_route_is_declared():
    with pytest.raises(ValueError, match="no such role: king"):
        require("office", "king")
