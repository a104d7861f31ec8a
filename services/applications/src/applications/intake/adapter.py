"""One request as a form product sent it, and what every adapter answers about it."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from applications.documents.given_file import GivenFile


class UnreadableError(ValueError):
    """The body cannot be read as what its type says; the message is for the office."""


@dataclass(frozen=True)
class Delivery:
    """The request, its body exactly as received. Header names are lower-case."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    """Of the address that was posted to."""
    url_secret: str | None = None
    """What the address ended with or gave as `token`; None if it gave none, or more than one.
    Some products can prove themselves only there. Never log or store it."""


@dataclass(frozen=True)
class Signature:
    """What the headers of a request say that signs it: HMAC-SHA256 of `prefix` and the raw body."""

    sent: tuple[bytes, ...]
    """Digests, of which one has to be right."""
    key: Callable[[str], bytes | None]
    """The key that a configured secret is; None where it is none."""
    prefix: bytes = b""

    def made_by(self, secrets: Sequence[str], pieces: Iterable[bytes]) -> bool:
        """Whether one of the secrets signed the body, which may come in pieces."""
        keys = [self.key(secret) for secret in secrets]
        digests = [hmac.new(key, self.prefix, hashlib.sha256) for key in keys if key]
        for piece in pieces:
            for digest in digests:
                digest.update(piece)
        found = False
        for digest in digests:  # no early exit: the time taken tells nothing
            for one in self.sent:
                found |= hmac.compare_digest(digest.digest(), one)
        return found


class Adapter(Protocol):
    """What differs between form products: how a request proves itself and how it is read."""

    content_types: frozenset[str]
    """Media types that the product sends; anything else is refused with 415."""
    signs: bool
    """Whether the product can sign what it posts. Otherwise a header or the address has to hold a
    secret (`authentication.py`), and `signature` is None."""

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """What is said to sign the request, before its body is read.

        None where a header is missing, is not written as the product writes it or is too old: the
        body cannot make up for it.
        """

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The submission as nested data, for the field map.

        Args:
            body: the raw body.
            content_type: the whole header, as the boundary of multipart needs it.

        Raises:
            UnreadableError: it is not what the product sends.

        """

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Why this is no submission yet, or no longer, in a sentence for the office.

        Some products also post drafts and deletions. They are kept, but become no application.
        """

    def file(self, given: Any) -> GivenFile:
        """The document in an answer that the map says holds one. Never raises for bad input."""
