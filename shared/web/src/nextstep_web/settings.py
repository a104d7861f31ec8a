"""The settings that any service with pages needs; a service's own settings class inherits them."""

import json
from typing import Literal, Self

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

SECRET_BYTES = 32
"""Least length of the session secret: as long as the digest it keys (RFC 7518, section 3.2)."""


class WebSettings(BaseSettings):
    """What pages, sessions and emailed links need. Mixed into a service's settings class."""

    environment: Literal["local", "production"] = "production"
    session_secret: SecretStr
    """Keys the session cookie and CSRF tokens; the same in all four services."""
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
    page_body_limit: int = Field(default=2_000_000, gt=0)
    """Largest request body in bytes where a route sets no `max_body_size` of its own."""

    @field_validator("session_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) < SECRET_BYTES:
            raise ValueError(f"the session secret must be at least {SECRET_BYTES} bytes")
        return secret

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
    def _local_only(self) -> Self:
        if self.local_sign_in and self.environment != "local":
            raise ValueError(
                "local_sign_in asks no password and is only allowed where environment is local"
            )
        return self
