import json

import pytest
from joserfc.jwk import ECKey, OKPKey
from pydantic import ValidationError

from nextstep_web import WebSettings

KEY = OKPKey.generate_key("Ed25519")
GOOD = {
    "environment": "production",
    "session_secret": "x" * 32,
    "link_public_key": json.dumps(KEY.as_dict(private=False)),
}


def test_cookies_are_secure_and_local_sign_in_is_off_unless_said_otherwise():
    settings = WebSettings(**GOOD)
    assert (settings.secure_cookies, settings.local_sign_in) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"local_sign_in": True}, "only allowed where environment is local"),
        ({"session_secret": "x" * 31}, "at least 32 bytes"),
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
