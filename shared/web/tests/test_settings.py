import json

import pytest
from joserfc.jwk import ECKey, OKPKey
from pydantic import ValidationError

from nextstep_local.secrets_file import SessionKeys
from nextstep_local.testing import session_keys
from nextstep_web import WebSettings

KEY = OKPKey.generate_key("Ed25519", {"kid": "test"})
PUBLIC = KEY.as_dict(private=False)
NAMELESS = {name: value for name, value in PUBLIC.items() if name != "kid"}

GUESSED = json.dumps(
    {"kty": "OKP", "crv": "Ed25519", "kid": "a", "d": "YWFh" * 10 + "YWE", "x": PUBLIC["x"]}
)


def key_set(*keys: dict[str, object]) -> str:
    return json.dumps({"keys": keys})


GOOD = {
    "environment": "production",
    "session_key": session_keys().of("awards"),
    "session_public_keys": session_keys().public,
    "link_public_key": json.dumps(KEY.as_dict(private=False)),
}


def test_cookies_are_secure_and_local_sign_in_is_off_unless_said_otherwise():
    settings = WebSettings(**GOOD)
    assert (settings.secure_cookies, settings.local_sign_in) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"local_sign_in": True}, "only allowed where environment is local"),
        ({"secure_cookies": False}, "only where environment is local"),
        ({"session_key": GUESSED}, "can be guessed"),
        (
            {"environment": "local", "local_sign_in": True, "awards_url": "https://a.example.org"},
            "awards_url is not on this machine",
        ),
        ({"session_key": "x" * 32}, "session_key must be an Ed25519 key"),
        ({"session_key": json.dumps(KEY.as_dict(private=False))}, "must be a private key"),
        ({"session_key": json.dumps(KEY.as_dict(private=True))}, "under the same kid"),
        ({"session_key": SessionKeys.made().of("awards")}, "under the same kid"),
        ({"session_public_keys": session_keys().of("awards")}, "must be a JWK Set"),
        ({"session_public_keys": '{"keys": [1]}'}, "must be a JWK Set"),
        ({"session_public_keys": key_set(json.loads(session_keys().of("awards")))}, "private key"),
        ({"session_public_keys": key_set(NAMELESS)}, 'each of session_public_keys needs a "kid"'),
        ({"session_public_keys": key_set(PUBLIC, PUBLIC)}, "of its own"),
        ({"link_public_key": "not json"}, "must be a JWK"),
        ({"link_public_key": "{}"}, "must be a JWK"),
        ({"link_public_key": json.dumps(KEY.as_dict(private=True))}, "only notifications"),
        (
            {"link_public_key": json.dumps(ECKey.generate_key("P-256").as_dict(private=False))},
            "must be a JWK",
        ),
        (
            {"link_public_key": json.dumps(OKPKey.generate_key("X25519").as_dict(private=False))},
            "curve Ed25519",
        ),
    ],
)
def test_settings_that_would_be_unsafe_are_refused(wrong: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        WebSettings(**(GOOD | wrong))


def test_local_sign_in_is_allowed_in_the_local_stack():
    assert WebSettings(**(GOOD | {"environment": "local", "local_sign_in": True})).local_sign_in
