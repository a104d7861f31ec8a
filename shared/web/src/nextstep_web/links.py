"""Emailed links: a token that lets one person reach one service for one purpose.

Notifications signs with the Ed25519 private key; the other services hold only the public key, so
none of them can make a link. Expiry runs on the programme's clock, because a link usually lives
as long as an offer or a session does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from nextstep_web.local_paths import local_path
from nextstep_web.principal import PERSON_ROLES, OpenedBy
from nextstep_web.settings import WebSettings

_ALGORITHM: Final = "Ed25519"
"""The fully specified name of the algorithm (RFC 9864)."""


class LinkError(Exception):
    """The link cannot be opened. The message is fit for the person who followed it."""


class LinkOverError(LinkError):
    """It is genuine, but opens nothing any more: a fresh one may be emailed to its owner."""

    def __init__(self, message: str, claims: "LinkClaims") -> None:
        super().__init__(message)
        self.claims = claims


@dataclass(frozen=True)
class LinkClaims:
    """What a link says: who may open what, where, and until when."""

    person_id: str
    name: str
    purpose: str
    """Why it was sent, for example "offer"; kept in the session it opens."""
    roles: frozenset[str]
    """Any of PERSON_ROLES; a link never makes anybody staff."""
    audience: str
    """The service whose page opens it, for example "applications"."""
    next: str
    """Local path to show once opened, for example "/applications/me"."""
    expires: datetime
    made: datetime | None = None
    """When the email is sent; None only in links of a release that did not say."""
    rests_on: datetime | None = None
    """The newest news of the person that the sender has: what happened after it may close the
    link, however late it is sent. None likewise."""

    def __post_init__(self) -> None:
        """Refuse to describe a link that could never be honoured."""
        if any(one and one.tzinfo is None for one in (self.expires, self.made, self.rests_on)):
            raise ValueError("the moments of a link need a time zone")
        if not self.roles or not self.roles.issubset(PERSON_ROLES):
            raise ValueError(f"a link's roles are taken from {', '.join(PERSON_ROLES)}")
        if local_path(self.next) != self.next:
            raise ValueError("a link leads to a local path of the service that opens it")

    @property
    def opened(self) -> OpenedBy:
        """What a session that the link opens keeps of it."""
        return OpenedBy(self.purpose, self.made, self.rests_on)


def mint_link(private_jwk: str | Mapping[str, Any], claims: LinkClaims) -> str:
    """Sign `claims` with the Ed25519 private key (a JWK, as JSON or a mapping)."""
    key = json.loads(private_jwk) if isinstance(private_jwk, str) else dict(private_jwk)
    body = {
        "sub": claims.person_id,
        "name": claims.name,
        "purpose": claims.purpose,
        "roles": sorted(claims.roles),
        "aud": claims.audience,
        "next": claims.next,
        "exp": int(claims.expires.timestamp()),
        "made": claims.made and claims.made.timestamp(),
        "rests_on": claims.rests_on and claims.rests_on.timestamp(),
    }
    return jwt.encode({"alg": _ALGORITHM}, body, OKPKey.import_key(key), algorithms=[_ALGORITHM])


def link_path(audience: str, token: str) -> str:
    """The path, under the service's public address, that opens a link."""
    return f"/{audience}/link/{token}"


def read_link(settings: WebSettings, audience: str, token: str, now: datetime) -> LinkClaims:
    """Return what a link says.

    Raises:
        LinkError: it was altered, or is for another service.
        LinkOverError: it has expired.
    """
    key = OKPKey.import_key(json.loads(settings.link_public_key))
    try:
        body = jwt.decode(token, key, algorithms=[_ALGORITHM]).claims
        claims = _claims(body)
    except (JoseError, ValueError, KeyError, TypeError):
        raise LinkError("This link is not complete. Open it again from the email itself.") from None
    if claims.audience != audience:
        raise LinkError("This link belongs to another part of the programme's site.")
    if claims.expires <= now:
        raise LinkOverError("This link has expired.", claims)
    return claims


def _claims(body: Mapping[str, Any]) -> LinkClaims:
    return LinkClaims(
        person_id=str(body["sub"]),
        name=str(body["name"]),
        purpose=str(body["purpose"]),
        roles=frozenset(body["roles"]),
        audience=str(body["aud"]),
        next=str(body["next"]),
        expires=datetime.fromtimestamp(body["exp"], UTC),
        made=_moment(body.get("made")),
        rests_on=_moment(body.get("rests_on")),
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
