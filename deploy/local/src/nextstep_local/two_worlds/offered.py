"""What a page offers to be asked next: its links, and each choice of its search forms."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from lxml import html  # type: ignore[import-untyped]

ODD: Final = ("page=2", "page=99999", "sort=nonsense&page=nonsense")
"""Asked of every page that can be sorted, searched or leafed through."""
_TYPED: Final = {"text", "search", "number", "date", "email"}


def offered(address: str, body: str, words: Sequence[str]) -> Iterator[str]:
    """The local addresses that the page at `address` leads to, with the odd ones of a list."""
    if not body.strip():
        return
    tree = html.fromstring(body)
    found = [*_links(tree), *_searches(tree, address, words)]
    for given in found:
        yield from _local(address, given)
    path = address.partition("?")[0]
    if any(one.startswith(("?", f"{path}?")) for one in found):
        yield from (f"{path}?{odd}" for odd in ODD)


def _links(tree: Any) -> list[str]:
    return [str(one) for one in tree.xpath("//a/@href | //iframe/@src | //img/@src | //embed/@src")]


def _local(address: str, given: str) -> Iterator[str]:
    parts = urlsplit(urldefrag(urljoin(address, given)).url)
    if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
        yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _searches(tree: Any, address: str, words: Sequence[str]) -> Iterator[str]:
    """Each choice of each field of a search form, the other fields as the page shows them."""
    for form in tree.xpath("//form[not(@method) or translate(@method, 'GET', 'get') = 'get']"):
        action = form.get("action") or address.partition("?")[0]
        fields = {key: value for key, value in form.fields.items() if key and value is not None}
        for name, value in _choices(form, words):
            yield f"{action}?{urlencode(fields | {name: value})}"


def _choices(form: Any, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for field in form.xpath(".//select[@name] | .//input[@name]"):
        name, kind = field.get("name"), field.get("type", "text")
        if field.tag == "select":
            yield from ((name, one.get("value", "")) for one in field.xpath(".//option"))
        elif kind in _TYPED:
            yield from ((name, word) for word in words)
        elif kind in {"checkbox", "radio"}:
            yield name, field.get("value", "on")
