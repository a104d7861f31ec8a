"""Whether a request proves that it comes from its source: by signature, header or address. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, quote_plus

from applications.intake.adapter import Delivery
from applications.intake.sources import LiveSource

BEARER = "bearer "
"""How a secret in the header `Authorization` begins (RFC 6750)."""
MASK = "(secret)"


def vouched(source: LiveSource, delivery: Delivery, now: datetime) -> bool:
    """Whether one of the source's live secrets vouches for the delivery. Any doubt is False."""
    secrets = [secret.get_secret_value() for secret in source.secrets]
    how = source.definition.authentication
    if how == "signature":
        return source.adapter.signs and source.adapter.verified(delivery, secrets, now)
    if how == "header":
        return _is_one_of(_in_header(delivery, source.definition.header or ""), secrets)
    return _is_one_of(delivery.url_secret, secrets)


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
