"""The ID token: who signed in, as the provider signed it. Everything here is pure.

Authlib checks what OpenID Connect asks; around it stands what it leaves to us: which algorithms,
which header, which keys, how large, how old.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ExceededSizeError,
    JoseError,
    SecurityWarning,
)
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from nextstep_web.openid.refusal import SignInRefused
from nextstep_web.openid.standard import check_claims

Header = Mapping[str, Any]

ALGORITHMS: Final[Mapping[str, str]] = {
    "RS256": "RSA",
    "PS256": "RSA",
    "ES256": "EC",
    "EdDSA": "OKP",
}
"""What an ID token may be signed with, and the type of its key. None of them has a shared key."""
SKEW_SECONDS: Final = 120
"""How far the provider's clock may be from ours."""
OLDEST_SECONDS: Final = 600
"""A token is made for one sign-in, and none takes longer."""
LEAST_RSA_BITS: Final = 2048
_FOREIGN_KEYS: Final = ("jwk", "jku", "x5u", "x5c")


class _Registry(jws.JWSRegistry):
    """Sizes in characters, checked before anything is read."""

    max_header_length = 2_000
    max_payload_length = 48_000
    """Two hundred groups, the most that Entra ID lists, take about a sixth of it."""


_READING: Final = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


@dataclass(frozen=True)
class Expected:
    """What the token of one sign-in must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str = ""
    algorithms: Sequence[str] = ()
    """Those that the provider says it uses; all of ALGORITHMS when it says nothing."""


def header_of(token: str, expected: Expected) -> Header:
    """The header of a token that is worth looking for a key.

    Raises:
        SignInRefused: it is too large, unreadable, or asks for what is not safe.
    """
    try:
        header = jws.extract_compact(token.encode(), registry=_READING).headers()
    except ExceededSizeError:
        raise SignInRefused("token_too_large", f"{len(token)} characters") from None
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise SignInRefused("token_unreadable", type(error).__name__) from None
    _check_header(header, expected)
    return header


def _check_header(header: Header, expected: Expected) -> None:
    algorithm = header.get("alg")
    allowed = [one for one in ALGORITHMS if one in (expected.algorithms or ALGORITHMS)]
    if algorithm not in allowed:
        raise SignInRefused("algorithm", f"alg {str(algorithm)[:40]}")
    for name in _FOREIGN_KEYS:
        if name in header:
            raise SignInRefused("key_in_token", name)
    for name in ("crit", "b64", "zip", "enc"):  # we understand no condition, so any is unknown
        if name in header:
            raise SignInRefused("condition", f"{name} {header[name]!r}"[:80])
    if not isinstance(header.get("kid", ""), str):
        raise SignInRefused("token_unreadable", "kid is no text")


def keys_of(published: object) -> tuple[Key, ...]:
    """The keys of a JWK set with which a token may be signed; what is of no use is left out.

    Raises:
        SignInRefused: it is not a JWK set.
    """
    listed = published.get("keys") if isinstance(published, Mapping) else None
    if not isinstance(listed, list):
        raise SignInRefused("provider_document", "the key set has no list of keys")
    return tuple(key for one in listed if (key := _usable(one)) is not None)


def _usable(one: object) -> Key | None:
    """A public key of a safe kind and size, for signatures."""
    if not isinstance(one, dict) or one.get("use", "sig") != "sig":
        return None
    try:
        with warnings.catch_warnings(category=SecurityWarning, action="ignore"):
            key = JWKRegistry.import_key(one)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= LEAST_RSA_BITS else None
    if isinstance(key, ECKey):
        return key if key.curve_name == "P-256" else None
    return key if isinstance(key, OKPKey) and key.curve_name == "Ed25519" else None


def key_for(header: Header, keys: Iterable[Key]) -> Key | None:
    """The key that the header names; without a name, the only one that can be meant."""
    fitting = [key for key in keys if key.key_type == ALGORITHMS[header["alg"]]]
    fitting = [key for key in fitting if key.get("alg") in (None, header["alg"])]
    if "kid" in header:
        fitting = [key for key in fitting if key.kid == header["kid"]]
    return fitting[0] if len(fitting) == 1 else None


def claims_of(token: str, key: Key, expected: Expected, now: float) -> Mapping[str, Any]:
    """What a token says, when `key` signed it and it is the one that is expected.

    `now` is in seconds since 1970, by the machine's clock.

    Raises:
        SignInRefused: it is not.
    """
    try:
        with warnings.catch_warnings(category=SecurityWarning, action="ignore"):  # of "EdDSA"
            read = jwt.decode(token, key, registry=_READING)
    except BadSignatureError:
        raise SignInRefused("signature") from None
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise SignInRefused("token_unreadable", type(error).__name__) from None
    check_claims(
        read.claims,
        read.header,
        issuer=expected.issuer,
        client_id=expected.client_id,
        nonce=expected.nonce,
        access_token=expected.access_token,
        now=int(now),
        leeway=SKEW_SECONDS,
    )
    _check_strictly(read.claims, expected, now)
    return read.claims


def _check_strictly(claims: Mapping[str, Any], expected: Expected, now: float) -> None:
    """What the standard leaves open, decided for the narrow side."""
    if claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise SignInRefused("audience", "other audiences beside this site")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise SignInRefused("authorised_party")
    if claims["iat"] < now - OLDEST_SECONDS - SKEW_SECONDS:
        raise SignInRefused("expired", "iat")
    if not claims["sub"]:
        raise SignInRefused("claim_missing", "sub")
    if "at_hash" in claims and not claims["at_hash"]:
        raise SignInRefused("access_token_hash", "empty")
