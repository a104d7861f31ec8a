"""Tables as CSV files that a spreadsheet opens safely."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response

_FORMULA: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What makes a spreadsheet read text as a formula (OWASP, CSV injection), full-width or not."""
_STARTS_FORMULA: Final = re.compile(f"[\t\r\n{_FORMULA}]")
_AFTER_SEPARATOR: Final = re.compile(f"([;|\t\r\n][^\\S\r\n]*)(?=[{_FORMULA}])")
"""Where a spreadsheet that parts at semicolons or tabs would begin another cell."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Categories of characters that can stand before a formula without being seen."""
_NOT_IN_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def cell(value: Any) -> str:
    """Write one value. Text that a spreadsheet would run as a formula gets a leading apostrophe.

    So does what would begin another cell where the separator is not a comma. Numbers stay numbers,
    so a negative amount is not text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    text = _AFTER_SEPARATOR.sub(r"\1'", without_control(str(value)))
    seen = next((n for n, c in enumerate(text) if unicodedata.category(c) not in _UNSEEN), 0)
    risky = _STARTS_FORMULA.match(text) or _STARTS_FORMULA.match(text, seen)
    return f"'{text}" if risky else text


def without_control(text: str) -> str:
    """Text without what no file may hold: control characters but tab and line ends, halves."""
    return _NOT_IN_TEXT.sub("", text)


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Answer with a file. UTF-8 with a byte order mark, without which Excel misreads names.

    All text is quoted, numbers are not.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([cell(name) for name in header])
    writer.writerows([_written(value) for value in row] for row in rows)
    return download(filename, "text/csv; charset=utf-8", text.getvalue().encode("utf-8-sig"))


def download(filename: str, media_type: str, content: bytes) -> Response:
    """A file that is kept, not shown."""
    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}"},
    )


def _written(value: Any) -> str | int | float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number else cell(value)
