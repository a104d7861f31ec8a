"""What pages show: forms as they stand filled in, and the query strings of their links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from lxml import html  # type: ignore[import-untyped]

from nextstep_web.csrf import FIELD

Value = str | bytes | Sequence[str]
"""One value of a form's field, a file, or several values of one name."""
_NO_VALUE: Final = {"submit", "button", "image", "reset"}


@dataclass
class Shown:
    """What pages show of one address."""

    forms: list[dict[str, Value]] = field(default_factory=list)
    """As they stand filled in, without the token of a session."""
    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of each field that is filled in, as HTML has it, for example "date"."""
    choices: dict[str, list[Value]] = field(default_factory=dict)
    """Values that a page offers for a field."""
    query: dict[str, list[str]] = field(default_factory=dict)
    """Values of each name in the query strings of links and searches."""

    def offer(self, name: str, value: Value) -> None:
        """Note a value that may be chosen."""
        known = self.choices.setdefault(name, [])
        if value not in known:
            known.append(value)

    def ask(self, query: Iterable[tuple[str, str]]) -> None:
        """Note what a link or a search asks for."""
        for name, value in query:
            known = self.query.setdefault(name, [])
            if value not in known:
                known.append(value)


def shown_on(address: str, page: str) -> Iterator[tuple[str, str, Shown]]:
    """What the page at `address` shows: method, local path, and what it shows of it."""
    if not page.strip():
        return
    tree = html.fromstring(page)
    for link in tree.xpath("//a/@href"):
        path, query = _local(address, str(link))
        if path and query:
            found = Shown()
            found.ask(query)
            yield "GET", path, found
    for form in tree.xpath("//form"):
        yield from _form(address, form)


def _form(address: str, form: Any) -> Iterator[tuple[str, str, Shown]]:
    method = str(form.get("method") or "get").upper()
    path, query = _local(address, str(form.get("action") or address))
    if not path:
        return
    found = Shown()
    found.ask(query)
    filled = dict(_filled(form))
    for name, kind, value in _fields(form):
        found.kinds[name] = kind
        if value:
            found.offer(name, value)
        if kind != "file":
            filled.setdefault(name, "")
    if method == "GET":
        found.ask((name, one) for name, many in found.choices.items() for one in map(str, many))
        found.ask((name, "") for name in found.kinds)
        found.choices, found.kinds = {}, {}
    else:
        found.forms = [filled]
    yield method, path, found


def _local(address: str, given: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(urljoin(address, given))
    if parts.scheme or parts.netloc:
        return "", []
    return unquote(parts.path), parse_qsl(parts.query, keep_blank_values=True)


def _filled(form: Any) -> Iterator[tuple[str, Value]]:
    """The fields as the page would send them; a name that stands several times has a list."""
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name != FIELD:
            sent.setdefault(name, []).append(str(value))
    return ((name, many[0] if len(many) == 1 else many) for name, many in sent.items())


def _fields(form: Any) -> Iterator[tuple[str, str, str]]:
    """Each field that somebody fills in: name, kind, and a value that it has or may have."""
    for one in form.xpath(".//*[self::input or self::textarea or self::select or self::button]"):
        name = one.get("name")
        if not name or name == FIELD:
            continue
        kind = str(one.get("type") or one.tag)
        if one.tag == "select":
            yield from (
                (name, kind, option.get("value") or "") for option in one.xpath(".//option")
            )
        elif one.tag == "textarea":
            yield name, kind, one.text or ""
        else:
            yield name, "hidden" if kind in _NO_VALUE else kind, one.get("value") or ""


def merged(parts: Iterable[Shown]) -> Shown:
    """All that several pages show of one address."""
    whole = Shown()
    for part in parts:
        whole.forms += [form for form in part.forms if form not in whole.forms]
        whole.kinds |= part.kinds
        whole.ask((name, one) for name, many in part.query.items() for one in many)
        for name, many in part.choices.items():
            for one in many:
                whole.offer(name, one)
    return whole
