"""One reader of email addresses: what is one, which two are the same, how servers are given it.

An address is somebody's identity here, so nothing is guessed: what pasting puts around it is taken
off, and anything else that is wrong is a reason, not a repair. Two addresses are one only where
they differ in the case of ASCII letters, after normal form C (Unicode, UAX 15): to anything more
alike, mail goes elsewhere. Domains follow IDNA 2008 (RFC 5891), in which "groß" is not "gross";
the part before the @ is the usual part of RFC 5321, as nothing else reaches every mailbox.
"""

import re
import unicodedata
from contextlib import suppress
from typing import Final

import idna

LONGEST: Final = 254
"""Characters (RFC 5321, 4.5.3.1.3, less the brackets)."""
LONGEST_LOCAL: Final = 64
LONGEST_WRITTEN: Final = 1_000
"""Characters, with a name before the address. Normal form takes the square of some lengths."""
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LOWER: Final = str.maketrans({chr(c): chr(c + 32) for c in range(ord("A"), ord("Z") + 1)})
_AROUND: Final = " \t\r\n\u00a0\u200b\u2060\ufeff"
"""Blanks, seen and unseen, that stick to what is copied from a page or another email."""
_PUNCTUATION: Final = ";,.:'\"<>()[]\u2018\u2019\u201c\u201d"


class NoAddressError(ValueError):
    """It is no address that an email can go to. The message says why, to follow "it"."""


def read_address(written: str) -> str:
    """The address in what somebody typed or pasted, in normal form C.

    Taken off are blanks, `mailto:`, a name before `<...>`, and brackets, quotes and punctuation
    around it.

    Raises:
        NoAddressError: there is none, or more than one, or no server would take it.

    """
    if len(written) > LONGEST_WRITTEN:
        raise NoAddressError(f"is longer than {LONGEST} characters")
    text = unicodedata.normalize("NFC", written).strip(_AROUND)
    named = re.fullmatch(r"[^<>]*<([^<>]*)>[;,. ]*", text)
    text = (named.group(1) if named else text).strip(_AROUND + _PUNCTUATION)
    if text[:7].translate(_LOWER) == "mailto:":
        text = text[7:].strip(_AROUND)
    to_server(text, in_public=True)
    return text


def to_server(address: str, *, in_public: bool = False) -> str:
    """An address as mail servers take it: all ASCII.

    Args:
        address: as it is known.
        in_public: whether the domain must be one of the public internet, with a dot in it.

    Raises:
        NoAddressError: no server would take it.

    """
    if any(0xD800 <= ord(character) <= 0xDFFF for character in address):  # noqa: PLR2004
        raise NoAddressError("holds a broken character")
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise NoAddressError("has no @ with something on both sides" if address else "is empty")
    _check_local(local)
    ascii_domain = _ascii_domain(domain)
    if in_public and ("." not in ascii_domain or _is_number(ascii_domain.rpartition(".")[2])):
        raise NoAddressError(f"ends with “{domain}”, which is no domain of the internet")
    whole = f"{local}@{ascii_domain}"
    if len(whole) > LONGEST:
        raise NoAddressError(f"is longer than {LONGEST} characters")
    return whole


def address_key(address: str) -> str:
    """What two spellings of one address have in common. Never fails, whatever is given."""
    if len(address) > LONGEST_WRITTEN:
        return address.translate(_LOWER)
    text = unicodedata.normalize("NFC", address).strip(_AROUND)
    with suppress(NoAddressError):  # kept by an earlier release: it is the same as itself
        text = to_server(text)
    return text.translate(_LOWER)


def same_address(one: str | None, other: str | None) -> bool:
    """Whether emails to both go to the same place; without an address, no."""
    return bool(one and other) and address_key(one or "") == address_key(other or "")


def _check_local(local: str) -> None:
    if "@" in local:
        raise NoAddressError("holds more than one @")
    if re.search(r"\s", local):
        raise NoAddressError("has a space in it")
    if not local.isascii():
        odd = next(character for character in local if not character.isascii())
        shown = f"“{odd}” (U+{ord(odd):04X})" if odd.isprintable() else f"U+{ord(odd):04X}"
        raise NoAddressError(f"holds {shown} before the @, where no mail server takes it")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise NoAddressError("has a dot too many before the @")
    if not _LOCAL.fullmatch(local):
        raise NoAddressError("holds a character before the @ that no address has")
    if len(local) > LONGEST_LOCAL:
        raise NoAddressError(f"has more than {LONGEST_LOCAL} characters before the @")


def _ascii_domain(domain: str) -> str:
    if ".." in domain or domain.startswith(".") or domain.endswith("."):
        raise NoAddressError("has a dot too many after the @")
    try:
        written = domain if domain.isascii() else idna.encode(domain, strict=True).decode()
        labels = written.split(".")
        for label in labels:
            if label[:4].translate(_LOWER) == "xn--":
                idna.decode(label.translate(_LOWER), strict=True)
    except (idna.IDNAError, UnicodeError) as error:
        raise NoAddressError(f"ends with “{_shown(domain)}”, which is no domain") from error
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise NoAddressError(f"ends with “{_shown(domain)}”, which is no domain")
    return written


def _shown(domain: str) -> str:
    return domain[:80]


def _is_number(label: str) -> bool:
    return label.isascii() and label.isdecimal()
