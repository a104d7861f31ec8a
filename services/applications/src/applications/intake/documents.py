"""Uploaded documents: is this one usable, what is it really, and what may it be called?

The type is told by the content, never by the name or the sender. Nothing is unpacked here.
"""

import base64
import binascii
import io
import re
import zipfile
from dataclasses import dataclass

import puremagic

from applications.intake.delivery import GivenFile
from applications.intake.text import clean

LARGEST = 10 * 1024 * 1024
"""Bytes of one document, as the form announces."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", ODT: ".odt"}
LONGEST_NAME = 100
NOT_ARRIVED = "the file did not arrive"


@dataclass(frozen=True)
class Upload:
    """A file as it arrived. `fault` says why its bytes could not be had, for the applicant."""

    key: str
    given_name: str
    data: bytes
    fault: str | None = None
    link: str | None = None
    """Where the bytes are still to be fetched from; `data` is empty until then."""


@dataclass(frozen=True)
class Inspected:
    """What a file turned out to be."""

    content_type: str
    name: str
    problem: str | None


def inspect(upload: Upload) -> Inspected:
    """Tell a file's type by its content and whether it can be used."""
    content_type = _type_of(upload.data)
    problem = upload.fault or _problem(upload.data, content_type)
    shown = content_type or "application/octet-stream"
    return Inspected(shown, safe_name(upload.given_name, upload.key, content_type), problem)


def _problem(data: bytes, content_type: str | None) -> str | None:
    if not data:
        return "the file was empty"
    if len(data) > LARGEST:
        return "the file was larger than 10 MB"
    if content_type is None:
        return "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"
    return None


def _type_of(data: bytes) -> str | None:
    """The accepted type of the content, or None."""
    try:
        found = puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        return None
    if found == PDF:
        return PDF
    return _zipped_type(data) if data[:2] == b"PK" else None


def _zipped_type(data: bytes) -> str | None:
    """DOCX and ODT share the signature of ZIP: their contents list tells them apart."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return DOCX
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return ODT if entry.read(len(ODT) + 1) == ODT.encode() else None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError):
        return None
    except RuntimeError:  # an encrypted entry
        return None
    return None


def safe_name(given: str, key: str, content_type: str | None) -> str:
    """A file name that no system minds, with the extension of what the file really is."""
    last = re.split(r"[\\/]", given)[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", clean(last))
    stem = re.sub(r'[<>:"|?*\x00-\x1f]+', "_", stem).strip(" ._")
    extension = EXTENSIONS.get(content_type or "", ".bin")
    return (stem[: LONGEST_NAME - len(extension)].rstrip(" .") or key) + extension


def from_base64(name: str, content: object) -> GivenFile:
    """Decode a file that travels inside the submission."""
    if not isinstance(content, str):
        return GivenFile(name, fault=NOT_ARRIVED)
    text = content.partition(",")[2] if content.startswith("data:") else content
    try:
        return GivenFile(name, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return GivenFile(name, fault="the file arrived damaged")


def as_upload(key: str, given: GivenFile) -> Upload:
    """What a form gave for the document `key`."""
    return Upload(key, given.name, given.content or b"", given.fault, given.link)
