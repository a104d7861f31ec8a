"""The rules of the ID token, without a provider: by example and by anything that JSON can say."""

import time
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from nextstep_web.openid.id_token import (
    ALGORITHMS,
    OLDEST_SECONDS,
    SKEW_SECONDS,
    Expected,
    claims_of,
    header_of,
    key_for,
    keys_of,
)
from nextstep_web.openid.refusal import SignInRefused

from .hostile import b64, merged, rsa_key, signed

NOW = 1_800_000_000
EXPECTED = Expected("https://id.example.org", "next-step", "a-nonce")
KEY = ECKey.generate_key("P-256", {"kid": "k"})
HEADER = {"alg": "ES256", "kid": "k"}
CLAIMS = {
    "iss": "https://id.example.org",
    "sub": "7",
    "aud": "next-step",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "a-nonce",
}
NAMES = st.sampled_from([*CLAIMS, "azp", "at_hash", "nbf", "auth_time", "amr", "acr", "validate"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["next-step", "a-nonce", "https://id.example.org", 10**400, -(10**400)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def read(changes: dict[str, Any], expected: Expected = EXPECTED) -> Any:
    return claims_of(signed(HEADER, merged(CLAIMS, changes), KEY), KEY, expected, NOW)


def reason_of(changes: dict[str, Any]) -> str:
    with pytest.raises(SignInRefused) as refused:
        read(changes)
    return refused.value.reason


def test_a_good_token_is_read():
    assert read({"email": "a@example.org"})["email"] == "a@example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["next-step"]},
        {"azp": "next-step"},
        {"iat": NOW + SKEW_SECONDS},
        {"iat": NOW - OLDEST_SECONDS},
        {"exp": NOW - SKEW_SECONDS + 1},
        {"nbf": NOW + SKEW_SECONDS},
        {"iat": NOW + 0.5},
    ],
)
def test_what_is_just_right_is_accepted(changes: dict[str, Any]):
    assert read(changes)["sub"] == "7"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iat": NOW + SKEW_SECONDS + 1}, "not_yet_valid"),
        ({"nbf": NOW + SKEW_SECONDS + 1}, "not_yet_valid"),
        ({"iat": NOW - OLDEST_SECONDS - SKEW_SECONDS - 1}, "expired"),
        ({"exp": NOW - SKEW_SECONDS}, "expired"),
        ({"iss": ["https://id.example.org"]}, "issuer"),
        ({"aud": []}, "audience"),
        ({"aud": ["next-step", "next-step"]}, "claim_missing"),
        ({"azp": ""}, "authorised_party"),
        ({"azp": ["next-step"]}, "authorised_party"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": ["a-nonce"]}, "nonce"),
        ({"sub": ""}, "claim_missing"),
        ({"sub": 7}, "claim_malformed"),
        ({"exp": True}, "claim_malformed"),
        ({"iat": float("nan")}, "not_yet_valid"),
        ({"exp": float("inf")}, "claim_malformed"),
        ({"at_hash": ""}, "access_token_hash"),
    ],
)
def test_what_is_just_wrong_is_refused(changes: dict[str, Any], reason: str):
    assert reason_of(changes) == reason


@given(st.dictionaries(NAMES, JSON, min_size=1, max_size=3))
def test_whatever_is_claimed_a_token_is_right_or_refused(changes: dict[str, Any]):
    try:
        found = read(changes)
    except SignInRefused:
        return
    assert found["iss"] == EXPECTED.issuer
    assert found["aud"] in (EXPECTED.client_id, [EXPECTED.client_id])
    assert found["nonce"] == EXPECTED.nonce
    assert found.get("azp", EXPECTED.client_id) == EXPECTED.client_id
    assert isinstance(found["sub"], str)
    assert found["exp"] > NOW - SKEW_SECONDS
    assert NOW - OLDEST_SECONDS - SKEW_SECONDS <= found["iat"] <= NOW + SKEW_SECONDS


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"]),
        JSON | st.sampled_from([*ALGORITHMS, "none", "HS256", "k"]),
    )
)
def test_whatever_a_header_says_it_is_safe_or_refused(header: dict[str, Any]):
    try:
        found = header_of(f"{b64(header)}.{b64(CLAIMS)}.AAAA", EXPECTED)
    except SignInRefused:
        return
    assert found["alg"] in ALGORITHMS
    assert not {"crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"} & set(found)
    key_for(found, [KEY])


@given(st.text() | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}"))
def test_whatever_stands_in_for_a_token_is_refused(token: str):
    with pytest.raises(SignInRefused):
        header_of(token, EXPECTED)


@given(JSON | st.builds(lambda keys: {"keys": keys}, JSON))
def test_whatever_is_published_has_keys_or_is_refused(published: Any):
    try:
        keys = keys_of(published)
    except SignInRefused:
        return
    assert keys == ()


def test_a_token_is_not_read_before_its_size_is_known():
    began = time.perf_counter()
    with pytest.raises(SignInRefused, match="token_too_large"):
        header_of(f"{'A' * 1_000_000}.{b64(CLAIMS)}.AAAA", EXPECTED)
    assert time.perf_counter() - began < 1


def test_the_algorithms_that_the_provider_names_are_the_only_ones():
    token = signed(HEADER, CLAIMS, KEY)
    assert header_of(token, Expected("i", "c", "n", algorithms=["ES256", "none"]))
    with pytest.raises(SignInRefused, match="algorithm"):
        header_of(token, Expected("i", "c", "n", algorithms=["RS256"]))


def test_keys_that_are_not_safe_or_not_for_signatures_are_left_out():
    with warnings.catch_warnings(category=SecurityWarning, action="ignore"):
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
    published = [
        OctKey.generate_key(256, {"kid": "secret"}).as_dict(),
        weak.as_dict(private=False),
        rsa_key("first").as_dict(private=False) | {"use": "enc"},
        ECKey.generate_key("P-384", {"kid": "curve"}).as_dict(private=False),
        OKPKey.generate_key("X25519", {"kid": "exchange"}).as_dict(private=False),
        {"kty": "AKP", "kid": "of the future"},
        {"kty": "RSA", "n": "!"},
        KEY.as_dict(private=False),
    ]
    assert [key.kid for key in keys_of({"keys": published})] == ["k"]


def test_the_key_is_the_one_that_is_named_and_of_the_right_kind():
    other = ECKey.generate_key("P-256", {"kid": "other", "alg": "ES384"})
    keys = (KEY, rsa_key("k"), other)
    assert key_for(HEADER, keys) is KEY
    assert key_for({"alg": "RS256", "kid": "k"}, keys) is rsa_key("k")
    assert key_for({"alg": "EdDSA", "kid": "k"}, keys) is None
    assert key_for({"alg": "ES256", "kid": "other"}, keys) is None
    assert key_for({"alg": "ES256", "kid": ""}, keys) is None


def test_without_a_name_a_key_is_taken_only_if_no_other_can_be_meant():
    twin = ECKey.generate_key("P-256", {"kid": "twin"})
    assert key_for({"alg": "ES256"}, (KEY, rsa_key("k"))) is KEY
    assert key_for({"alg": "ES256"}, (KEY, twin)) is None
    assert key_for({"alg": "ES256", "kid": "k"}, (KEY, KEY)) is None
