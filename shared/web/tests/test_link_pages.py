import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from joserfc.jwk import OKPKey
from structlog.testing import capture_logs

from nextstep_web import LinkClaims, WebSettings, link_path, mint_link, sessions

SENT = datetime(2024, 9, 2, 12, tzinfo=UTC)
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
        }
        token = mint_link(link_key.as_dict(private=True), LinkClaims(**(claims | given)))  # type: ignore[arg-type]
        return link_path("awards", token)

    return mint


async def press(client: httpx.AsyncClient, path: str) -> httpx.Response:
    page = await client.get(path)
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found
    return await client.post(path, data={"csrf_token": found[1]})


async def test_following_a_link_shows_a_button_and_changes_nothing(
    client: httpx.AsyncClient, path_of: Mint
):
    page = await client.get(path_of())
    assert page.status_code == 200
    assert "Hello, Dr Amara &lt;Okafor&gt;" in page.text
    assert "nextstep-session" not in client.cookies


async def test_pressing_the_button_opens_the_persons_page(
    client: httpx.AsyncClient, path_of: Mint, settings: WebSettings
):
    answer = await press(client, path_of())
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/me")
    found = sessions.read(settings, client.cookies["nextstep-session"])
    assert found is not None
    assert (found.person_id, found.roles, found.purpose) == ("p-1", {"fellow"}, "project")
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
        ({"expires": SENT}, "This link has expired. Ask the programme office for a new one."),
        ({"audience": "scheduling"}, "This link belongs to another part"),
    ],
)
async def test_a_link_that_cannot_be_opened_says_why(
    client: httpx.AsyncClient, path_of: Mint, wrong: dict[str, object], message: str
):
    path = path_of(**wrong)
    for answer in (await client.get(path), await client.post(path)):
        assert answer.status_code == 403
        assert "nextstep-session" not in client.cookies
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
