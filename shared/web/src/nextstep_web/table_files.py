"""A table as a file, in the format that was asked for: CSV for programs, Excel for people.

An Excel file differs where people read it: text is text whatever it looks like, so that no number
loses its zeros and nothing is a formula; headings are words; ids that only programs need are left
out. Times are local in both, in CSV with their distance from UTC (ISO 8601). `column=` in the
address, several times, chooses columns in either.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from nextstep_web.csv_export import csv_response, download, without_control
from nextstep_web.display import LONDON

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = ("csv", "xlsx")
LONGEST_CELL: Final = 32_767
"""Characters that Excel keeps."""
_ABBREVIATIONS: Final = frozenset({"cct", "cv", "fmlm", "gdc", "gmc", "id", "ltft", "ntn", "qip"})
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+\-]\d{2}:\d{2})"
)
_WIDEST: Final = 60
_LOOKED_AT: Final = 200
"""Rows by which the widths of columns are told."""
_WHEN_MADE: Final = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)


def asks_for_file(request: Request) -> bool:
    """Whether a page is asked for as a file (`format=csv` or `format=xlsx`)."""
    return request.query_params.get("format") in FORMATS


async def table_file(
    request: Request,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    zone: str = LONDON,
    *,
    columns: Sequence[str] | None = None,
    sealed: bool = False,
) -> Response:
    """Answer with a table as the file that the request asks for; CSV unless it says otherwise.

    Args:
        request: names the format, and may choose columns.
        name: of the file, without its ending.
        header: names of the columns, as programs know them.
        rows: the cells of each row, in the order of the header.
        zone: where times are local.
        columns: those chosen, where it is not the address that says so.
        sealed: whether a hash is over these very texts, so that CSV has its times as they are.

    """
    excel = request.query_params.get("format") == "xlsx"
    asked = request.query_params.getlist("column") if columns is None else columns
    kept = _columns(header, asked, for_people=excel)
    names = [header[n] for n in kept]
    chosen = [[row[n] for n in kept] for row in map(list, rows)]
    if not excel:
        if not sealed:
            chosen = [[_moment_in(value, zone) for value in row] for row in chosen]
        return csv_response(f"{name}.csv", names, chosen)
    content = await asyncio.to_thread(workbook, name, [heading(one) for one in names], chosen, zone)
    return download(f"{name}.xlsx", EXCEL, content)


def _columns(header: Sequence[str], asked: Sequence[str], *, for_people: bool) -> list[int]:
    chosen = [n for n, name in enumerate(header) if name in asked]
    if chosen:
        return chosen
    kept = [n for n, name in enumerate(header) if not name.endswith(("_id", "_ids"))]
    return kept if for_people and kept else list(range(len(header)))


def heading(name: str) -> str:
    """The name of a column in words: `gmc_number` is "GMC number"."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return name
    words = [word.upper() if word in _ABBREVIATIONS else word for word in name.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def workbook(
    title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], zone: str = LONDON
) -> bytes:
    """An Excel file of one sheet. The same table gives the same bytes."""
    from openpyxl import Workbook  # slow to load, and only needed here
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Table")
    lines = [[_shown(value, zone) for value in row] for row in rows]
    for number, name in enumerate(header):
        longest = max([len(name), *(len(str(line[number])) for line in lines[:_LOOKED_AT])])
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = min(longest, _WIDEST) + 2
    sheet.freeze_panes = "A2"

    def written(value: Any, *, bold: bool = False) -> Any:
        one = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            one.data_type, one.number_format = "s", "@"  # text, also where it begins with "="
        if bold:
            one.font = Font(bold=True)
        return one

    sheet.append([written(name, bold=True) for name in header])
    for line in lines:
        sheet.append([written(value) for value in line])
    held = io.BytesIO()
    book.save(held)
    return _without_times(held.getvalue())


def _moment_in(value: Any, zone: str) -> Any:
    """A moment, or the text of one, on the clocks of a zone; anything else as it is."""
    with suppress(ValueError, OverflowError):  # somebody may have typed what looks like a moment
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(ZoneInfo(zone)).isoformat()
    return value


def _shown(value: Any, zone: str) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return value
    with suppress(ValueError, OverflowError):  # somebody may have typed what looks like a moment
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            value = _on_the_clock(datetime.fromisoformat(value), zone)
    if isinstance(value, datetime):
        return _on_the_clock(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return without_control(str(value))[:LONGEST_CELL]


def _on_the_clock(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment
    return f"{local:%Y-%m-%d %H:%M}"


def _without_times(content: bytes) -> bytes:
    """The file without when it was made: nobody needs it, and equal tables are equal files."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for part in made.namelist():
            data = (
                _WHEN_MADE.sub(b"", made.read(part))
                if part == "docProps/core.xml"
                else made.read(part)
            )
            entry = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, data)
    return packed.getvalue()
