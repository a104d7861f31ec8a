"""The session cookie: a signed statement of who is signed in, believed by all four services.

It is a JWT signed with the key of the service where somebody signed in; the others hold the public
keys, so no service keeps sessions and none asks another. Which sessions ended before their time is
kept by each (see `access_ended`). Its times run on the wall clock, not on the programme's: they
bound how long a browser is trusted, which is not a matter of the cohort's calendar.

A browser may hold two: one of staff, one of a person behind an emailed link.
"""

import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError

from nextstep_web.principal import ROLES, OpenedBy, Principal
from nextstep_web.settings import WebSettings

RENEWED_AFTER: Final = 5 * 60
"""Seconds after which a session in use is written anew, so that idle time counts from then."""
_ALGORITHM: Final = "Ed25519"
"""The fully specified name of the algorithm (RFC 9864)."""


KINDS: Final = ("session", "person")
"""Of session cookies: staff's, and that of a person behind an emailed link."""


class Session(NamedTuple):
    """What a session cookie says."""

    principal: Principal
    written: int
    """When this cookie was made, in seconds of the wall clock."""


def cookie_name(settings: WebSettings, kind: str = "session") -> str:
    """The name of a cookie.

    Over https it carries the `__Host-` prefix, with which browsers refuse a cookie that another
    host of the domain set.
    """
    return f"{'__Host-' if settings.secure_cookies else ''}nextstep-{kind}"


def kind_of(principal: Principal) -> str:
    """The kind of the cookie that a session lies in: staff and people do not replace each other."""
    return "session" if principal.is_staff else "person"


def new_session_id() -> str:
    """Return a session id that nobody can guess."""
    return secrets.token_urlsafe(24)


def sign(settings: WebSettings, audience: str, claims: dict[str, Any], *, seconds: int) -> str:
    """Sign `claims` for `audience` so that `verify` returns them for the next `seconds`."""
    key, moment = settings.own_session_key, int(time.time())
    full = {**claims, "aud": audience, "iat": moment, "exp": moment + seconds}
    return jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, full, key, algorithms=[_ALGORITHM])


def verify(settings: WebSettings, audience: str, token: str) -> dict[str, Any] | None:
    """Return the claims of a token that a service signed, or None when it is not valid now."""
    try:
        keys = settings.trusted_session_keys
        claims = jwt.decode(token, keys, algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # the header of a token is read before its signature: anybody may write anything into it
        return None
    expires = claims.get("exp")
    if claims.get("aud") != audience or not isinstance(expires, int) or expires <= time.time():
        return None
    return claims


def ends(settings: WebSettings, principal: Principal) -> int:
    """When a session ends at the latest, in seconds of the wall clock."""
    return principal.began + settings.session_hours * 3600


def seconds_left(settings: WebSettings, principal: Principal) -> int:
    """How long a cookie written now lives.

    Staff: until they were idle for long enough. A person's link would open their pages again at
    once, so ending their session early would only lose what they are typing.
    """
    whole = max(0, ends(settings, principal) - int(time.time()))
    return min(whole, settings.session_idle_minutes * 60) if principal.is_staff else whole


def issue(settings: WebSettings, principal: Principal) -> str:
    """Return the value of a session cookie for `principal`."""
    claims: dict[str, Any] = {
        "sub": principal.subject,
        "name": principal.name,
        "roles": sorted(principal.roles),
        "person": principal.person_id,
        "sid": principal.session_id,
        "began": principal.began,
    }
    if principal.link is not None:
        claims |= {
            "purpose": principal.link.purpose,
            "made": _seconds(principal.link.made),
            "rests_on": _seconds(principal.link.rests_on),
        }
    return sign(settings, "session", claims, seconds=seconds_left(settings, principal))


def read(settings: WebSettings, token: str) -> Session | None:
    """Return what a session cookie says, or None when it is not valid now."""
    claims = verify(settings, "session", token)
    if claims is None or "began" not in claims:
        return None
    link = None
    if claims["person"] is not None:
        made, rests_on = _moment(claims["made"]), _moment(claims["rests_on"])
        link = OpenedBy(claims["purpose"], made, rests_on)
    principal = Principal(
        subject=claims["sub"],
        name=claims["name"],
        roles=_known(claims["roles"]),
        person_id=claims["person"],
        session_id=claims["sid"],
        began=claims["began"],
        link=link,
    )
    return Session(principal, claims["iat"]) if ends(settings, principal) > time.time() else None


def read_all(settings: WebSettings, tokens: Iterable[str | None]) -> list[Session]:
    """The sessions of a browser, the newest first."""
    found = [session for token in tokens if token and (session := read(settings, token))]
    return sorted(found, key=lambda session: -session.principal.began)


def _known(roles: Iterable[str]) -> frozenset[str]:
    return frozenset(roles).intersection(ROLES)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
