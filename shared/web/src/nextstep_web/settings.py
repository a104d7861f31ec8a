"""The settings that any service with pages needs; a service's own settings class inherits them."""

import json
from functools import cached_property
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import Field, SecretStr, field_validator, model_validator

from nextstep_web.openid.settings import OpenIdSettings
from nextstep_web.session_keys import private_key, public_keys, trusted

ADDRESSES = ("applications_url", "scheduling_url", "notifications_url", "awards_url")


class WebSettings(OpenIdSettings):
    """What pages, sessions and emailed links need. Mixed into a service's settings class."""

    session_key: SecretStr
    """Ed25519 private key (a JWK in JSON, with a `kid`) that signs this service's sessions."""
    session_public_keys: str
    """A JWK Set in JSON: the public keys of all four services, whose sessions are trusted."""
    session_idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    """A staff session ends when nothing was asked for so long."""
    session_hours: int = Field(default=10, ge=1, le=24)
    """And however busy it is, when it is so old; so does one that an emailed link opened."""
    link_public_key: str
    """Ed25519 public key (a JWK in JSON) that verifies emailed links."""
    local_sign_in: bool = False
    """Offer the sign-in page that asks no password. Only in the local stack."""
    secure_cookies: bool = True
    """Cookies over https only. Off in the local stack, which speaks plain http on loopback."""
    applications_url: str = "http://127.0.0.1:8101"
    scheduling_url: str = "http://127.0.0.1:8102"
    notifications_url: str = "http://127.0.0.1:8103"
    awards_url: str = "http://127.0.0.1:8104"
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """What a scraper of `/metrics` must send as its bearer token. Without one, the local stack
    shows metrics to everybody, and production to nobody."""
    page_body_limit: int = Field(default=2_000_000, gt=0)
    """Largest request body in bytes where a route sets no `max_body_size` of its own."""
    bodies_in_memory: int = Field(default=24_000_000, ge=1_000_000)
    """Bytes of all bodies that are on their way and kept in memory; who comes then waits."""
    bodies_on_disk: int = Field(default=400_000_000, ge=50_000_000)
    """Bytes of all spooled bodies, in the folder for temporary files (`TMPDIR`)."""
    bodies_worked_on: int = Field(default=45_000_000, ge=45_000_000)
    """Bytes of spooled bodies that are read back into memory at once: one of the largest."""

    @cached_property
    def own_session_key(self) -> OKPKey:
        """What this service signs sessions with."""
        return private_key(self.session_key.get_secret_value())

    @cached_property
    def trusted_session_keys(self) -> KeySet:
        """What sessions of all services are verified with."""
        return public_keys(self.session_public_keys)

    @field_validator("link_public_key")
    @classmethod
    def _public_ed25519(cls, value: str) -> str:
        try:
            key = OKPKey.import_key(json.loads(value))
        except (ValueError, TypeError, KeyError, JoseError):
            raise ValueError("link_public_key must be a JWK in JSON") from None
        if key.curve_name != "Ed25519":
            raise ValueError("link_public_key must be on the curve Ed25519")
        if key.is_private:
            raise ValueError("link_public_key holds a private key: only notifications may have it")
        return value

    @model_validator(mode="after")
    def _trusts_itself(self) -> Self:
        if not trusted(self.own_session_key, self.trusted_session_keys):
            raise ValueError(
                "session_public_keys must hold the public part of session_key under the same kid, "
                "or this service would not believe its own sessions"
            )
        return self

    @model_validator(mode="after")
    def _local_only(self) -> Self:
        if self.environment != "local":
            if self.local_sign_in:
                raise ValueError(
                    "local_sign_in asks no password and is only allowed where environment is local"
                )
            if not self.secure_cookies:
                raise ValueError(
                    "secure_cookies may be off only where environment is local: sessions would "
                    "travel unprotected"
                )
        if self.local_sign_in:
            for name in ADDRESSES:
                if not _on_this_machine(urlsplit(str(getattr(self, name))).hostname or ""):
                    raise ValueError(
                        f"local_sign_in asks no password, and {name} is not on this machine: "
                        "leave it out, or give the address as localhost"
                    )
        return self

    @model_validator(mode="after")
    def _public_addresses(self) -> Self:
        """A provider sends browsers back to these; most refuse plain http, and all should."""
        if self.oidc_issuer and self.environment != "local":
            for name in ADDRESSES:
                if not str(getattr(self, name)).startswith("https://"):
                    raise ValueError(
                        f"{name} must begin with https://, because staff sign in at oidc_issuer"
                    )
        return self


def _on_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".test")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
