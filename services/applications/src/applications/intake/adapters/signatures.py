"""`sha256=<digest>` of the raw body in a header: how several products sign. Pure."""

import base64
import binascii
from collections.abc import Callable

from applications.intake.adapter import Signature

PREFIX = "sha256="


def sha256_signature(header: str, decode: Callable[[str], bytes]) -> Signature | None:
    """The digest in the header; None where there is none that could be right."""
    if not header.startswith(PREFIX):
        return None
    try:
        sent = decode(header.removeprefix(PREFIX))
    except ValueError:
        return None
    return Signature(sent=(sent,), key=lambda secret: secret.encode("utf-8", "surrogateescape"))


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
