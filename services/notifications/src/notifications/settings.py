"""The settings of the notifications service, from variables that begin with NOTIFICATIONS_."""

import json
from typing import Self

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from nextstep_messaging import MessagingSettings
from nextstep_web import WebSettings

LOCAL_SENDER = "programme-office@nextstep.example"
"""A domain that can never exist (RFC 2606): good in the local stack, refused in production."""
MINUTE, HOUR = 60.0, 3600.0


class Settings(MessagingSettings, WebSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", frozen=True)

    mongo_database: str = "notifications"
    cohort: str = Field(
        default="2024-25", description="the id of a packaged cohort file, or a path to one"
    )
    link_private_key: SecretStr = Field(
        description="Ed25519 private key (a JWK in JSON) that signs emailed links"
    )
    smtp_host: str = Field(description="the mail server that takes our emails")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool | None = None
    """Encrypt after connecting. None: yes, but in the local environment no."""
    smtp_tls: bool = False
    """Encrypted from the first byte (port 465), instead of STARTTLS."""
    smtp_connections: int = Field(default=4, ge=1, le=50)
    """Connections kept open, each sending one email at a time."""
    smtp_timeout: float = Field(default=30, gt=0)
    """Seconds the mail server may take for one answer."""
    smtp_retry_delays: tuple[float, ...] = (
        30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR,
    )  # fmt: skip
    """Seconds before each further try of an email that was put off: two days in all, after which a
    person must look (RFC 5321, 4.5.4.1, asks for four to five days of relays, which we are not)."""
    sender_address: str = LOCAL_SENDER
    sender_name: str = "Next Step Programme"
    form_emails_an_hour: int = Field(
        default=10, ge=1, description="that forms can cause to one address; more are held back"
    )
    form_emails_a_day: int = Field(default=20, ge=1, description="the same for a day, UTC")
    reply_to: str | None = None
    """Where answers go, and the address named in every email. None: the sender."""

    audit_address: str | None = None
    """Where the signed checkpoints of the audit logs go each day. None: to the address that people
    write to, but in the local environment nowhere."""

    @property
    def audit_recipient(self) -> str | None:
        """Who is sent the checkpoints each day; None: nobody."""
        return self.audit_address or (None if self.environment == "local" else self.contact)

    @property
    def contact(self) -> str:
        """The address that people write to."""
        return self.reply_to or self.sender_address

    @property
    def starttls(self) -> bool:
        """Whether connections must be upgraded to TLS."""
        if self.smtp_tls:
            return False
        return self.environment != "local" if self.smtp_starttls is None else self.smtp_starttls

    @property
    def service_urls(self) -> dict[str, str]:
        """Public addresses by service."""
        names = ("applications", "scheduling", "notifications", "awards")
        return {name: str(getattr(self, f"{name}_url")) for name in names}

    @field_validator("link_private_key")
    @classmethod
    def _private_ed25519(cls, value: SecretStr) -> SecretStr:
        try:
            key = OKPKey.import_key(json.loads(value.get_secret_value()))
        except (ValueError, TypeError, KeyError, JoseError):
            raise ValueError("link_private_key must be a JWK in JSON") from None
        if key.curve_name != "Ed25519" or not key.is_private:
            raise ValueError("link_private_key must be a private key on the curve Ed25519")
        return value

    @model_validator(mode="after")
    def _keys_belong_together(self) -> Self:
        private = OKPKey.import_key(json.loads(self.link_private_key.get_secret_value()))
        public = OKPKey.import_key(json.loads(self.link_public_key))
        if private.as_dict(private=False)["x"] != public.as_dict(private=False)["x"]:
            raise ValueError("link_private_key and link_public_key are not a pair")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.environment != "production":
            return self
        if self.sender_address == LOCAL_SENDER:
            raise ValueError("sender_address must be set to an address we may send from")
        if self.smtp_password and not (self.starttls or self.smtp_tls):
            raise ValueError("smtp_password would travel in clear: set smtp_starttls or smtp_tls")
        return self
