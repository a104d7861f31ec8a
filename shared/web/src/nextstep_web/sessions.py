"""The session cookie: a signed statement of who is signed in, shared by the four services.

It is a JWT signed with HS256 and a secret that the services share, so no service keeps sessions
and none asks another. Its eight hours run on the wall clock, not on the programme's clock: they
bound how long a browser is trusted, which is not a matter of the cohort's calendar.
"""

import secrets
import time
from collections.abc import Iterable
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from nextstep_web.principal import ROLES, Principal
from nextstep_web.settings import WebSettings

SESSION_SECONDS: Final = 8 * 60 * 60
"""A working day. After it the person signs in, or opens their link, again."""
_ALGORITHM: Final = "HS256"


def cookie_name(settings: WebSettings, kind: str = "session") -> str:
    """The name of a cookie.

    Over https it carries the `__Host-` prefix, with which browsers refuse a cookie that another
    host of the domain set.
    """
    return f"{'__Host-' if settings.secure_cookies else ''}nextstep-{kind}"


def new_session_id() -> str:
    """Return a session id that nobody can guess."""
    return secrets.token_urlsafe(24)


def sign(settings: WebSettings, audience: str, claims: dict[str, Any], *, seconds: int) -> str:
    """Sign `claims` for `audience` so that `verify` returns them for the next `seconds`."""
    moment = int(time.time())
    full = {**claims, "aud": audience, "iat": moment, "exp": moment + seconds}
    return jwt.encode({"alg": _ALGORITHM}, full, _key(settings), algorithms=[_ALGORITHM])


def verify(settings: WebSettings, audience: str, token: str) -> dict[str, Any] | None:
    """Return the claims of a token that `sign` made, or None when it is not valid now."""
    try:
        claims = jwt.decode(token, _key(settings), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    expires = claims.get("exp")
    if claims.get("aud") != audience or not isinstance(expires, int) or expires <= time.time():
        return None
    return claims


def issue(settings: WebSettings, principal: Principal) -> str:
    """Return the value of a session cookie for `principal`, good for SESSION_SECONDS."""
    claims = {
        "sub": principal.subject,
        "name": principal.name,
        "roles": sorted(principal.roles),
        "person": principal.person_id,
        "sid": principal.session_id,
        "purpose": principal.purpose,
    }
    return sign(settings, "session", claims, seconds=SESSION_SECONDS)


def read(settings: WebSettings, token: str) -> Principal | None:
    """Return whom a session cookie belongs to, or None when it is not valid now."""
    claims = verify(settings, "session", token)
    if claims is None:
        return None
    return Principal(
        subject=claims["sub"],
        name=claims["name"],
        roles=_known(claims["roles"]),
        person_id=claims["person"],
        session_id=claims["sid"],
        purpose=claims["purpose"],
    )


def _known(roles: Iterable[str]) -> frozenset[str]:
    return frozenset(roles).intersection(ROLES)


def _key(settings: WebSettings) -> OctKey:
    return OctKey.import_key(settings.session_secret.get_secret_value())
