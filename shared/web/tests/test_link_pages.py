import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from structlog.testing import capture_logs

from nextstep_contracts import AccessEnded
from nextstep_messaging import Messaging
from nextstep_web import LinkClaims, WebSettings, link_path, mint_link
from nextstep_web.access_ended import end

from .conftest import NOW, browser_of, who_is_in
from .test_sign_in import sign_in

SENT = NOW
Mint = Callable[..., str]


@pytest.fixture
def path_of(link_key: OKPKey) -> Mint:
    """The path of a link to the example; keywords replace its claims."""

    def mint(**given: object) -> str:
        claims: dict[str, object] = {
            "person_id": "p-1",
            "name": "Dr Amara <Okafor>",
            "purpose": "project",
            "roles": frozenset({"fellow"}),
            "audience": "awards",
            "next": "/awards/me",
            "expires": SENT + timedelta(days=7),
            "made": SENT,
            "rests_on": SENT,
        }
        token = mint_link(link_key.as_dict(private=True), LinkClaims(**(claims | given)))  # type: ignore[arg-type]
        return link_path("awards", token)

    return mint


async def press(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    page = await client.get(path)
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found
    return await client.post(path, data={"csrf_token": found[1]} | fields)


async def test_following_a_link_shows_a_button_and_changes_nothing(
    client: httpx.AsyncClient, path_of: Mint
):
    page = await client.get(path_of())
    assert page.status_code == 200
    assert "Hello, Dr Amara &lt;Okafor&gt;" in page.text
    assert "nextstep-person" not in client.cookies


async def test_pressing_the_button_opens_the_persons_page(
    client: httpx.AsyncClient, path_of: Mint, settings: WebSettings
):
    answer = await press(client, path_of())
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/me")
    (found,) = who_is_in(client, settings)
    assert (found.person_id, found.roles) == ("p-1", {"fellow"})
    assert found.link
    assert found.link.purpose == "project"
    assert (await client.get("/awards/me")).status_code == 200
    assert (await client.get("/awards/projects")).status_code == 403


async def test_a_link_can_be_opened_again_while_it_is_valid(
    client: httpx.AsyncClient, path_of: Mint
):
    path = path_of()
    assert (await press(client, path)).status_code == 303
    assert (await press(client, path)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"expires": SENT}, "This link has expired."),
        ({"audience": "scheduling"}, "This link belongs to another part"),
    ],
)
async def test_a_link_that_cannot_be_opened_says_why(
    client: httpx.AsyncClient, path_of: Mint, wrong: dict[str, object], message: str
):
    path = path_of(**wrong)
    for answer in (await client.get(path), await client.post(path)):
        assert answer.status_code == 403
        assert "nextstep-person" not in client.cookies
    assert message in (await client.get(path)).text


async def test_half_a_link_says_to_open_it_from_the_email(client: httpx.AsyncClient, path_of: Mint):
    answer = await client.get(path_of()[:-20])
    assert answer.status_code == 403
    assert "Open it again from the email itself." in answer.text


async def test_the_token_reaches_neither_logs_nor_metrics_nor_other_sites(
    client: httpx.AsyncClient, path_of: Mint
):
    path = path_of()
    token = path.rsplit("/", 1)[1]
    with capture_logs() as logs:
        page = await client.get(path)
        await client.post(path)
        await client.get(path + "/further")
    assert [line["route"] for line in logs] == [
        "/awards/link/{token}",
        "/awards/link/{token}",
        "(none)",
    ]
    assert token not in str(logs)
    assert token not in (await client.get("/metrics")).text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


async def test_who_is_signed_in_as_staff_is_asked_before_anything_changes(
    office: httpx.AsyncClient, path_of: Mint, settings: WebSettings
):
    page = await office.get(path_of())
    assert "You are signed in here as Olive Office (Programme office)." in page.text
    assert "Open it beside my staff session" in page.text
    assert "Sign out as Olive Office and open it" in page.text
    assert [one.name for one in who_is_in(office, settings)] == ["Olive Office"]


