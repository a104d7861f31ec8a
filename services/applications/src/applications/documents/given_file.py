"""A document as a form gives it, before anybody looked into it. Pure."""

import base64
import binascii
from dataclasses import dataclass

NOT_ARRIVED = "the file did not arrive"


@dataclass(frozen=True)
class GivenFile:
    """A document as a form gives it: its bytes, or a link to them, or neither and why not."""

    name: str
    """As the sender wrote it; it may be hostile."""
    content: bytes | None = None
    link: str | None = None
    """An address from which the bytes are fetched after the answer."""
    fault: str | None = None
    """Why there are no bytes, in words for the applicant."""


def from_base64(name: str, content: object) -> GivenFile:
    """Decode a file that travels inside the submission."""
    if not isinstance(content, str):
        return GivenFile(name, fault=NOT_ARRIVED)
    text = content.partition(",")[2] if content.startswith("data:") else content
    try:
        return GivenFile(name, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return GivenFile(name, fault="the file arrived damaged")
