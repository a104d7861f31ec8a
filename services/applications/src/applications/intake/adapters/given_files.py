"""A document in an answer, whichever of the usual ways a form product gives it. Pure."""

from typing import Any
from urllib.parse import unquote, urlsplit

from applications.documents.given_file import NOT_ARRIVED, GivenFile, from_base64

NAMES = ("name", "filename", "fileName", "file_name")
CONTENTS = ("content", "contentBytes", "data", "base64", "$content")
LINKS = ("url", "link", "file_url", "href")


def given_file(given: Any) -> GivenFile:
    """The document: base64 in text or in an object, a link, or a list of which the first counts."""
    if isinstance(given, list):
        return given_file(given[0]) if given and not isinstance(given[0], list) else _absent()
    if isinstance(given, str):
        text = given.strip()
        return _linked("", text) if _is_link(text) else from_base64("", text)
    return _from_object(given) if isinstance(given, dict) else _absent()


def _from_object(given: dict[str, Any]) -> GivenFile:
    name = _first_text(given, NAMES)
    for key in CONTENTS:
        content = given.get(key)
        if isinstance(content, dict):  # Power Automate's {"$content-type", "$content"}
            content = content.get("$content")
        if isinstance(content, str) and content:
            return from_base64(name, content)
    link = _first_text(given, LINKS)
    return _linked(name, link) if _is_link(link) else _absent(name)


def _first_text(given: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((given[key] for key in keys if isinstance(given.get(key), str)), "")


def _is_link(text: str) -> bool:
    return text[:8].lower() == "https://" or text[:7].lower() == "http://"


def _linked(name: str, link: str) -> GivenFile:
    """A link, named as its last step; whoever fetches it decides whether it may be fetched."""
    try:
        last = unquote(urlsplit(link).path.rpartition("/")[2])
    except ValueError:
        return _absent(name)
    return GivenFile(name or last, link=link)


def _absent(name: str = "") -> GivenFile:
    return GivenFile(name, fault=NOT_ARRIVED)
