"""The form products' own exports: which column is what, and how a row is read. Pure.

A row that is taken in becomes a receipt with the raw row as its body, so it is read like any
other receipt: `ExportedRow` is its adapter.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from applications.documents.given_file import GivenFile, absent
from applications.intake.adapter import Signature, UnreadableError
from applications.intake.field_map.mapping import Mapped, MappingError, map_submission
from applications.intake.receipts import LONGEST_ID, receipt_key
from applications.intake.reconciliation.comparison import Exported
from applications.intake.reconciliation.tables import Table, TableError, TableRow
from applications.intake.sources import SPLIT_NAME, LiveSource, Source

ROW = "application/vnd.nextstep.export-row+json"
"""The content type of a receipt whose body is a row of an export."""


@dataclass(frozen=True)
class Product:
    """What a product calls the columns that it adds to the answers by itself."""

    submission_id: str
    submitted_at: str
    utc: bool = False
    stage: str | None = None
    """Where it says how far somebody came, if it exports also what was never submitted."""
    submitted: str = "completed"
    """What stands there when the form was submitted."""


PRODUCTS = {
    "jotform": Product("Submission ID", "Submission Date"),
    "typeform": Product("#", "Submit Date (UTC)", utc=True, stage="Response Type"),
    "power-automate": Product("ID", "Completion time"),
}
"""By the name of the adapter. Microsoft Forms exports Excel, the others CSV or Excel."""


@dataclass(frozen=True)
class Layout:
    """The headings of one export, as they are in the file."""

    columns: Mapping[str, tuple[str, ...]]
    documents: Mapping[str, str]
    submission_id: str | None
    submitted_at: str | None
    month_first: bool
    utc: bool
    stage: str | None = None
    submitted: str = ""


def folded_heading(heading: str) -> str:
    """A heading without what drifts between exports: case, spaces, punctuation."""
    letters = re.sub(r"[^\w#]|_", "", heading.casefold())
    return letters or heading.strip()


def layout_of(source: Source, header: Sequence[str]) -> Layout:
    """Find the columns of a source's export.

    Raises:
        TableError: a column that the sources file names, or name or address, is not there.

    """
    present = {folded_heading(heading): heading for heading in reversed(header)}
    export = source.export
    columns = {
        field: tuple(_named(present, heading, field, header) for heading in headings)
        for field, headings in export.columns.items()
    }
    for field, path in source.fields.items():
        guesses = (".".join(path), field, path[-1])
        found = next(
            (present[folded_heading(g)] for g in guesses if folded_heading(g) in present), None
        )
        if field not in columns and found is not None:
            columns[field] = (found,)
    for needed in ("name", "email"):
        if needed not in columns and not (needed == "name" and set(SPLIT_NAME) <= set(columns)):
            _named(present, needed, needed, header)
    documents = {
        key: _named(present, heading, key, header) for key, heading in export.documents.items()
    }
    product = PRODUCTS.get(source.adapter)
    said = export.submission_id or (product.submission_id if product else None)
    when = export.submitted_at or (product.submitted_at if product else None)
    return Layout(
        columns,
        documents,
        _own(present, said, export.submission_id, source.submission_id, header),
        _own(present, when, export.submitted_at, source.submitted_at, header),
        export.month_first,
        bool(product and product.utc and not export.submitted_at),
        present.get(folded_heading(product.stage)) if product and product.stage else None,
        product.submitted if product else "",
    )


def whole_header(source: Source, filled: Sequence[str]) -> tuple[str, ...]:
    """The headings of a row of which only the cells are known that are not empty."""
    export = source.export
    named = [heading for headings in export.columns.values() for heading in headings]
    named += export.documents.values()
    named += [one for one in (export.submission_id, export.submitted_at) if one]
    named += [one for one in ("name", "email") if one not in export.columns]
    present = {folded_heading(heading) for heading in filled}
    for heading in named:
        if folded_heading(heading) not in present:
            present.add(folded_heading(heading))
            filled = (*filled, heading)
    return tuple(filled)


def _own(
    present: Mapping[str, str],
    heading: str | None,
    configured: str | None,
    path: tuple[str, ...] | None,
    header: Sequence[str],
) -> str | None:
    """The column of the form's own id or time; only one that the file names must be there."""
    if configured:
        return _named(present, configured, configured, header)
    guesses = [heading] if heading else [".".join(path), path[-1]] if path else []
    return next((present[folded_heading(g)] for g in guesses if folded_heading(g) in present), None)


def _named(present: Mapping[str, str], heading: str, what: str, header: Sequence[str]) -> str:
    if folded_heading(heading) in present:
        return present[folded_heading(heading)]
    known = ", ".join(f"“{name}”" for name in header[:30])
    raise TableError(
        f"The file has no column “{heading}” for {what.replace('_', ' ')}. It has {known}. "
        "Say in the sources file, under export, which column it is."
    )


def as_source(source: Source) -> Source:
    """The same source with the map by which `ExportedRow` gives the answers."""
    fields = {name: (name,) for name in source.fields} | {
        name: (name,) for name in source.export.columns
    }
    documents = {key: ("documents", key) for key in source.export.documents}
    given = {"fields": fields, "documents": documents, "submitted_at": ("submitted_at",)}
    return source.model_copy(update=given)


