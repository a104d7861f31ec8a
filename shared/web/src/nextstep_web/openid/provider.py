"""The provider: what it says of itself, the keys it signs with, and its answer to a code."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog
from joserfc.jwk import Key
from pydantic import BaseModel, ConfigDict, ValidationError

from nextstep_web.openid import http, standard
from nextstep_web.openid.id_token import Header, key_for, keys_of
from nextstep_web.openid.refusal import SignInRefused
from nextstep_web.openid.settings import OpenIdSettings, is_safe

log = structlog.get_logger("nextstep_web.sign_in")

FRESH_SECONDS: Final = 3600
"""How long a document is used without asking again: so long may a withdrawn key still be taken."""
STALE_SECONDS: Final = 24 * 3600
"""How long an old one serves while the provider does not give it out."""
REST_SECONDS: Final = 60
"""Between two questions that could be asked again and again."""
SHORT_REST_SECONDS: Final = 3
"""The same while people wait for the answer."""
DISCOVERY: Final = "/.well-known/openid-configuration"

T = TypeVar("T")


class Metadata(BaseModel):
    """What of the discovery document is used (OpenID Connect Discovery, section 3)."""

    model_config = ConfigDict(strict=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = []
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    def addresses(self) -> list[str]:
        """Everything that is asked, or that a browser is sent to."""
        found = [self.authorization_endpoint, self.token_endpoint, self.jwks_uri]
        return [*found, self.end_session_endpoint] if self.end_session_endpoint else found


@dataclass(frozen=True)
class Tokens:
    """The provider's answer to a code, as far as it is used."""

    id_token: str
    access_token: str


class Fetched(Generic[T]):
    """A document of the provider, asked for when it is needed and not fresh."""

    def __init__(self, ask: Callable[[], Awaitable[T]], now: Callable[[], float]) -> None:
        self._ask = ask
        self._now = now
        self._lock = asyncio.Lock()
        self._held: tuple[T, float] | None = None
        self._failure = ("", "")
        self._rests_until = float("-inf")
        self._asked_early = float("-inf")

    async def get(self) -> T:
        """The document, not older than FRESH_SECONDS while the provider gives it out.

        Raises:
            SignInRefused: it does not, and there is none that could still be used.
        """
        async with self._lock:  # one question, however many wait
            held = self._within(FRESH_SECONDS)
            return held if held is not None else await self._renewed_or_spare()

    async def get_again(self) -> T:
        """Ask although it is fresh; the one at hand when that was just done.

        Raises:
            SignInRefused: the provider does not give it out.
        """
        async with self._lock:
            if self._held is not None and self._now() < self._asked_early + REST_SECONDS:
                return self._held[0]
            self._asked_early = self._now()
            return await self._renewed()

    def _within(self, seconds: float) -> T | None:
        if self._held is None or self._now() > self._held[1] + seconds:
            return None
        return self._held[0]

    async def _renewed(self) -> T:
        found = await self._ask()
        self._held = (found, self._now())
        return found

    async def _renewed_or_spare(self) -> T:
        """Those who wait while the provider is away are not made to wait one after the other."""
        spare = self._within(STALE_SECONDS)
        if self._now() >= self._rests_until:
            try:
                return await self._renewed()
            except SignInRefused as no:
                log.warning("provider_document", reason=no.reason, detail=no.detail)
                self._failure = (no.reason, no.detail)
                rest = SHORT_REST_SECONDS if spare is None else REST_SECONDS
                self._rests_until = self._now() + rest
        if spare is None:
            raise SignInRefused(*self._failure)
        return spare


class Provider:
    """The provider that the settings name. Nothing is asked before somebody signs in."""

    def __init__(self, settings: OpenIdSettings, now: Callable[[], float]) -> None:
        self._settings = settings
        self._metadata = Fetched(self._discover, now)
        self._keys = Fetched(self._fetch_keys, now)

    async def metadata(self) -> Metadata:
        """What it says of itself.

        Raises:
            SignInRefused: it is away, or says what cannot be used.
        """
        return await self._metadata.get()

    async def key(self, header: Header) -> Key:
        """The key that signed a token with this header; unknown ones may have been made just now.

        Raises:
            SignInRefused: it publishes no such key.
        """
        key = key_for(header, await self._keys.get())
        key = key or key_for(header, await self._keys.get_again())
        if key is None:
            raise SignInRefused("key_unknown", f"kid {str(header.get('kid'))[:80]}")
        return key

    async def exchange(self, client: standard.Client, code: str, verifier: str) -> Tokens:
        """Exchange the code for tokens.

        Raises:
            SignInRefused: it is away, or says no.
        """
        metadata = await self.metadata()
        method = _method(metadata, client.client_secret)
        async with http.asking():
            tokens = await standard.exchange(
                client, metadata.token_endpoint, method, code, verifier, **http.options()
            )
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token", "")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise SignInRefused("token_missing")
        return Tokens(id_token, access_token)

    async def _discover(self) -> Metadata:
        said = await http.get_json(self._settings.oidc_issuer.rstrip("/") + DISCOVERY)
        return read_metadata(said, self._settings)

    async def _fetch_keys(self) -> tuple[Key, ...]:
        return keys_of(await http.get_json((await self.metadata()).jwks_uri))


def read_metadata(said: Any, settings: OpenIdSettings) -> Metadata:
    """The discovery document, checked. Pure.

    Raises:
        SignInRefused: it is another's, or names an address that is not safe.
    """
    try:
        found = Metadata.model_validate(said)
    except ValidationError as error:
        wrong = ", ".join(str(one["loc"][0]) if one["loc"] else "" for one in error.errors())
        raise SignInRefused("provider_document", f"missing or wrong: {wrong}") from None
    if found.issuer != settings.oidc_issuer:
        raise SignInRefused("provider_document", f"its issuer is {found.issuer[:200]}")
    for address in found.addresses():
        if not is_safe(address, local=settings.environment == "local"):
            raise SignInRefused("provider_document", f"not https: {address[:200]}")
    return found


def _method(metadata: Metadata, secret: str) -> str:
    """How this site proves itself. Basic authentication leaves open how signs are written."""
    if not secret:
        return "none"
    post = "client_secret_post"
    listed = metadata.token_endpoint_auth_methods_supported
    return post if post in listed else "client_secret_basic"
