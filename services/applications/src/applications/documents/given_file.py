"""A document as a form gives it, before anybody looked into it. Pure."""

import base64
import binascii
from dataclasses import dataclass

from nextstep_documents.inspection import Upload

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
    others: tuple[str, ...] = ()
    """Names of further files in the same answer, which are not used."""
    technical: str | None = None
    """The same for the office, to mend the form or its flow."""


def absent(name: str, technical: str) -> GivenFile:
    """A file that the form names and does not give; `technical` says what it gave instead."""
    return GivenFile(name, fault=NOT_ARRIVED, technical=technical)


def kind_of(given: object) -> str:
    """What sort of value a form gave, in words."""
    return next((word for kind, word in KINDS if isinstance(given, kind)), "nothing")


KINDS = (
    (bool, "yes or no"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
)


def from_base64(name: str, content: object) -> GivenFile:
    """Decode a file that travels inside the submission."""
    if not isinstance(content, str):
        said = f"Expected the file as base64 text, found {kind_of(content)}."
        return absent(name, said)
    text = content.partition(",")[2] if content.startswith("data:") else content
    try:
        return GivenFile(name, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        said = f"Expected base64, found text of {len(text):,} characters that is none: {error}."
        return GivenFile(name, fault="the file arrived damaged", technical=said)


def as_upload(key: str, given: GivenFile) -> Upload:
    """What a form gave for the document `key`."""
    return Upload(
        key,
        given.name,
        given.content or b"",
        given.fault,
        given.link,
        others=given.others,
        technical=given.technical,
    )