async def test_a_second_session_stands_beside_the_staff_one(
    office: httpx.AsyncClient, path_of: Mint, settings: WebSettings
):
    office.headers.pop("X-CSRF-Token")
    await press(office, path_of())
    assert {one.subject for one in who_is_in(office, settings)} == {
        "test.person@example.org",
        "p-1",
    }
    assert "Dr Amara &lt;Okafor&gt;" in (await office.get("/awards/me")).text
    listed = await office.get("/awards/projects")
    assert listed.status_code == 200
    assert "Olive Office" in listed.text
    assert "Okafor&gt;" not in listed.text


async def test_what_is_sent_is_done_in_the_session_that_its_form_was_shown_to(
    office: httpx.AsyncClient, path_of: Mint
):
    office.headers.pop("X-CSRF-Token")
    await press(office, path_of())
    own = re.search(r'name="csrf_token" value="(\w+)"', (await office.get("/awards/me")).text)
    assert own
    sent = {"reason": "The Fellow moved", "kind": "other", "agreed": "fellow"}
    answer = await office.post("/awards/withdraw", data=sent | {"csrf_token": own[1]})
    assert answer.status_code == 403
    assert "You are signed in as Dr Amara" in answer.text


async def test_the_staff_session_can_be_left_for_the_link(
    client: httpx.AsyncClient, path_of: Mint, settings: WebSettings
):
    await sign_in(client, name="Olive Office", role="office")
    left = dict(client.cookies)
    await press(client, path_of(), leave="yes")
    assert [one.subject for one in who_is_in(client, settings)] == ["p-1"]
    client.cookies.clear()
    client.cookies.update(left)
    assert (await client.get("/awards/projects")).status_code == 303


async def test_an_old_link_opens_the_pages_of_what_the_person_is_now(
    make_app: Callable[..., FastAPI], path_of: Mint, settings: WebSettings
):
    async def roles_of(person_id: str) -> frozenset[str]:
        return frozenset({"fellow"} if person_id == "p-1" else ())

    async with browser_of(make_app(roles_of=roles_of)) as client:
        await press(client, path_of(roles=frozenset({"applicant"})))
        assert who_is_in(client, settings)[0].roles == {"applicant", "fellow"}


@pytest.mark.parametrize("rests_on", [SENT - timedelta(microseconds=1), None])
async def test_a_link_from_before_an_address_change_opens_nothing(
    running: httpx.AsyncClient, messaging: Messaging, path_of: Mint, rests_on: datetime | None
):
    before, after = path_of(rests_on=rests_on), path_of(rests_on=SENT)
    await press(running, before)
    opened = dict(running.cookies)
    await messaging.transact(lambda uow: end(uow, closing(SENT)))
    assert (await running.get("/awards/me")).status_code == 303, "nor does its session"
    page = await running.get(before)
    assert page.status_code == 403
    assert "Your email address changed" in page.text
    assert "Email me a new link" in page.text
    assert (await press(running, before)).status_code == 403
    running.cookies.clear()
    running.cookies.update(opened)
    assert (await running.get("/awards/me")).status_code == 303
    assert (await press(running, after)).status_code == 303
    assert (await running.get("/awards/me")).status_code == 200


async def test_head_is_answered_like_get_and_has_no_effect(
    client: httpx.AsyncClient, path_of: Mint
):
    for path in (path_of(), "/awards/sign-in", "/healthz", "/awards/no-such-page"):
        shown, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (shown.status_code, b"")
        assert head.headers["content-type"] == shown.headers["content-type"]
        assert head.headers["content-length"] == shown.headers["content-length"]
    assert "nextstep-person" not in client.cookies


def closing(before: datetime) -> AccessEnded:
    return AccessEnded(who="p-1", before=before, reason="address_changed")
