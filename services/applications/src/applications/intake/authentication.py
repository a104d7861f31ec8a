"""Whether a request proves that it comes from its source: by signature, header or address. Pure."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, quote_plus

from applications.intake.adapter import Delivery, Signature
from applications.intake.sources import LiveSource

BEARER = "bearer "
"""How a secret in the header `Authorization` begins (RFC 6750)."""
MASK = "(secret)"


@dataclass(frozen=True)
class Proof:
    """What a request that may come from its source has still to show, once its body is here."""

    secrets: Sequence[str] = field(default=(), repr=False)
    signature: Signature | None = None
    """None where a secret beside the body has vouched for it already."""

    def holds(self, pieces: Iterable[bytes]) -> bool:
        """Whether the body is what was signed."""
        return self.signature is None or self.signature.made_by(self.secrets, pieces)


def proof_of(source: LiveSource, delivery: Delivery, now: datetime) -> Proof | None:
    """How a request proves that it comes from its source; None if it cannot, whatever its body."""
    secrets = [secret.get_secret_value() for secret in source.secrets]
    how = source.definition.authentication
    if how == "signature":
        signature = source.adapter.signature(delivery.headers, now)
        return Proof(secrets, signature) if signature is not None and secrets else None
    given = delivery.url_secret
    if how == "header":
        given = _in_header(delivery, source.definition.header or "")
    return Proof() if _is_one_of(given, secrets) else None


def masked(source: LiveSource, text: str) -> str:
    """A raw body fit to be shown: some products repeat the address, and so the secret, in it."""
    for secret in source.secrets:
        plain = secret.get_secret_value()
        for written in (plain, quote(plain), quote(plain, safe=""), quote_plus(plain)):
            text = text.replace(written, MASK)
    return text


def _in_header(delivery: Delivery, name: str) -> str | None:
    given = delivery.headers.get(name.lower())
    if given is not None and name.lower() == "authorization":
        if given[: len(BEARER)].lower() != BEARER:
            return None
        return given[len(BEARER) :]
    return given


def _is_one_of(given: str | None, secrets: Sequence[str]) -> bool:
    """Compared by digest, so that not even a secret's length shows in the time taken."""
    if not given:
        return False
    sent = _digest(given)
    found = False
    for secret in secrets:  # no early exit, for the same reason
        found |= bool(secret.strip()) and hmac.compare_digest(sent, _digest(secret))
    return found


def _digest(text: str) -> bytes:
    # The environment gives bytes that are no text as surrogates.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
