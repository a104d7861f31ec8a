"""What a service must know to let staff sign in with OpenID Connect."""

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from nextstep_web.principal import STAFF_ROLES, StaffRole

ADDRESS: Final = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""An email address in ASCII: of letters that merely look alike, some are equal in lower case."""
_SHARED_TENANTS: Final = ("common", "organizations", "consumers")

RolesByName = Annotated[dict[str, tuple[StaffRole, ...]], NoDecode]


class OpenIdSettings(BaseSettings):
    """The provider, and who of those whom it knows holds which role. Off without an issuer."""

    environment: Literal["local", "production"] = "production"
    oidc_issuer: str = ""
    """The provider, exactly as its discovery document names itself."""
    oidc_client_id: str = ""
    """What the provider calls this site."""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_provider_name: str = Field(default="your organisation", max_length=80)
    """What staff call it: stands on pages."""
    oidc_scopes: str = "openid email profile"
    oidc_roles_claim: str = ""
    """The claim that holds groups or roles; a path with dots reaches into an object."""
    oidc_roles: RolesByName = Field(default_factory=dict)
    """Value of that claim to our roles."""
    oidc_people: RolesByName = Field(default_factory=dict)
    """Email address to roles, person by person: for a provider that sends no groups."""
    oidc_trusted_address_claim: str = ""
    """The claim whose address is believed without `email_verified`. Read docs/sign-in.md first."""

    @field_validator("oidc_roles", "oidc_people", mode="before")
    @classmethod
    def _object(cls, given: object) -> object:
        """Read JSON; a single role may stand without brackets."""
        if isinstance(given, str):
            try:
                given = json.loads(given or "{}", object_pairs_hook=_without_twins)
            except ValueError as error:
                raise ValueError(f"{_EXAMPLE} ({error})") from None
        if not isinstance(given, Mapping):
            raise ValueError(_EXAMPLE)  # noqa: TRY004 - pydantic reads a ValueError
        return {name: _roles(name, roles) for name, roles in given.items()}

    @field_validator("oidc_people")
    @classmethod
    def _addresses(cls, people: dict[str, Any]) -> dict[str, Any]:
        for address in people:
            if not ADDRESS.fullmatch(address):
                raise ValueError(f"oidc_people: {address!r} is not an email address in ASCII")
        folded = [(address.lower(), roles) for address, roles in people.items()]
        return _without_twins(folded)

    @field_validator("oidc_scopes")
    @classmethod
    def _openid(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError("oidc_scopes must hold openid, as in: openid email profile")
        return scopes

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.oidc_issuer:
            self._nothing_without_an_issuer()
            return self
        _check_issuer(self.oidc_issuer, local=self.environment == "local")
        if not self.oidc_client_id:
            raise ValueError("oidc_client_id is missing: the provider gives it at registration")
        if not self.oidc_client_secret.get_secret_value() and self.environment != "local":
            raise ValueError("oidc_client_secret is missing: make one at the provider")
        if bool(self.oidc_roles_claim) != bool(self.oidc_roles):
            raise ValueError(
                "oidc_roles_claim (the name of a claim) and oidc_roles (its values) go together"
            )
        if not self.oidc_roles and not self.oidc_people:
            raise ValueError(
                "nobody would have a role: set oidc_roles_claim and oidc_roles, or oidc_people"
            )
        return self

    def _nothing_without_an_issuer(self) -> None:
        for name in ("client_id", "client_secret", "roles_claim", "roles", "people"):
            value = getattr(self, f"oidc_{name}")
            if value.get_secret_value() if isinstance(value, SecretStr) else value:
                raise ValueError(f"oidc_{name} is set, but oidc_issuer is not: set it too")


_EXAMPLE: Final = (
    'must be a JSON object from a name to roles, as in {"next-step-office": ["office"]}; '
    f"the roles are {', '.join(STAFF_ROLES)}"
)


def _roles(name: str, roles: object) -> list[str]:
    listed = [roles] if isinstance(roles, str) else roles
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError(f"{name}: {_EXAMPLE}")
    for role in listed:
        if role not in STAFF_ROLES:
            raise ValueError(f"{name}: there is no role {role!r}; {_EXAMPLE}")
    return [str(role) for role in listed]


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _check_issuer(issuer: str, *, local: bool) -> None:
    parts = _split(issuer)
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            f"oidc_issuer must be the provider's https address without user, query or #, "
            f"not {issuer!r}"
        )
    if not is_safe(issuer, local=local):
        raise ValueError(
            "oidc_issuer must begin with https://; plain http is only for a provider on this "
            "machine, where environment is local"
        )
    first = parts.path.strip("/").split("/")[0]
    if parts.hostname == "login.microsoftonline.com" and first in _SHARED_TENANTS:
        raise ValueError(
            f"oidc_issuer must name your own tenant: anybody with a Microsoft account could sign "
            f"in by {first!r}"
        )


def is_safe(address: str, *, local: bool) -> bool:
    """Whether an address of the provider may be used: https, or http on this machine if `local`."""
    parts = _split(address)
    if parts is None:
        return False
    return parts.scheme == "https" or (local and parts.scheme == "http" and _is_loopback(parts))


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
