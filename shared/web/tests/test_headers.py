import httpx
import pytest

EVERYWHERE = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
}
PATHS = ["/", "/awards/", "/awards/nowhere", "/awards/static/page.css", "/healthz", "/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str):
    answer = await client.get(path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize("path", ["/awards/", "/awards/projects", "/awards/projects?format=csv"])
async def test_pages_of_somebody_signed_in_are_not_kept(office: httpx.AsyncClient, path: str):
    answer = await office.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


async def test_pages_are_not_compressed_because_they_hold_a_token(office: httpx.AsyncClient):
    assert "content-encoding" not in (await office.get("/awards/projects")).headers


async def test_pages_hold_no_inline_script_or_style(office: httpx.AsyncClient):
    for path in ("/awards/", "/awards/projects", "/awards/withdraw", "/docs"):
        text = (await office.get(path)).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert all("src=" in tag for tag in text.split("<script")[1:])


async def test_what_comes_in_as_a_correlation_id_is_kept_only_if_it_is_one(
    client: httpx.AsyncClient,
):
    sent = "7f8a1f0e-5a3a-4c3c-9a43-0d3c2f8e9b10"
    answer = await client.get("/healthz", headers={"x-correlation-id": sent})
    assert answer.headers["x-correlation-id"] == sent
    answer = await client.get("/healthz", headers={"x-correlation-id": "<script>"})
    assert len(answer.headers["x-correlation-id"]) == 36


async def test_a_notice_is_shown_once_on_the_next_page(office: httpx.AsyncClient):
    good = {"reason": "The Fellow moved", "kind": "other", "agreed": "fellow"}
    await office.post("/awards/withdraw", data=good)
    assert "The project is withdrawn." in (await office.get("/awards/projects")).text
    assert "The project is withdrawn." not in (await office.get("/awards/projects")).text


async def test_a_forged_notice_is_not_shown(office: httpx.AsyncClient):
    office.cookies.set("nextstep-notice", "eyJub3RpY2VzIjpbIllvdSB3b24iXX0")
    assert (await office.get("/awards/projects")).status_code == 200


async def test_a_cookie_header_full_of_nonsense_does_no_harm(client: httpx.AsyncClient):
    answer = await client.get("/healthz", headers={"cookie": 'a="b; ;;=; nextstep-session=x; \x7f'})
    assert answer.status_code == 200


async def test_a_table_goes_out_as_csv_with_the_filter_applied(office: httpx.AsyncClient):
    answer = await office.get("/awards/projects?q=night&format=csv&page=2")
    lines = answer.text.removeprefix("\ufeff").split("\r\n")
    assert (lines[0], len([line for line in lines[1:] if line])) == ('"Title"', 23)
