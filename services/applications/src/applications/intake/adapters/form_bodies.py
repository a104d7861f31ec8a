"""Bodies as browsers and PHP post them: URL-encoded and multipart forms, as nested data. Pure.

Keys with brackets (`_cv[name]`, `statements[]`) nest as PHP nests them; a key that is there twice
holds a list of both.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from applications.intake.adapter import UnreadableError
from applications.intake.adapters.json_bodies import add

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_FIELDS = 5_000
MOST_BRACKETS = 8
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    # what browsers have always meant by it (WHATWG Encoding)
    "iso-8859-1": "windows-1252",
    "windows-1252": "windows-1252",
}


def urlencoded(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a URL-encoded form.

    Raises:
        UnreadableError: it is in another character set than it says, or no form at all.

    """
    charset = _charset(content_type)
    if body.count(b"&") >= MOST_FIELDS:
        raise UnreadableError("The body has more fields than any form.")
    try:
        text = body.decode(charset)
        pairs = parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"The answers are not in {charset}, which they should be.") from error
    return nested(pairs)


def nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Flat fields as the data that their keys describe."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        _put(root, key, value)
    return {key: _with_lists(value) for key, value in root.items()}


def _put(root: dict[str, Any], key: str, value: Any) -> None:
    *outer, last = _steps(key)
    holder = root
    for step in outer:
        inner = holder.setdefault(step or str(len(holder)), {})
        if not isinstance(inner, dict):
            add(root, key, value)  # `a=1&a[b]=2`: the second is kept under its whole key
            return
        holder = inner
    add(holder, last or str(len(holder)), value)


def _steps(key: str) -> list[str]:
    """`_cv[name]` is two steps; what is not written so is one."""
    found = re.fullmatch(r"([^\[\]]+)((?:\[[^\[\]]*\])+)", key)
    if found is None or found.group(2).count("[") > MOST_BRACKETS:
        return [key]
    return [found.group(1), *found.group(2)[1:-1].split("][")]


def _with_lists(value: Any) -> Any:
    """Objects whose keys are 0, 1, 2 ... are lists."""
    if isinstance(value, list):
        return [_with_lists(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    inside = {key: _with_lists(inner) for key, inner in value.items()}
    counted = [str(number) for number in range(len(inside))]
    return list(inside.values()) if list(inside) == counted else inside


def multipart(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a multipart form; a file is `{"name", "type", "content": base64}`.

    Raises:
        UnreadableError: it is cut off or no such form.

    """
    boundary = _parameter(content_type, b"boundary")
    if not boundary:
        raise UnreadableError("The body is multipart, but does not say what parts it.")
    parts = _Parts()
    try:
        MultipartParser(boundary, parts.callbacks()).write(body)  # type: ignore[arg-type]
    except FormParserError as error:
        raise UnreadableError("The body is not the multipart form that it says it is.") from error
    if not parts.complete:
        raise UnreadableError("The body ends before the form does.")
    return nested(parts.found)


class _Parts:
    """Collects the parts that the parser tells of."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Any]] = []
        self.complete = False
        self._header = (bytearray(), bytearray())
        self._begin()

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_part_data": lambda data, start, end: self._pieces.append(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _end(self) -> None:
        told = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        sent_as = self._headers.get(b"content-type", b"").decode("latin-1")
        name = told.get(b"name", b"").decode("utf-8", "replace")
        content = b"".join(self._pieces)
        if len(self.found) >= MOST_FIELDS:
            raise UnreadableError("The body has more fields than any form.")
        if b"filename" not in told:
            self.found.append((name, _decoded(content, sent_as)))
            return
        file_name = told[b"filename"].decode("utf-8", "replace")
        text = base64.b64encode(content).decode()
        file = {"name": file_name, "type": sent_as, "content": text}
        # A field for a file that nobody chose arrives as a nameless empty file.
        self.found.append((name, file if content or file_name else ""))

    def _finish(self) -> None:
        self.complete = True


def _decoded(content: bytes, content_type: str) -> str:
    charset = _charset(content_type)
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"The answers are not in {charset}, which they should be.") from error


def _charset(content_type: str) -> str:
    said = _parameter(content_type, b"charset").decode("latin-1").strip().lower()
    charset = CHARSETS.get(said or "utf-8")
    if charset is None:
        raise UnreadableError("The body is in a character set that forms do not use.")
    return charset


def _parameter(header: str, name: bytes) -> bytes:
    return parse_options_header(header.encode("latin-1", "replace"))[1].get(name, b"")
