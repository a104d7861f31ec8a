"""`sha256=<digest>` of the raw body in a header: how several products sign. Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence

PREFIX = "sha256="


def signed(
    header: str, body: bytes, secrets: Sequence[str], decode: Callable[[str], bytes]
) -> bool:
    """Whether one of the secrets made the digest in the header. Any doubt is False."""
    if not header.startswith(PREFIX):
        return False
    try:
        sent = decode(header.removeprefix(PREFIX))
    except ValueError:
        return False
    found = False
    for secret in secrets:  # no early exit: the time taken tells nothing
        key = secret.encode("utf-8", "surrogateescape")
        expected = hmac.new(key, body, hashlib.sha256).digest()
        found |= bool(secret) and hmac.compare_digest(expected, sent)
    return found


def from_hex(text: str) -> bytes:
    """Bytes written in hexadecimal.

    Raises:
        ValueError: it is not.

    """
    return binascii.unhexlify(text)


def from_base64(text: str) -> bytes:
    """Bytes written in base64.

    Raises:
        ValueError: it is not.

    """
    return base64.b64decode(text, validate=True)
