"""Settings that could not work, or would be unsafe, are refused when the service starts."""

import json
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from nextstep_local.testing import link_public_key, settings_for
from notifications.settings import LOCAL_SENDER, Settings


def given(**changes: Any) -> Settings:
    values = {
        "amqp_url": "amqp://localhost",
        "mongo_url": "mongodb://localhost",
        "smtp_host": "127.0.0.1",
    }
    return Settings(**settings_for("notifications", **values | changes))


PRODUCTION = {
    "environment": "production",
    "local_sign_in": False,
    "secure_cookies": True,
    "sender_address": "next-step@example.org",
}


def test_the_local_stack_needs_only_the_mail_servers_address():
    settings = given()
    assert (settings.contact, settings.starttls) == (LOCAL_SENDER, False)


def test_production_encrypts_unless_told_otherwise():
    assert given(**PRODUCTION).starttls
    assert not given(**PRODUCTION, smtp_tls=True).starttls


def test_answers_go_where_the_office_wants_them():
    assert given(reply_to="office@example.org").contact == "office@example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {**PRODUCTION, "sender_address": LOCAL_SENDER},
        {**PRODUCTION, "smtp_starttls": False, "smtp_password": "secret"},
        {"link_private_key": link_public_key()},
        {"link_private_key": "not a key"},
        {
            "link_private_key": json.dumps(
                OKPKey.generate_key("Ed25519").as_dict(private=True)  # of another pair
            )
        },
    ],
)
def test_what_cannot_work_or_is_unsafe_is_refused(changes: dict[str, Any]):
    with pytest.raises(ValidationError):
        given(**changes)
