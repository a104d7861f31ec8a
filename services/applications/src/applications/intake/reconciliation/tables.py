"""Files with a table in them, as spreadsheets and form products write them: CSV and Excel. Pure.

The encoding and the separator are told by the content. Numbers of rows are those that a
spreadsheet shows: the heading is row 1.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from nextstep_documents.clean_text import clean
from nextstep_documents.sandbox import Limits, LostError, sandbox

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of an export. One of 5,000 applications with links has about 5 MB."""
MOST_ROWS = 20_000
MOST_COLUMNS = 300
LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes of an Excel file once unpacked: more is a ZIP bomb, not an export."""
EXACT = 10**15
"""Numbers below it are kept to the last digit; of others the end is lost."""
MOST_TEXT = 20_000_000
"""Characters of all cells: a small file can repeat one text in every cell."""
OF_A_CELL = 20
"""Characters that a cell counts for beside its text."""
TOO_MUCH = "The file unpacks to more than an export ever has."
COST = Limits(cpu_seconds=20, seconds=60.0)
"""An export of 5,000 applications takes a second or two."""
SEPARATORS = ",;\t|"
XLSX = b"PK\x03\x04"
OLD_EXCEL_OR_PASSWORD = b"\xd0\xcf\x11\xe0"


class TableError(ValueError):
    """The file cannot be used; the message says where and what to do."""


@dataclass(frozen=True)
class TableRow:
    """One row: its number and its cells by heading, none of them empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file's headings and rows; rows without any content are left out."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(data: bytes) -> Table:
    """Read a CSV or Excel file, whatever it is called.

    Raises:
        TableError: it is neither, too large, or a row does not fit its headings.

    """
    if len(data) > LARGEST_FILE:
        raise TableError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if data.startswith(OLD_EXCEL_OR_PASSWORD):
        raise TableError("This is an old or password-protected Excel file. Save it as .xlsx.")
    if start.startswith(b"%pdf-"):
        raise TableError("This is a PDF. Export the submissions as CSV or Excel (.xlsx).")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise TableError(
            "This is a web page or XML, whatever it is called. Open it in Excel and save it as"
            " Excel workbook (.xlsx), or choose CSV when you export."
        )
    rows = _excel(data) if data.startswith(XLSX) else _csv(data)
    return _table(rows)


async def read_table_apart(data: bytes, owner: str) -> Table:
    """`read_table` in the sandbox, as a small file can hold a lot.

    Raises:
        TableError: as `read_table`, or it cost too much.

    """
    try:
        found = await sandbox().ask(f"{__name__}:as_data", {}, data, owner=owner, limits=COST)
    except LostError as lost:
        raise TableError(TOO_MUCH) from lost
    if "error" in found:
        raise TableError(str(found["error"]))
    rows = tuple(TableRow(int(number), dict(cells)) for number, cells in found["rows"])
    return Table(tuple(found["header"]), rows)


def as_data(_about: dict[str, Any], data: bytes) -> dict[str, Any]:
    """In the sandbox: the table as plain data, or what is wrong with the file."""
    try:
        table = read_table(data)
    except TableError as error:
        return {"error": str(error)}
    return {"header": table.header, "rows": [(row.number, row.cells) for row in table.rows]}


def _table(rows: Iterable[list[str]]) -> Table:
    header: tuple[str, ...] = ()
    found: list[TableRow] = []
    letters = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise TableError(
                f"The file has more than {MOST_ROWS:,} rows. Save it in parts, each with the"
                " headings, and upload them one by one."
            )
        if not any(row):
            continue
        if not header:
            header = _header(row, number)
            continue
        if any(row[len(header) :]):
            raise TableError(
                f"Row {number} has {len(row)} cells, but there are {len(header)} headings. "
                "Is a quotation mark missing?"
            )
        cells = {name: value for name, value in zip(header, row, strict=False) if value}
        letters += sum(len(cell) + OF_A_CELL for cell in cells.values())
        if letters > MOST_TEXT:
            raise TableError(TOO_MUCH)
        found.append(TableRow(number, cells))
    if not header:
        raise TableError("The file is empty.")
    return Table(header, tuple(found))


def _header(row: list[str], number: int) -> tuple[str, ...]:
    """The headings, each once: forms with two questions of one name write it twice."""
    while row and not row[-1]:
        row = row[:-1]
    if len(row) > MOST_COLUMNS:
        raise TableError(f"Row {number} has more than {MOST_COLUMNS} columns.")
    seen: dict[str, int] = {}
    names = []
    for position, heading in enumerate(row, start=1):
        name = heading or f"Column {position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _csv(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) <= len("sep=;"):
        separator, text = first.strip()[4:] or ",", rest  # what Excel writes for itself
    else:
        separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield [clean(cell) for cell in row]
    except csv.Error as error:
        raise TableError(f"Row {number + 1} is not written as CSV should be: {error}.") from error


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 by their marks or their look, and otherwise what Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    if data[:200].count(0) > len(data[:200]) // 4:
        return _as(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    if b"\0" in data:
        raise TableError("This is not a CSV or Excel file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _as(data, "cp1252")


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].count(b"\n") + 1
        raise TableError(
            f"Line {before} holds bytes that are no text. Save it as UTF-8."
        ) from error


def _separator(text: str) -> str:
    """The separator that the heading uses most, outside quotation marks."""
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for character in text[:100_000]:
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            if any(counts.values()):
                break
        elif character in counts and not quoted:
            counts[character] += 1
    return max(counts, key=lambda one: counts[one])


def _excel(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # only needed here, and slow to load

    _refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
            yield [
                _text(cell, number, column) for column, cell in enumerate(_trimmed(row), start=1)
            ]
    except (TableError, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises whatever the broken part of the file makes it stumble over
        raise TableError(
            "This Excel file is damaged. Open it in Excel and save it again."
        ) from error


def _trimmed(row: tuple[Any, ...]) -> list[Any]:
    cells = list(row)
    while cells and cells[-1].value is None:
        cells.pop()
    return cells


def _refuse_bombs(data: bytes) -> None:
    """Look at what the archive says of itself, and hold it to that, before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > 2000:  # noqa: PLR2004 -- a workbook has dozens of parts
                raise TableError("The Excel file unpacks to more than an export ever has.")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise TableError("This is not a CSV or Excel file.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(1024):
                            raise TableError("The Excel file declares entities and is refused.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableError("This Excel file is damaged or protected by a password.") from error


def _text(cell: Any, row: int, column: int) -> str:
    """A cell as a person reads it: whole numbers without a point, 80%, dates as ISO 8601.

    A number of more digits than a spreadsheet keeps is written as it shows it, `6.08425E+18`.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, percent="%" in (cell.number_format or ""))
    if isinstance(value, datetime):
        # Excel keeps fractions of a day: seconds come out a millionth short
        return _whole_second(value).isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if not isinstance(value, str):
        raise TableError(f"Row {row}, column {column} holds something that is no text.")
    return clean(value)


def _number(value: float, *, percent: bool) -> str:
    if percent:
        return f"{round(value * 100, 9):.12g}%"
    if abs(value) < EXACT:
        return str(int(value)) if float(value).is_integer() else str(value)
    digits, _, power = f"{value:.14E}".partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{power}"


def _whole_second(value: datetime) -> datetime:
    return (value + timedelta(microseconds=500_000)).replace(microsecond=0)
