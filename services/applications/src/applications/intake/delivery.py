"""One request as a form product sent it, and what every adapter answers about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class UnreadableError(ValueError):
    """The body cannot be read as what its type says; the message is for the office."""


@dataclass(frozen=True)
class Delivery:
    """The request, its body exactly as received. Header names are lower-case."""

    body: bytes
    headers: Mapping[str, str]


class Adapter(Protocol):
    """What differs between form products: how a request proves itself and how it is read."""

    content_types: frozenset[str]
    """Media types that the product sends; anything else is refused with 415."""

    def verified(self, delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
        """Whether one of the secrets vouches for the raw bytes. Any doubt is False."""

    def read(self, body: bytes) -> dict[str, Any]:
        """The submission as nested data, for the field map.

        Raises:
            UnreadableError: it is not what the product sends.

        """
