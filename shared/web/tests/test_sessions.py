import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from nextstep_local.secrets_file import SessionKeys
from nextstep_local.testing import session_keys
from nextstep_web import OpenedBy, Principal, WebSettings, sessions

BEGAN = 1_000_000
OLIVE = Principal("olive@kcl.example", "Olive Ó Dálaigh", frozenset({"office"}), None, "s1", BEGAN)
SENT = datetime(2024, 9, 2, 12, 0, 0, 123_456, tzinfo=UTC)
ADA = Principal(
    "p-1",
    "Ada",
    frozenset({"fellow", "applicant"}),
    "p-1",
    "s2",
    BEGAN,
    OpenedBy("application", SENT, SENT),
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """The wall clock, which stands where a test sets it."""
    made = Clock()
    monkeypatch.setattr(sessions.time, "time", lambda: made.now)
    return made


class Clock:
    now = float(BEGAN)


def back(settings: WebSettings, cookie: str) -> Principal | None:
    session = sessions.read(settings, cookie)
    return session and session.principal


@pytest.mark.parametrize("principal", [OLIVE, ADA])
def test_a_cookie_says_who_it_was_issued_to(settings: WebSettings, principal: Principal):
    assert back(settings, sessions.issue(settings, principal)) == principal


def test_an_idle_staff_session_ends_after_an_hour(settings: WebSettings, clock: Clock):
    cookie = sessions.issue(settings, OLIVE)
    clock.now += 3600 - 1
    assert back(settings, cookie) == OLIVE
    clock.now += 1
    assert back(settings, cookie) is None


def test_a_busy_staff_session_ends_after_ten_hours(settings: WebSettings, clock: Clock):
    for _ in range(19):
        clock.now += 1800
        cookie = sessions.issue(settings, OLIVE)
    clock.now = BEGAN + 10 * 3600 - 1
    assert back(settings, cookie) == OLIVE
    clock.now += 1
    assert back(settings, cookie) is None
    assert back(settings, sessions.issue(settings, OLIVE)) is None


def test_a_persons_session_is_not_shortened_by_idling(settings: WebSettings, clock: Clock):
    cookie = sessions.issue(settings, ADA)
    clock.now += 10 * 3600 - 1
    assert back(settings, cookie) == ADA
    clock.now += 1
    assert back(settings, cookie) is None


def of_service(settings: WebSettings, keys: SessionKeys, service: str) -> WebSettings:
    changed = {"session_key": SecretStr(keys.of(service)), "session_public_keys": keys.public}
    return WebSettings(**(settings.model_dump() | changed))


def test_each_service_believes_the_sessions_of_the_others(settings: WebSettings):
    for service in ("applications", "scheduling", "notifications", "awards"):
        cookie = sessions.issue(of_service(settings, session_keys(), service), OLIVE)
        assert back(settings, cookie) == OLIVE


def test_a_key_that_is_no_longer_trusted_opens_nothing(settings: WebSettings):
    leaked = sessions.issue(of_service(settings, session_keys(), "scheduling"), OLIVE)
    kept = json.loads(session_keys().public)
    kept["keys"] = [key for key in kept["keys"] if key["kid"] != "scheduling"]
    without = settings.model_dump() | {"session_public_keys": json.dumps(kept)}
    assert back(WebSettings(**without), leaked) is None


def test_a_cookie_of_another_key_of_that_name_is_nobodys(settings: WebSettings):
    other = of_service(settings, SessionKeys.made(), "awards")
    assert back(settings, sessions.issue(other, OLIVE)) is None


def test_a_notice_cannot_be_passed_off_as_a_session(settings: WebSettings):
    notice = sessions.sign(settings, "notice", {"sub": "olive", "roles": ["office"]}, seconds=60)
    assert back(settings, notice) is None


@pytest.mark.parametrize(
    "header", ['{"alg":"none"}', '{"alg":"none","kid":"awards"}', '{"alg":"HS256","kid":"awards"}']
)
def test_a_cookie_that_names_its_own_algorithm_is_nobodys(settings: WebSettings, header: str):
    _, body, signature = sessions.issue(settings, OLIVE).split(".")
    forged = urlsafe_b64encode(header.encode()).rstrip(b"=").decode() + f".{body}."
    assert back(settings, forged) is None
    assert back(settings, forged + signature) is None


@given(at=st.integers(0), letter=st.sampled_from("ABCabc012_-."))
def test_an_altered_cookie_is_nobodys(settings: WebSettings, at: int, letter: str):
    cookie = sessions.issue(settings, OLIVE)
    # the last letter of base64 has bits that no byte uses: changing them changes nothing
    place = at % (len(cookie) - 1)
    altered = cookie[:place] + letter + cookie[place + 1 :]
    assert back(settings, altered) == (OLIVE if altered == cookie else None)


@given(st.text())
def test_nonsense_is_nobodys(settings: WebSettings, nonsense: str):
    assert back(settings, nonsense) is None


def test_a_role_that_does_not_exist_is_not_held(settings: WebSettings):
    odd = replace(OLIVE, roles=frozenset({"office", "king"}))
    found = back(settings, sessions.issue(settings, odd))
    assert found is not None
    assert found.roles == {"office"}


def test_over_https_the_cookie_is_bound_to_this_host(settings: WebSettings):
    secure = settings.model_copy(update={"secure_cookies": True})
    assert sessions.cookie_name(secure) == "__Host-nextstep-session"
    assert sessions.cookie_name(settings) == "nextstep-session"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
HEADER_NAMES = st.sampled_from(["alg", "kid", "crit", "typ", "b64", "jwk", "x5c", "zip"])


@given(st.dictionaries(HEADER_NAMES, JSON), st.dictionaries(st.text(max_size=5), JSON))
@example({"alg": "Ed25519", "crit": 5}, {})
@example({"alg": "Ed25519", "crit": ["b64"], "b64": False}, {})
def test_whatever_stands_in_a_token_it_opens_nothing(settings, header, claims):
    parts = [json.dumps(part).encode() for part in (header, claims)] + [b"x" * 64]
    token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    assert sessions.read(settings, token) is None


@given(st.text(max_size=60))
def test_no_text_opens_anything(settings, token):
    assert sessions.read(settings, token) is None