class ExportedRow:
    """Reads a row that was taken in from an export. Nobody can post one."""

    content_types: frozenset[str] = frozenset()
    signs = False

    def __init__(self, source: Source) -> None:
        self._source = source

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """Never: rows come from the office, not from the network."""
        del headers, now
        return None

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The answers in a row, by their names, and the row's own time."""
        del content_type
        try:
            cells = json.loads(body)
            layout = layout_of(self._source, whole_header(self._source, tuple(cells)))
            return answers_in(TableRow(0, cells), layout)
        except (ValueError, AttributeError) as error:
            raise UnreadableError(f"The row cannot be read: {error}") from error

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Exports list what was submitted."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """A link to a document, the first where there are several."""
        links = re.findall(r"https://[^\s,;|\"<>]+", str(given))
        if not links:
            return absent("", "The cell of this column has no https link.")
        return GivenFile(links[0].rsplit("/", 1)[-1], link=links[0])


def answers_in(line: TableRow, layout: Layout) -> dict[str, Any]:
    """A row's cells by the names of the answers.

    Raises:
        TableError: a date or time in it cannot be read; the message names row and column.

    """
    found: dict[str, Any] = {
        field: text
        for field, headings in layout.columns.items()
        if (text := " ".join(line.cells[h] for h in headings if h in line.cells))
    }
    if layout.month_first and "cct_date" in found:
        heading = layout.columns["cct_date"][0]
        with suppress(TableError):  # what is no day and nothing else is shown as it is written
            moment = moment_in_cell(found["cct_date"], layout, line.number, heading)
            found["cct_date"] = moment.date().isoformat()
    found["documents"] = {k: line.cells[h] for k, h in layout.documents.items() if h in line.cells}
    if layout.submitted_at and layout.submitted_at in line.cells:
        text = line.cells[layout.submitted_at]
        moment = moment_in_cell(text, layout, line.number, layout.submitted_at)
        moment = moment.replace(tzinfo=UTC) if layout.utc and not moment.tzinfo else moment
        if moment.year not in _YEARS:
            where = _where(line.number, layout.submitted_at)
            raise TableError(f"{where}: “{text[:40]}” is no time at which anybody sent a form.")
        found["submitted_at"] = moment.isoformat()
    return found


_YEARS = range(2, 9999)
"""Those that are years in every zone."""
_SLASHED = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_WORDED = ("%b %d, %Y %H:%M:%S", "%b %d, %Y %H:%M", "%b %d, %Y %I:%M %p", "%b %d, %Y", "%d %b %Y")


def moment_in_cell(text: str, layout: Layout, row: int, heading: str) -> datetime:
    """A time as exports write it; day first unless the sources file says otherwise.

    Raises:
        TableError: naming the row and the column.

    """
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    slashed = _SLASHED.fullmatch(text.strip())
    try:
        if slashed:
            return _slashed(slashed, month_first=layout.month_first)
        for form in _WORDED:
            try:
                return datetime.strptime(text.strip(), form)  # noqa: DTZ007 -- local, see the map
            except ValueError:
                continue
    except ValueError as error:
        order = "month" if layout.month_first else "day"
        raise TableError(
            f"{_where(row, heading)}: “{text[:40]}” is no date with the {order} first. "
            "Say month_first in the sources file, under export, as the form writes it."
        ) from error
    raise TableError(f"{_where(row, heading)}: “{text[:40]}” is not a date that can be read.")


def _where(row: int, heading: str) -> str:
    return f"Row {row}, column “{heading}”" if row else f"Column “{heading}”"


def _slashed(found: re.Match[str], *, month_first: bool) -> datetime:
    first, second, year, hour, minute, seconds, half = found.groups()
    month, day = (first, second) if month_first else (second, first)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    full = int(year) + (2000 if len(year) == 2 else 0)  # noqa: PLR2004 -- two digits
    return datetime(full, int(month), int(day), hours, int(minute or 0), int(seconds or 0))  # noqa: DTZ001 -- local, see the map


def rows_of(
    source: LiveSource, table: Table, zone: str
) -> tuple[tuple[Exported, ...], frozenset[str]]:
    """The submissions of an export, and which answers its columns hold.

    Raises:
        TableError: the columns are not those of the source, or a date cannot be read.

    """
    layout = layout_of(source.definition, table.header)
    rows = tuple(_row(source, line, layout, zone) for line in table.rows)
    return rows, frozenset(layout.columns)


def _row(source: LiveSource, line: TableRow, layout: Layout, zone: str) -> Exported:
    said = line.cells.get(layout.submission_id) if layout.submission_id else None
    rounded = said if said and is_rounded(said) else None
    said = None if rounded else said
    stage = line.cells.get(layout.stage, layout.submitted) if layout.stage else layout.submitted
    content = json.dumps(line.cells, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
    read = answers_in(line, layout)
    moment = read.get("submitted_at")
    row = Exported(
        number=line.number,
        key=receipt_key(source.name, said) if said else receipt_key(source.name, "row", digest),
        submission_id=said[:LONGEST_ID] if said else None,
        submitted_at=_in_utc(moment, zone) if moment else None,
        content=digest,
        cells=line.cells,
        rounded_id=rounded,
        submitted=folded_heading(stage) == folded_heading(layout.submitted),
    )
    try:
        found: Mapped = map_submission(
            read, as_source(source.definition), ExportedRow(source.definition), zone
        )
    except MappingError as error:
        return replace(row, faults=error.faults)
    return replace(row, answers=found.answers)


_IN_POWERS_OF_TEN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""


def is_rounded(said: str) -> bool:
    """Whether a spreadsheet has made a number of an id, and so another id: `6.08425E+18`."""
    if _IN_POWERS_OF_TEN.fullmatch(said):
        return True
    digits = said if said.isascii() and said.isdecimal() else ""
    return len(digits) > EXACT_DIGITS and not digits[EXACT_DIGITS:].strip("0")


def _in_utc(text: str, zone: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def body_of_row(row: Exported) -> bytes:
    """The raw row as the body of a receipt."""
    return json.dumps(row.cells, ensure_ascii=False).encode("utf-8", "replace")
