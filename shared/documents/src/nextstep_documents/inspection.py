"""Uploaded documents: is this one usable, what is it really, and what may it be called?

The type is told by the content, never by the name or the sender. Hostile files are inspected
too: `sandbox.py` does it in a process that may be lost.
"""

import re
from dataclasses import dataclass

import puremagic

from nextstep_documents import archives, pdfs
from nextstep_documents.archives import DOCX, ODT, Found
from nextstep_documents.clean_text import clean

LARGEST = 10 * 1024 * 1024
"""Bytes of one document, as the form announces."""

PDF = "application/pdf"
EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", ODT: ".odt"}
LONGEST_NAME = 100
LONGEST_GIVEN = 1_000
"""Characters at the end of a given name that are looked at: paths of some systems come whole."""
NOT_ACCEPTED = "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"


@dataclass(frozen=True)
class Upload:
    """A file as it arrived. `fault` says why its bytes could not be had, for the applicant."""

    key: str
    given_name: str
    data: bytes
    fault: str | None = None
    link: str | None = None
    """Where the bytes are still to be fetched from; `data` is empty until then."""
    others: tuple[str, ...] = ()
    """Names of further files that were given for the same document."""
    technical: str | None = None
    """The same as `fault`, in technical words for the office."""


@dataclass(frozen=True)
class Inspected:
    """What a file turned out to be."""

    content_type: str
    name: str
    problem: str | None
    notes: tuple[str, ...] = ()
    """For the office: odd, but no reason to refuse it."""


def inspect(upload: Upload, largest: int = LARGEST) -> Inspected:
    """Tell a file's type by its content and whether it can be used."""
    content_type = _type_of(upload.data)
    problem = upload.fault or plain_problem(upload.data, largest)
    if problem is None and content_type is None:
        problem = (
            archives.ole_problem(upload.data)
            or archives.too_many_problem(upload.data)
            or archives.damaged_problem(upload.data)
            or NOT_ACCEPTED
        )
    found = Found(problem)
    if problem is None and content_type is not None:
        found = _look_inside(upload.data, content_type)
    return named(upload, content_type, found)


def named(upload: Upload, content_type: str | None, found: Found) -> Inspected:
    """What is told of a file once it was looked at."""
    shown = content_type or "application/octet-stream"
    name = safe_name(upload.given_name, upload.key, content_type)
    return Inspected(shown, name, found.problem, found.notes)


def plain_problem(data: bytes, largest: int = LARGEST) -> str | None:
    """What is wrong with a file for which nobody needs to look at its content."""
    if not data:
        return "the file was empty"
    megabytes = largest // 1_000_000
    return f"the file was larger than {megabytes} MB" if len(data) > largest else None


def _type_of(data: bytes) -> str | None:
    """The accepted type of the content, or None."""
    if data[:2] == b"PK":
        return archives.zipped_type(data)
    if begins_as_pdf(data):
        return PDF
    try:
        found = puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        return None
    return PDF if found == PDF else None


def begins_as_pdf(data: bytes) -> bool:
    """Whether `%PDF-` is in the first kilobyte, where viewers look for it (ISO 32000-1, annex H).

    Mail gateways and scanners put lines before it; what begins as a web page is one.
    """
    before, mark, _ = data[:1024].partition(b"%PDF-")
    return bool(mark) and b"<" not in before


def _look_inside(data: bytes, content_type: str) -> Found:
    if content_type == PDF:
        return pdfs.look_inside(data)
    return archives.look_inside(data, content_type)


def safe_name(given: str, key: str, content_type: str | None) -> str:
    """A file name that no system minds, with the extension of what the file really is."""
    return _named(given, key, EXTENSIONS.get(content_type or "", ".bin"))


def name_as_given(given: str, key: str) -> str:
    """The same with the extension that its sender gave it, for a file that nobody looked into."""
    extension = re.search(_EXTENSION, clean(given[-LONGEST_GIVEN:]))
    return _named(given, key, extension[0] if extension else "")


_EXTENSION = r"\.[A-Za-z0-9]{1,5}$"


def _named(given: str, key: str, extension: str) -> str:
    last = re.split(r"[\\/]", given[-LONGEST_GIVEN:])[-1]
    stem = re.sub(_EXTENSION, "", clean(last))
    stem = re.sub(r'[<>:"|?*\x00-\x1f]+', "_", stem).strip(" ._")
    return (stem[: LONGEST_NAME - len(extension)].rstrip(" .") or key) + extension
