"""Signing in at a provider over real HTTP, honest and hostile."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response, StreamingResponse
from structlog.testing import capture_logs

from nextstep_messaging import Messaging
from nextstep_web import WebSettings, sessions
from nextstep_web.openid import http
from nextstep_web.openid.provider import FRESH_SECONDS
from nextstep_web.openid.way import OpenIdSignIn
from nextstep_web.testing import signed_in

from ..conftest import browser_of, unstarted, who_is_in
from .hostile import (
    Hostile,
    Person,
    Sign,
    merged,
    other_key,
    rsa_key,
    signed,
    unsigned,
    with_public_key_as_secret,
)

SESSION = "nextstep-session"


def refused(answer: httpx.Response, person: Person, logs: Any) -> tuple[str, str]:
    """The reason and the title of a refusal, which left nothing behind in the browser."""
    assert SESSION not in person.cookies
    assert not [name for name in person.cookies if "sign-in" in name]
    (line,) = [line for line in logs if line["event"] == "sign_in_refused"]
    assert "eyJ" not in json.dumps(logs)
    assert "eyJ" not in answer.text
    return line["reason"], answer.text.split("<h1")[1].split(">")[1].split("<")[0]


async def test_staff_sign_in_and_reach_the_page_they_asked_for(
    hostile: Hostile, person: Person, openid: WebSettings
):
    answer = await person.sign_in("/awards/projects?q=a%20b&sort=title")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/awards/projects?q=a%20b&sort=title",
    )
    (found,) = who_is_in(person.browser, openid)
    assert (found.subject, found.name, found.roles, found.person_id, found.link) == (
        "olive@example.org",
        "Olive Office",
        {"office"},
        None,
        None,
    )
    assert person.cookies == [SESSION]
    assert (await person.browser.get("/awards/projects")).status_code == 200
    assert hostile.codes == {}


async def test_the_provider_is_asked_with_pkce_nonce_and_the_registered_address(
    person: Person, hostile: Hostile, openid: WebSettings
):
    first, second = [parse_qs(urlsplit(await person.begin()).query) for _ in "12"]
    assert first["redirect_uri"] == [f"{openid.awards_url}/awards/sign-in/return"]
    assert first["scope"] == ["openid email profile"]
    assert first["code_challenge_method"] == ["S256"]
    assert "prompt" not in first
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 32
    assert hostile.asked == ["/.well-known/openid-configuration"]


async def test_the_attempt_is_kept_by_the_browser_alone_and_out_of_reach_of_script(
    person: Person,
):
    page = await person.browser.get("/awards/sign-in")
    (cookie,) = page.headers.get_list("set-cookie")
    assert cookie.startswith("nextstep-sign-in-")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax"}


async def test_over_https_the_cookie_is_the_hosts_own(
    make_app: Callable[..., FastAPI], openid: WebSettings
):
    safe = openid.model_copy(update={"secure_cookies": True})
    async with browser_of(make_app(settings=safe)) as browser:
        (cookie,) = (await browser.get("/awards/sign-in")).headers.get_list("set-cookie")
        assert cookie.startswith("__Host-nextstep-sign-in-")
        assert cookie.endswith("; Secure")


async def test_two_tabs_sign_in_side_by_side(person: Person):
    first = await person.begin("/awards/projects?q=first")
    second = await person.begin("/awards/projects?q=second")
    back_to_second = await person.browser.get(await person.at_provider(second))
    back_to_first = await person.browser.get(await person.at_provider(first))
    assert back_to_second.headers["location"] == "/awards/projects?q=second"
    assert back_to_first.headers["location"] == "/awards/projects?q=first"


async def test_head_uses_no_code_up(person: Person):
    """A scanner of links, or a browser that looks ahead, must not sign anybody in."""
    back = await person.at_provider(await person.begin())
    assert (await person.browser.head(back)).status_code == 200
    assert (await person.browser.get(back)).headers["location"] == "/awards/projects"


async def test_another_instance_of_the_service_finishes_what_one_began(
    person: Person, make_app: Callable[..., FastAPI], openid: WebSettings
):
    back = await person.at_provider(await person.begin())
    async with browser_of(make_app(settings=openid)) as elsewhere:
        elsewhere.cookies.update(person.browser.cookies)
        assert (await elsewhere.get(back)).headers["location"] == "/awards/projects"


async def test_a_browser_that_begins_again_and_again_sends_no_more_than_five_attempts(
    person: Person,
):
    addresses = [await person.begin(f"/awards/projects?q={number}") for number in range(8)]
    assert len(person.cookies) == 5
    answer = await person.browser.get(await person.at_provider(addresses[-1]))
    assert answer.headers["location"] == "/awards/projects?q=7"


async def test_a_page_with_too_long_an_address_is_not_remembered(person: Person):
    answer = await person.sign_in("/awards/projects?q=" + "x" * 3000)
    assert answer.headers["location"] == "/awards/"


async def test_sign_in_never_leads_to_another_site(person: Person):
    answer = await person.sign_in("//evil.example/")
    assert answer.headers["location"] == "/awards/"


async def test_whoever_wants_another_account_is_asked_for_it(person: Person):
    page = await person.browser.get("/awards/sign-in?another=1")
    assert "prompt=login" in page.text


async def test_people_get_the_role_that_the_list_of_people_gives_them(
    hostile: Hostile, person: Person, openid: WebSettings
):
    hostile.claims = {"groups": None, "email": "PAT@Example.org"}
    assert (await person.sign_in()).status_code == 303
    (found,) = who_is_in(person.browser, openid)
    assert (found.subject, found.roles) == ("pat@example.org", {"read_only"})


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
async def test_each_safe_algorithm_is_accepted(hostile: Hostile, person: Person, algorithm: str):
    key = rsa_key("first") if algorithm == "PS256" else other_key(algorithm)
    hostile.published, hostile.signs_with = [key], key
    hostile.header = {"alg": algorithm}
    hostile.claims = {"at_hash": None}
    assert (await person.sign_in()).status_code == 303


async def test_a_token_that_names_no_key_is_checked_with_the_only_one(
    hostile: Hostile, person: Person
):
    hostile.header = {"kid": None}
    assert (await person.sign_in()).status_code == 303


async def test_keys_that_were_exchanged_in_the_middle_of_a_sign_in_are_fetched_again(
    hostile: Hostile, person: Person
):
    assert (await person.sign_in()).status_code == 303
    address = await person.begin()
    hostile.published, hostile.signs_with = [rsa_key("second")], rsa_key("second")
    answer = await person.browser.get(await person.at_provider(address))
    assert answer.status_code == 303
    assert hostile.asked.count("/keys") == 2


async def test_the_provider_is_not_asked_for_keys_again_and_again(hostile: Hostile, person: Person):
    hostile.signs_with = rsa_key("never published")
    with capture_logs():
        for _ in range(3):
            assert (await person.sign_in()).status_code == 403
    assert hostile.asked.count("/keys") == 2


async def test_an_answer_that_names_its_issuer_is_accepted(hostile: Hostile, person: Person):
    hostile.document = {"authorization_response_iss_parameter_supported": True}
    hostile.answer = {"iss": hostile.url}
    assert (await person.sign_in()).status_code == 303


TOKENS: dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any], Sign]] = {
    "not signed": ("algorithm", {"alg": "none"}, {}, unsigned),
    "not signed, spelt otherwise": ("algorithm", {"alg": "nOnE"}, {}, unsigned),
    "signed with the public key as a secret": (
        "algorithm",
        {"alg": "HS256"},
        {},
        with_public_key_as_secret,
    ),
    "signed by a weak algorithm": ("algorithm", {"alg": "RS512"}, {}, signed),
    "signed by no algorithm": ("token_unreadable", {"alg": None}, {}, unsigned),
    "bringing its key": (
        "key_in_token",
        {"jwk": rsa_key("own").as_dict(private=False), "kid": None},
        {},
        lambda header, claims, _: signed(header, claims, rsa_key("own")),
    ),
    "naming where its key is": ("key_in_token", {"jku": "https://evil.example/k"}, {}, signed),
    "naming where its certificate is": (
        "key_in_token",
        {"x5u": "https://evil.example/c"},
        {},
        signed,
    ),
    "bringing a certificate": ("key_in_token", {"x5c": ["MIIB"]}, {}, signed),
    "with an unknown condition": ("condition", {"crit": ["moon"], "moon": "full"}, {}, signed),
    "with a condition on encoding": ("condition", {"crit": ["b64"], "b64": True}, {}, signed),
    "signed by somebody else with the same key id": (
        "signature",
        {},
        {},
        lambda header, claims, _: signed(header, claims, rsa_key("stranger")),
    ),
    "with another signature": (
        "signature",
        {},
        {},
        lambda header, claims, key: signed(header, claims, key)[:-20] + "A" * 20,
    ),
    "of two parts": (
        "token_unreadable",
        {},
        {},
        lambda header, claims, key: signed(header, claims, key).rpartition(".")[0],
    ),
    "from another issuer": ("issuer", {}, {"iss": "https://evil.example"}, signed),
    "from an issuer with a slash more": ("issuer", {}, {"iss": "{url}/"}, signed),
    "for another site": ("audience", {}, {"aud": "another-site"}, signed),
    "for this site and another": (
        "audience",
        {},
        {"aud": ["next-step", "another-site"], "azp": "next-step"},
        signed,
    ),
    "for two sites, by nobody": (
        "claim_missing",
        {},
        {"aud": ["next-step", "another-site"]},
        signed,
    ),
    "given to another site": ("authorised_party", {}, {"azp": "another-site"}, signed),
    "of another sign-in": ("nonce", {}, {"nonce": "of-another-sign-in"}, signed),
    "of no sign-in": ("claim_missing", {}, {"nonce": None}, signed),
    "with another access token": ("access_token_hash", {}, {"at_hash": "AAAA"}, signed),
    "that never ends": ("claim_missing", {}, {"exp": None}, signed),
    "of no time": ("claim_missing", {}, {"iat": None}, signed),
    "about nobody": ("claim_missing", {}, {"sub": None}, signed),
    "that ends in words": ("claim_malformed", {}, {"exp": "tomorrow"}, signed),
    "that ends at infinity": ("claim_malformed", {}, {"exp": float("inf")}, signed),
    "of an address that is not verified": (
        "address_unverified",
        {},
        {"email_verified": False},
        signed,
    ),
    "of an address of which nothing is said": (
        "address_unverified",
        {},
        {"email_verified": None},
        signed,
    ),
    "without an address": ("address_missing", {}, {"email": None}, signed),
    "with an address that looks like another's": (
        "address_unusable",
        {},
        {"email": "olive@example.or\u0261"},
        signed,
    ),
    "of somebody without a role": ("no_role", {}, {"groups": ["choir"]}, signed),
    "of somebody with too many groups": (
        "groups_left_out",
        {},
        {"groups": None, "_claim_names": {"groups": "src1"}},
        signed,
    ),
    "with a header of 1 MB": ("provider_answer", {"note": "x" * 1_000_000}, {}, signed),
    "with a large header": ("token_too_large", {"note": "x" * 20_000}, {}, signed),
    "with large claims": ("token_too_large", {}, {"note": "x" * 100_000}, signed),
    "nested without end": (
        "token_unreadable",
        {},
        {},
        lambda header, _, key: signed(header, b'{"a":' + b"[" * 20_000, key),
    ),
}


@pytest.mark.parametrize("name", TOKENS)
async def test_a_token_is_refused(hostile: Hostile, person: Person, name: str):
    reason, header, claims, sign = TOKENS[name]
    url = hostile.url
    hostile.claims = {
        key: value.replace("{url}", url) if isinstance(value, str) else value
        for key, value in claims.items()
    }
    hostile.header, hostile.sign = dict(header), sign
    with capture_logs() as logs:
        answer = await person.sign_in()
    found, title = refused(answer, person, logs)
    assert found == reason
    assert answer.status_code == (503 if reason == "provider_answer" else 403)
    assert title
    assert "Start again" in answer.text
    assert (await person.browser.get("/awards/")).status_code == 303


@pytest.mark.parametrize(
    ("off", "reason"), [(-3600, "expired"), (-840, "expired"), (+3600, "not_yet_valid")]
)
async def test_a_clock_that_is_wrong_is_told(
    hostile: Hostile, person: Person, off: int, reason: str
):
    hostile.clock = lambda: time.time() + off
    if off == -840:
        hostile.claims = {"exp": int(time.time()) + 3600}
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert refused(answer, person, logs)[0] == reason
    assert "clock is wrong" in answer.text


@pytest.mark.parametrize("off", [-100, +100])
async def test_a_clock_that_is_a_little_wrong_is_borne(hostile: Hostile, person: Person, off: int):
    hostile.clock = lambda: time.time() + off
    assert (await person.sign_in()).status_code == 303


async def test_somebody_without_a_role_reads_who_they_are_and_what_to_do(
    hostile: Hostile, person: Person
):
    hostile.claims = {"groups": []}
    with capture_logs() as logs:
        page = await person.sign_in()
    assert page.status_code == 403
    assert "You signed in as olive@example.org" in page.text
    assert "Use another account" in page.text
    assert "olive" not in json.dumps(logs)


async def test_an_answer_is_taken_once(person: Person):
    back = await person.at_provider(await person.begin())
    kept = "; ".join(f"{name}={value}" for name, value in person.browser.cookies.items())
    assert (await person.browser.get(back)).status_code == 303
    person.browser.cookies.clear()
    with capture_logs() as logs:
        answer = await person.browser.get(back)
    assert (answer.status_code, refused(answer, person, logs)[0]) == (400, "attempt_unknown")
    with capture_logs() as logs:  # somebody who copied the cookie before
        answer = await person.browser.get(back, headers={"cookie": kept})
    assert (answer.status_code, refused(answer, person, logs)[0]) == (400, "code_refused")


async def test_an_answer_to_another_browser_is_refused(
    person: Person, make_app: Callable[..., FastAPI], openid: WebSettings
):
    back = await person.at_provider(await person.begin())
    async with browser_of(make_app(settings=openid)) as other:
        victim = Person(other)
        await victim.begin()
        with capture_logs() as logs:
            answer = await other.get(back)
        assert answer.status_code == 400
        assert SESSION not in victim.cookies
        assert logs[0]["reason"] == "attempt_unknown"
        assert "begun in another browser" in answer.text


@pytest.mark.parametrize("query", ["", "?code=1", "?state=&code=1", "?state=\u2603&code=1"])
async def test_an_answer_to_nothing_is_refused(person: Person, query: str):
    with capture_logs() as logs:
        answer = await person.browser.get(f"/awards/sign-in/return{query}")
    assert (answer.status_code, refused(answer, person, logs)[0]) == (400, "attempt_unknown")


async def test_an_attempt_of_another_service_or_changed_is_none(person: Person):
    back = await person.at_provider(await person.begin())
    (name,) = person.cookies
    value = person.browser.cookies[name]
    person.browser.cookies.clear()
    person.browser.cookies.set(name, value[:-4] + "AAAA")
    with capture_logs() as logs:
        answer = await person.browser.get(back)
    assert (answer.status_code, logs[0]["reason"]) == (400, "attempt_unknown")


async def test_an_attempt_ends_after_ten_minutes(person: Person, monkeypatch: pytest.MonkeyPatch):
    back = await person.at_provider(await person.begin())
    later = time.time() + 601
    monkeypatch.setattr(sessions.time, "time", lambda: later)
    with capture_logs() as logs:
        answer = await person.browser.get(back)
    assert (answer.status_code, logs[0]["reason"]) == (400, "attempt_unknown")


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        ({"error": "access_denied", "code": None}, 403, "declined"),
        ({"error": "login_required"}, 403, "declined"),
        ({"error": "<b>\n" * 500}, 403, "declined"),
        ({"error": "temporarily_unavailable"}, 503, "provider_away"),
        ({"error": "invalid_scope"}, 503, "request_refused"),
        ({"code": None}, 403, "answer_incomplete"),
        ({"code": "x" * 9_000}, 403, "answer_incomplete"),
        ({"iss": "https://evil.example"}, 403, "answer_of_another"),
    ],
)
async def test_what_the_provider_says_by_the_browser_is_told_in_words(
    hostile: Hostile, person: Person, said: dict[str, Any], status: int, reason: str
):
    hostile.answer = said
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert (answer.status_code, refused(answer, person, logs)[0]) == (status, reason)
    assert "<b>" not in answer.text


async def test_an_answer_without_the_issuer_that_was_promised_is_refused(
    hostile: Hostile, person: Person
):
    hostile.document = {"authorization_response_iss_parameter_supported": True}
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert refused(answer, person, logs)[0] == "answer_incomplete"


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 10_000
        await asyncio.sleep(0)


async def _late() -> Response:
    await asyncio.sleep(1)  # longer than the site waits in these tests
    return Response()


async def _drops() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.1)


WAYS_TO_FAIL: dict[str, tuple[Callable[[], Any], str]] = {
    "broken": (lambda: Response("oops", 500), "provider_answer"),
    "not JSON": (lambda: Response("<html>"), "provider_answer"),
    "not an object": (lambda: JSONResponse([1]), "provider_answer"),
    "endless": (lambda: StreamingResponse(_endless()), "provider_answer"),
    "packed": (
        lambda: Response(b"\x1f\x8b", headers={"content-encoding": "gzip"}),
        "provider_answer",
    ),
    "nested without end": (lambda: Response("[" * 100_000), "provider_answer"),
    "silent": (_late, "provider_away"),
    "dripping": (lambda: StreamingResponse(_drops()), "provider_away"),
    "elsewhere": (lambda: Response(status_code=302, headers={"location": "/"}), "provider_answer"),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize("how", WAYS_TO_FAIL)
async def test_a_provider_that_fails_is_told_in_words(
    hostile: Hostile, person: Person, path: str, how: str, monkeypatch: pytest.MonkeyPatch
):
    fails, reason = WAYS_TO_FAIL[how]
    asks = "/awards/sign-in"
    if not path.startswith("/.well-known"):
        asks = await person.at_provider(await person.begin())
    if reason == "provider_away":
        monkeypatch.setattr(http, "SECONDS", 0.5)
    hostile.instead = {path: fails}
    with capture_logs() as logs:
        answer = await person.browser.get(asks)
    assert answer.status_code == 503
    found, title = refused(answer, person, logs)
    assert title == "Nobody can sign in just now"
    if how == "not an object" and path != "/token":
        reason = "provider_document"
    assert found == reason
    assert "Wait a few minutes" in answer.text


async def test_a_provider_that_is_not_there_is_told_in_words(
    make_app: Callable[..., FastAPI], openid: WebSettings
):
    gone = openid.model_copy(update={"oidc_issuer": "http://127.0.0.1:1"})
    async with browser_of(make_app(settings=gone)) as browser:
        with capture_logs() as logs:
            answer = await browser.get("/awards/sign-in")
    assert answer.status_code == 503
    assert "Example University" in answer.text
    assert [line["reason"] for line in logs if "reason" in line][-1] == "provider_away"


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        ("invalid_grant", 400, "code_refused"),
        ("invalid_client", 503, "client_refused"),
        ("moon", 503, "request_refused"),
    ],
)
async def test_a_code_that_the_provider_does_not_take_is_told_in_words(
    hostile: Hostile, person: Person, error: str, status: int, reason: str
):
    said = {"error": error, "error_description": "AADSTS7000222: the secret has expired"}
    hostile.instead = {"/token": lambda: JSONResponse(said, 401)}
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert (answer.status_code, refused(answer, person, logs)[0]) == (status, reason)
    assert "AADSTS7000222" in json.dumps(logs)
    assert "AADSTS7000222" not in answer.text


@pytest.mark.parametrize("tokens", [{}, {"id_token": 7}, {"id_token": "x", "access_token": []}])
async def test_an_answer_without_a_token_is_refused(
    hostile: Hostile, person: Person, tokens: dict[str, Any]
):
    hostile.instead = {"/token": lambda: JSONResponse(tokens)}
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert (answer.status_code, refused(answer, person, logs)[0]) == (403, "token_missing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"end_session_endpoint": "http://evil.example/"},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
)
async def test_a_document_that_leads_elsewhere_is_refused(
    hostile: Hostile, person: Person, wrong: dict[str, Any]
):
    hostile.document = wrong
    with capture_logs() as logs:
        answer = await person.browser.get("/awards/sign-in")
    assert (answer.status_code, refused(answer, person, logs)[0]) == (503, "provider_document")


async def test_an_algorithm_that_the_provider_does_not_use_is_refused(
    hostile: Hostile, person: Person
):
    hostile.document = {"id_token_signing_alg_values_supported": ["ES256", "none"]}
    with capture_logs() as logs:
        answer = await person.sign_in()
    assert refused(answer, person, logs)[0] == "algorithm"


async def test_documents_are_asked_for_again_when_they_are_old_and_serve_while_it_is_away(
    hostile: Hostile, openid: WebSettings, make_app: Callable[..., FastAPI]
):
    moment = time.time()
    way = OpenIdSignIn("awards", openid, now=lambda: moment)
    async with browser_of(make_app(settings=openid, sign_in=way)) as browser:
        somebody = Person(browser)
        await somebody.begin()
        await somebody.begin()
        assert hostile.asked.count("/.well-known/openid-configuration") == 1
        moment += FRESH_SECONDS + 1
        hostile.document = {"authorization_endpoint": f"{hostile.url}/moved"}
        assert "/moved?" in await somebody.begin()
        moment += FRESH_SECONDS + 1
        hostile.instead = {"/.well-known/openid-configuration": lambda: Response(status_code=500)}
        with capture_logs():
            assert "/moved?" in await somebody.begin()
            await somebody.begin()
        assert hostile.asked.count("/.well-known/openid-configuration") == 3
        moment += 24 * 3600
        with capture_logs():
            assert (await browser.get("/awards/sign-in")).status_code == 503


async def test_many_who_come_at_once_ask_the_provider_once(hostile: Hostile, person: Person):
    await asyncio.gather(*(person.browser.get("/awards/sign-in") for _ in range(20)))
    assert hostile.asked == ["/.well-known/openid-configuration"]


async def test_services_behind_one_address_share_the_sign_in(
    make_app: Callable[..., FastAPI], openid: WebSettings, kept: Messaging, mongo_url: str
):
    address = "https://next.example.org"
    urls = dict.fromkeys(("applications_url", "scheduling_url", "awards_url"), address)
    behind = openid.model_copy(update={"secure_cookies": True, **urls})
    scheduling = unstarted("scheduling", mongo_url, "test_web_scheduling")
    services = {
        "awards": make_app(kept, settings=behind),
        "scheduling": make_app(scheduling, settings=behind, routers=[]),
    }

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        await services[scope["path"].split("/")[1]](scope, receive, send)

    transport = httpx.ASGITransport(gateway)
    accept = {"accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url=address, headers=accept) as browser:
        somebody = Person(browser)
        first = await somebody.begin()
        led = await browser.get("/scheduling/sign-in?next=/scheduling/signed-out")
        second = unescape(led.text.split("0; url=")[1].split('"')[0])
        for service, asked in (("awards", first), ("scheduling", second)):
            wanted = parse_qs(urlsplit(asked).query)["redirect_uri"]
            assert wanted == [f"{address}/{service}/sign-in/return"]
        answer = await browser.get(await somebody.at_provider(second))
        assert answer.headers["location"] == "/scheduling/signed-out"
        assert "Olive Office" in (await browser.get("/scheduling/signed-out")).text
        assert (await browser.get("/awards/projects")).status_code == 200
        answer = await browser.get(await somebody.at_provider(first))
        assert answer.headers["location"] == "/awards/projects"
        assert somebody.cookies == ["__Host-nextstep-session"]


async def sign_out(browser: httpx.AsyncClient) -> httpx.Response:
    page = await browser.get("/awards/")
    token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
    return await browser.post("/awards/sign-out", data={"csrf_token": token}, follow_redirects=True)


async def test_signing_out_ends_the_session_here_and_leads_to_the_provider(
    hostile: Hostile, person: Person, openid: WebSettings
):
    await person.sign_in()
    page = await sign_out(person.browser)
    assert SESSION not in person.cookies
    address = unescape(page.text.split("0; url=")[1].split('"')[0])
    assert address.startswith(f"{hostile.url}/leave?")
    assert parse_qs(urlsplit(address).query) == {
        "client_id": ["next-step"],
        "post_logout_redirect_uri": [f"{openid.awards_url}/awards/signed-out"],
    }
    assert "You are signed out" in (await person.browser.get("/awards/signed-out")).text


@pytest.mark.parametrize("away", [True, False])
async def test_where_the_provider_cannot_sign_out_people_are_warned(
    hostile: Hostile, person: Person, openid: WebSettings, away: bool
):
    hostile.document = {"end_session_endpoint": None}
    if away:
        hostile.instead = {"/.well-known/openid-configuration": lambda: Response(status_code=500)}
    person.browser.cookies.update(signed_in(openid, "office").cookies)
    with capture_logs():
        page = await sign_out(person.browser)
    ended = page.history[0].headers["set-cookie"]
    assert ended.startswith('nextstep-session="";')
    assert "Max-Age=0" in ended
    assert "You may still be signed in at Example University" in page.text


async def test_a_fellow_who_signs_out_is_not_sent_to_a_provider(
    person: Person, openid: WebSettings
):
    fellow = signed_in(openid, "fellow", person_id="p-1")
    person.browser.cookies.update(fellow.cookies)
    answer = await person.browser.post("/awards/sign-out", headers=fellow.headers)
    assert answer.headers["location"] == "/awards/signed-out"


async def test_a_form_sent_to_the_sign_in_page_begins_it(person: Person):
    await person.browser.get("/awards/sign-in")
    assert (await person.browser.post("/awards/sign-in")).status_code == 403


async def test_the_local_page_offers_the_provider_beside_it(
    make_app: Callable[..., FastAPI], openid: WebSettings
):
    both = openid.model_copy(update={"local_sign_in": True})
    async with browser_of(make_app(settings=both)) as browser:
        page = await browser.get("/awards/sign-in?next=/awards/projects")
        assert "Sign in with Example University" in page.text
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        local = {"name": "Olive", "role": "office", "csrf_token": token, "next": "/awards/"}
        assert (await browser.post("/awards/sign-in", data=local)).status_code == 303
        browser.cookies.clear()
        led = await browser.get("/awards/sign-in?with=account&next=/awards/projects")
        address = unescape(led.text.split("0; url=")[1].split('"')[0])
        answer = await browser.get(await Person(browser).at_provider(address))
        assert answer.headers["location"] == "/awards/projects"


def test_merging_takes_away_what_is_none():
    assert merged({"a": 1, "b": 2}, {"b": None, "c": 3}) == {"a": 1, "c": 3}
