"""The plain text of a DOCX or ODT, for a look at it without any program opening the file.

Nothing is rendered: paragraphs as lines. XML with a document type is refused, so that no entity
is ever expanded, and reading stops at the limits.
"""

import io
import zipfile
from typing import IO
from xml.parsers import expat

from nextstep_documents.archives import DOCX, UNREADABLE, word_part

LARGEST_XML = 20 * 1024 * 1024
"""Bytes of the main part that are looked at."""
LONGEST_TEXT = 100_000
"""Characters: about thirty pages."""
PIECE = 64 * 1024

_TEXT_TAGS = {"w:t", "text:p", "text:h", "text:span", "text:a", "text:list-item"}
_BREAKS = {"w:p", "w:br", "w:cr", "text:p", "text:h", "text:line-break"}
_TABS = {"w:tab", "text:tab"}
_SKIPPED = {"text:tracked-changes", "office:annotation", "w:del"}


class _EnoughError(Exception):
    """There is as much text as is shown."""


class _Reader:
    """Gathers text from the events of the parser."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self._open: list[str] = []

    def start(self, tag: str, _: object) -> None:
        self._open.append(tag)
        if len(self._open) > 1000:  # noqa: PLR2004 -- no document is as deep
            raise _EnoughError
        if tag in _TABS:
            self._add("\t")
        if tag == "text:s":
            self._add(" ")

    def end(self, tag: str) -> None:
        if self._open:
            self._open.pop()
        if tag in _BREAKS:
            self._add("\n")

    def text(self, said: str) -> None:
        if self._open and self._open[-1] in _TEXT_TAGS and not _SKIPPED & set(self._open):
            self._add(said)

    def _add(self, said: str) -> None:
        self.parts.append(said)
        self.length += len(said)
        if self.length > LONGEST_TEXT:
            raise _EnoughError


def text_of(data: bytes, content_type: str) -> str | None:
    """The text of a document, cut at `LONGEST_TEXT`; None when it cannot be read."""
    reader = _Reader()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            archive.open(_main_part(archive, content_type)) as opened,
        ):
            _parse(opened, reader)
    except _EnoughError:
        pass
    except (*UNREADABLE, expat.ExpatError):
        return None
    return "".join(reader.parts)[:LONGEST_TEXT].strip()


def _main_part(archive: zipfile.ZipFile, content_type: str) -> str:
    return (word_part(archive) or "") if content_type == DOCX else "content.xml"


def _parse(opened: IO[bytes], reader: _Reader) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_document_type
    read = 0
    while piece := opened.read(PIECE):
        read += len(piece)
        if read > LARGEST_XML:
            raise _EnoughError
        parser.Parse(piece, False)  # noqa: FBT003 -- positional by its own signature
    parser.Parse(b"", True)  # noqa: FBT003


def _no_document_type(*_: object) -> None:
    raise ValueError("a document type is not expected here")
