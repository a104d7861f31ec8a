"""A project's poster: a PDF, and not a large one."""

from datetime import datetime

from awards.fellows.records import Part
from nextstep_contracts import Refused
from nextstep_documents.virus_scanner import Scan

PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
"""Readers accept a PDF whose mark comes within the first 1024 bytes (ISO 32000, annex H)."""
NO_PDF = "The poster must be a PDF"


class Poster(Part):
    """A poster in GridFS; the id is made from its content, so the same file is stored once."""

    file_id: str
    name: str
    size: int
    scan: Scan = "unscanned"


class RefusedPoster(Part):
    """What is kept of a poster that had to be removed: not the file."""

    name: str
    size: int
    note: str
    """What the virus scanner said, for the office."""
    at: datetime
    settled: bool = False
    """The office has said that nothing more is to be done about it."""


def check_poster(data: bytes, limit: int) -> None:
    """Accept a PDF, told by its content and not by its name.

    Raises:
        Refused: it is too large (`limit` in bytes) or not a PDF.

    """
    if len(data) > limit:
        message = f"The poster must be {limit // 1_000_000} MB or smaller"
    elif PDF_MARK not in data[:PDF_MARK_WITHIN]:
        message = NO_PDF
    else:
        return
    raise Refused.field("poster", message)
