"""A document in an answer, whichever of the usual ways a form product gives it. Pure.

Of several files in one answer the first that came is used; the rest are named.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from applications.documents.given_file import GivenFile, absent, from_base64, kind_of

NAMES = ("name", "filename", "fileName", "file_name")
CONTENTS = ("content", "contentBytes", "data", "base64", "$content")
MOST_FILES = 20
"""Of one answer that are looked at."""
LINKS = ("url", "link", "file_url", "href")
REASONS = ("error", "message", "code", "status", "reason")
"""Where products say why there is no file."""
LONGEST_REASON = 500


def given_file(given: Any) -> GivenFile:
    """The document: base64 in text or in an object, a link, or a list of these."""
    if isinstance(given, list):
        return first_of(given, given_file)
    if isinstance(given, str):
        text = given.strip()
        return _linked("", text) if _is_link(text) else from_base64("", text)
    if isinstance(given, dict):
        return _from_object(given)
    return absent("", f"Expected a file or a link to one, found {kind_of(given)}.")


def first_of(given: list[Any], one_file: Callable[[Any], GivenFile]) -> GivenFile:
    """The first file of a list that came, with the names of the others, whatever they are."""
    files = [one_file(one) for one in given[:MOST_FILES] if one and isinstance(one, str | dict)]
    if not files:
        return absent("", "The list has no file in it.")
    used = next((one for one in files if one.fault is None), files[0])
    names = [one.name or "a file without a name" for one in files if one is not used]
    if len(given) > MOST_FILES:
        names.append(f"{len(given) - MOST_FILES} more")
    return replace(used, others=tuple(names))


def _from_object(given: dict[str, Any]) -> GivenFile:
    name = _first_text(given, NAMES)
    for key in CONTENTS:
        content = given.get(key)
        if isinstance(content, dict):  # Power Automate's {"$content-type", "$content"}
            content = content.get("$content")
        if isinstance(content, str) and content:
            return from_base64(name, content)
    link = _first_text(given, LINKS)
    return _linked(name, link) if _is_link(link) else absent(name, _what_is_there(given))


def _what_is_there(given: dict[str, Any]) -> str:
    """What an object without a file says: often the product's own reason."""
    keys = ", ".join(map(str, given)) or "nothing"
    said = f"Expected one of {', '.join((*CONTENTS, *LINKS))}; the object has {keys}."
    found = [given.get(key) for key in REASONS]
    found += [one.get(key) for one in found if isinstance(one, dict) for key in REASONS]
    reason = "; ".join(one for one in found if isinstance(one, str))
    return f"{said} It says: {reason}."[:LONGEST_REASON] if reason else said[:LONGEST_REASON]


def _first_text(given: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((given[key] for key in keys if isinstance(given.get(key), str)), "")


def _is_link(text: str) -> bool:
    return text[:8].lower() == "https://" or text[:7].lower() == "http://"


def _linked(name: str, link: str) -> GivenFile:
    """A link, named as its last step; whoever fetches it decides whether it may be fetched."""
    try:
        last = unquote(urlsplit(link).path.rpartition("/")[2])
    except ValueError:
        return absent(name, "The link is not a web address.")
    return GivenFile(name or last, link=link)
