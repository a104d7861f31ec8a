"""Settings that cannot work, or would let anybody in, are refused with what to do about it."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from nextstep_web.openid.settings import OpenIdSettings, is_safe

GOOD: dict[str, Any] = {
    "oidc_issuer": "https://id.example.org/realms/nhs",
    "oidc_client_id": "next-step",
    "oidc_client_secret": "secret",
    "oidc_people": {"ann@example.org": ["office"]},
}


class Prefixed(OpenIdSettings):
    model_config = SettingsConfigDict(env_prefix="AWARDS_")


def test_nothing_is_asked_of_a_site_without_a_provider():
    assert OpenIdSettings().oidc_issuer == ""


def test_they_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "ISSUER": "https://id.example.org",
        "CLIENT_ID": "next-step",
        "CLIENT_SECRET": "secret",
        "ROLES_CLAIM": "groups",
        "ROLES": '{"g-1": "office", "g-2": ["panel", "read_only"]}',
        "PEOPLE": "",
    }.items():
        monkeypatch.setenv(f"AWARDS_OIDC_{name}", value)
    found = Prefixed()
    assert found.oidc_roles == {"g-1": ("office",), "g-2": ("panel", "read_only")}
    assert found.oidc_people == {}
    assert "secret" not in repr(found.oidc_client_secret)


def test_addresses_of_people_are_compared_in_lower_case():
    found = OpenIdSettings(**(GOOD | {"oidc_people": {"Ann@Example.org": "office"}}))
    assert found.oidc_people == {"ann@example.org": ("office",)}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"oidc_issuer": ""}, "oidc_client_id is set, but oidc_issuer is not"),
        ({"oidc_issuer": "http://id.example.org"}, "must begin with https"),
        ({"oidc_issuer": "http://localhost:9400"}, "must begin with https"),
        ({"oidc_issuer": "id.example.org"}, "provider's https address"),
        ({"oidc_issuer": "https://ann@id.example.org"}, "without user, query or #"),
        ({"oidc_issuer": "https://id.example.org?a=b"}, "without user, query or #"),
        ({"oidc_issuer": "https://[id"}, "provider's https address"),
        (
            {"oidc_issuer": "https://login.microsoftonline.com/common/v2.0"},
            "must name your own tenant",
        ),
        ({"oidc_client_id": ""}, "oidc_client_id is missing"),
        ({"oidc_client_secret": ""}, "oidc_client_secret is missing"),
        ({"oidc_people": {}}, "nobody would have a role"),
        ({"oidc_roles_claim": "groups"}, "go together"),
        ({"oidc_roles": {"g": "office"}}, "go together"),
        ({"oidc_roles": {"g": "king"}, "oidc_roles_claim": "g"}, "there is no role 'king'"),
        ({"oidc_roles": {"g": "fellow"}, "oidc_roles_claim": "g"}, "there is no role 'fellow'"),
        ({"oidc_roles": {"g": []}, "oidc_roles_claim": "g"}, "from a name to roles"),
        ({"oidc_roles": "office", "oidc_roles_claim": "g"}, "must be a JSON object"),
        ({"oidc_roles": "[]", "oidc_roles_claim": "g"}, "must be a JSON object"),
        ({"oidc_people": '{"a@b.c": "office", "a@b.c": "panel"}'}, "there twice"),
        ({"oidc_people": '{"a@b.c": "office", "A@b.c": "panel"}'}, "there twice"),
        ({"oidc_people": {"ann": "office"}}, "is not an email address"),
        ({"oidc_people": {"\u00e4nn@b.c": "office"}}, "is not an email address"),
        ({"oidc_scopes": "email"}, "must hold openid"),
    ],
)
def test_settings_that_cannot_work_say_what_to_do(wrong: dict[str, Any], message: str):
    with pytest.raises(ValidationError, match=message):
        OpenIdSettings(**(GOOD | wrong))


def test_plain_http_and_no_secret_are_for_a_provider_on_this_machine():
    local = {"environment": "local", "oidc_client_secret": "", "oidc_issuer": "http://127.0.0.1:1"}
    assert OpenIdSettings(**(GOOD | local)).environment == "local"
    with pytest.raises(ValidationError, match="must begin with https"):
        OpenIdSettings(**(GOOD | local | {"oidc_issuer": "http://id.example.org"}))


@pytest.mark.parametrize(
    ("address", "anywhere", "local"),
    [
        ("https://id.example.org/a", True, True),
        ("http://127.0.0.1:80/a", False, True),
        ("http://[::1]/a", False, True),
        ("http://localhost/a", False, True),
        ("http://localhost.example.org/a", False, False),
        ("http://127.0.0.1@example.org/a", False, False),
        ("javascript:alert(1)", False, False),
        ("//id.example.org", False, False),
        ("https://", False, False),
        ("https://id.example.org:99999/", False, False),
        ("", False, False),
    ],
)
def test_addresses_that_are_safe(address: str, anywhere: bool, local: bool):
    assert (is_safe(address, local=False), is_safe(address, local=True)) == (anywhere, local)
