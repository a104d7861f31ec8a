"""The keys that sessions are signed with: each service has one of its own and trusts the others'.

A service holds its private key alone, so a leaked one is taken out of the others' trust without
touching them. What only the service itself reads back (CSRF tokens) hangs on a secret made from it.
"""

import base64
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from nextstep_messaging.operating.audit.checkpoint import Keys

CURVE = "Ed25519"
LEAST_DIFFERENT = 12
"""Different bytes of the 32 of a key; a random one has about 30."""


def private_key(text: str) -> OKPKey:
    """The service's own key, from a JWK in JSON.

    Raises:
        ValueError: it is no private Ed25519 key with a `kid`.
    """
    key = _key(text, "session_key")
    if not key.is_private or not key.kid:
        raise ValueError('session_key must be a private key (with "d") and say its "kid"')
    if len(set(urlsafe_b64decode(str(key.as_dict(private=True)["d"]) + "=="))) < LEAST_DIFFERENT:
        raise ValueError("session_key can be guessed: make one with deploy/environment.py")
    return key


def public_keys(text: str) -> KeySet:
    """The keys that are trusted, from a JWK Set in JSON (RFC 7517, section 5).

    Raises:
        ValueError: it is no set of public Ed25519 keys, each with a `kid` of its own.
    """
    try:
        listed = json.loads(text)["keys"]
        keys = [_key(one, "session_public_keys") for one in listed]
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            'session_public_keys must be a JWK Set in JSON: {"keys": [...]}, Ed25519 only'
        ) from None
    if any(key.is_private for key in keys):
        raise ValueError('session_public_keys holds a private key: leave out its "d"')
    names = {key.kid for key in keys}
    if None in names or len(names) != len(keys):
        raise ValueError('each of session_public_keys needs a "kid" of its own')
    return KeySet(list(keys))


def trusted(own: OKPKey, keys: KeySet) -> bool:
    """Whether the service trusts its own key: the others then do too, if their set is the same."""
    known = {key.kid: key.as_dict(private=False) for key in keys.keys}
    return own.kid in known and known[own.kid]["x"] == own.as_dict(private=False)["x"]


def derived_secret(own: OKPKey, purpose: str) -> bytes:
    """A secret of this service for one purpose, from its private key."""
    seed = str(own.as_dict(private=True)["d"]).encode()
    return hmac.new(seed, purpose.encode(), hashlib.sha256).digest()


def checkpoint_keys(own: OKPKey, trusted_keys: KeySet) -> Keys:
    """What checkpoints of the audit logs are signed and verified with: the keys of sessions.

    What is signed there begins with the name of a log and what is signed here with a JWT's header,
    so neither can be taken for the other; and whoever holds the public keys can verify both.
    """
    private = Ed25519PrivateKey.from_private_bytes(_raw(own, "d", private=True))
    public = [Ed25519PublicKey.from_public_bytes(_raw(key, "x")) for key in trusted_keys.keys]
    return Keys(private, tuple(public))


def _raw(key: Any, field: str, *, private: bool = False) -> bytes:
    text = str(key.as_dict(private=private)[field])
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@lru_cache(maxsize=64)
def _parsed(text: str) -> OKPKey:
    return OKPKey.import_key(json.loads(text))


def _key(given: str | Mapping[str, Any], where: str) -> OKPKey:
    text = given if isinstance(given, str) else json.dumps(given)
    try:
        key = _parsed(text)
    except (ValueError, TypeError, KeyError, JoseError):
        raise ValueError(f"{where} must be an Ed25519 key (a JWK in JSON)") from None
    if key.curve_name != CURVE:
        raise ValueError(f"{where} must be on the curve {CURVE}")
    return key
