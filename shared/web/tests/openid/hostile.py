"""A provider that signs and answers whatever a test tells it to, and a person who asks to sign in.

Left alone it is an honest one: it checks PKCE, the redirect address, the client's secret, and
takes a code once.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "next-step", "a secret that only the tests know"


@cache
def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


@cache
def other_key(kind: str) -> Key:
    if kind == "EdDSA":
        return OKPKey.generate_key("Ed25519", {"kid": kind})
    return ECKey.generate_key("P-256", {"kid": kind})


def b64(data: bytes | Mapping[str, Any]) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Mapping[str, Any], claims: Mapping[str, Any] | bytes, key: Key) -> str:
    """A token as anybody can make it: nothing is checked."""
    said = f"{b64(header)}.{b64(claims)}"
    algorithm = JWSRegistry.algorithms[str(header["alg"])]
    return f"{said}.{b64(algorithm.sign(said.encode(), key))}"


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any], _: Key) -> str:
    return f"{b64(header)}.{b64(claims)}."


def with_public_key_as_secret(
    header: Mapping[str, Any], claims: Mapping[str, Any], key: Key
) -> str:
    said = f"{b64(header)}.{b64(claims)}"
    secret = key.as_pem(private=False)
    return f"{said}.{b64(hmac.new(secret, said.encode(), hashlib.sha256).digest())}"


Sign = Callable[[Mapping[str, Any], Mapping[str, Any], Key], str]


@dataclass
class Hostile:
    """What the provider does; tests change it."""

    url: str = ""
    published: list[Key] = field(default_factory=lambda: [rsa_key("first")])
    signs_with: Key = field(default_factory=lambda: rsa_key("first"))
    sign: Sign = signed
    header: dict[str, Any] = field(default_factory=dict)
    """Added to the header; None takes away. The same for the claims and the documents."""
    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    """Parameters of its answer to the browser."""
    instead: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """By path: what is answered instead."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    clock: Callable[[], float] = time.time

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _instead(self, request: Request) -> Response | None:
        path = request.url.path
        self.asked.append(path)
        made = self.instead[path]() if path in self.instead else None
        return await made if asyncio.iscoroutine(made) else made

    async def _discovery(self, request: Request) -> Response:
        usual = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/leave",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
        return await self._instead(request) or JSONResponse(merged(usual, self.document))

    async def _keys(self, request: Request) -> Response:
        keys = [key.as_dict(private=False) for key in self.published]
        return await self._instead(request) or JSONResponse({"keys": keys})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        said = merged({"code": code, "state": asked["state"]}, self.answer)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}", 302)

    async def _token(self, request: Request) -> Response:
        instead = await self._instead(request)
        if instead is not None:
            return instead
        sent = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        asked = self.codes.pop(sent["code"], None)
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        challenge = b64(hashlib.sha256(sent["code_verifier"].encode()).digest())
        assert challenge == asked["code_challenge"]
        assert sent["redirect_uri"] == asked["redirect_uri"]
        assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
        return JSONResponse(self.tokens(asked["nonce"]))

    def tokens(self, nonce: str) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        moment = int(self.clock())
        claims = {
            "iss": self.url,
            "sub": "7",
            "aud": CLIENT,
            "exp": moment + 300,
            "iat": moment,
            "nonce": nonce,
            "at_hash": b64(hashlib.sha256(access.encode()).digest()[:16]),
            "name": "Olive Office",
            "email": "Olive@Example.org",
            "email_verified": True,
            "groups": ["office-group"],
        }
        header = merged({"alg": "RS256", "kid": self.signs_with.kid}, self.header)
        token = self.sign(header, merged(claims, self.claims), self.signs_with)
        return {"access_token": access, "token_type": "Bearer", "id_token": token}


def merged(usual: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


@dataclass
class Person:
    """Somebody with a browser at the site."""

    browser: httpx.AsyncClient

    async def begin(self, next_path: str = "/awards/projects") -> str:
        """Open the sign-in page: the address that it leads to."""
        page = await self.browser.get("/awards/sign-in", params={"next": next_path})
        assert page.status_code == 200, page.text
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', page.text)
        assert found
        return unescape(found[1])

    async def at_provider(self, address: str) -> str:
        """Sign in there: the path, with its query, that the provider sends the browser to."""
        async with httpx.AsyncClient() as elsewhere:
            answer = await elsewhere.get(address)
        parts = urlsplit(answer.headers["location"])
        return f"{parts.path}?{parts.query}"

    async def sign_in(self, next_path: str = "/awards/projects") -> httpx.Response:
        """All of it: the site's answer when the browser comes back."""
        back = await self.at_provider(await self.begin(next_path))
        return await self.browser.get(back)

    @property
    def cookies(self) -> list[str]:
        return sorted(self.browser.cookies)
