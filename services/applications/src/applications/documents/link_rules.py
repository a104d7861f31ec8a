"""May a link in a submission be fetched, and from where? Pure rules against forged requests.

Whoever fills in a form can write any link into it, so fetching one must not reach anything that
only this machine can reach (OWASP, Server-Side Request Forgery Prevention Cheat Sheet): https on
the usual port, a host that the source names, no address but a public one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

HTTPS_PORT = 443
LONGEST_LINK = 4000
"""Characters. Signed links of file stores reach about 2,000."""
DELAYS = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 7200))
"""Between tries: under three hours in all, so that the applicant is asked the same day."""

APPLICANT_REASON = "we could not fetch the file from the form"
TOO_LARGE = "the file was larger than 10 MB"

_SPECIAL = tuple(
    ip_network(block)
    for block in (
        "::/96",  # IPv4-compatible, with the unspecified and the loopback address
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # NAT64, RFC 8215
        "2001::/23",  # Teredo and other protocol assignments
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local, deprecated
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
    )
)
"""Addresses in which another may be hidden, or that no file store has, whatever Python's own
tables of the day say of them."""
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}")


class LinkRefusedError(ValueError):
    """The link must not be fetched; the message is for the office. Trying again is no use."""


@dataclass(frozen=True)
class FileHosts:
    """From where the files of one form may be fetched."""

    names: tuple[str, ...]
    """The only hosts; `*.name` is all names below one."""
    token: SecretStr | None = None
    """The bearer token that those hosts ask for."""
    token_paths: tuple[str, ...] = ()
    """Where the token is sent, and nowhere else: `host/path`, as `token_path` reads it."""

    def token_for(self, target: "Target") -> str | None:
        """The token to send with a request, if it is for this place.

        Whoever fills in a form writes the link. At a host that keeps files and answers to the same
        token for much else, any other path would be read with our rights.
        """
        if self.token is None or not any(_leads_to(one, target) for one in self.token_paths):
            return None
        return self.token.get_secret_value()


@dataclass(frozen=True)
class Target:
    """What is asked of which host, taken apart once so that no two readings of it differ."""

    host: str
    path: str
    query: str


def checked(link: str, hosts: Iterable[str]) -> Target:
    """The target of a link that may be fetched.

    Args:
        link: as the submission gave it.
        hosts: the names that the source allows; `*.name` allows every name below `name`.

    Raises:
        LinkRefusedError: it is not https, names another host or is odd in any way.

    """
    if len(link) > LONGEST_LINK or not link.isascii() or re.search(r"[\x00-\x20\x7f\\]", link):
        raise LinkRefusedError("The link is not a plain web address.")
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError as error:
        raise LinkRefusedError("The link is not a web address.") from error
    if parts.scheme != "https":
        raise LinkRefusedError("The link is not https.")
    if "@" in parts.netloc:
        raise LinkRefusedError("The link carries a user name.")
    if port not in {None, HTTPS_PORT}:
        raise LinkRefusedError(f"The link names port {port}.")
    host = parts.hostname or ""
    if not _HOST.fullmatch(host) or parts.netloc.lower() not in {host, f"{host}:{HTTPS_PORT}"}:
        raise LinkRefusedError("The link does not name a host.")
    if not any(_covers(allowed.lower(), host) for allowed in hosts):
        raise LinkRefusedError(f"The host {host} is not among the link_hosts of this source.")
    return Target(host, parts.path or "/", parts.query)


def _covers(allowed: str, host: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed


def token_path(text: str) -> str:
    """A place that a token may be sent to, once it is written as it must be.

    `host/part/*/part`: `*` stands for exactly one part of the path.

    Raises:
        ValueError: it is not written like that, or would be every path of a host.

    """
    host, slash, path = text.partition("/")
    parts = path.split("/")
    plain = all(
        part == "*" or (re.fullmatch(r"[A-Za-z0-9._~-]+", part) and part not in {".", ".."})
        for part in parts
    )
    if not slash or not _HOST.fullmatch(host.removeprefix("*.").lower()) or not plain:
        raise ValueError(
            f"{text!r} is not a host and a path without https, query or empty parts, for example"
            " files.example.org/forms/a1b2/files/*"
        )
    if all(part == "*" for part in parts):
        raise ValueError(f"{text!r} would be any path of the host: name the folder of the files")
    return text


def _leads_to(allowed: str, target: Target) -> bool:
    host, _, path = allowed.partition("/")
    wanted, given = path.split("/"), target.path.removeprefix("/").split("/")
    return (
        _covers(host.lower(), target.host)
        and len(wanted) == len(given)
        and all(map(_is_part, wanted, given))
    )


def _is_part(wanted: str, given: str) -> bool:
    """Whether a part of a path is the one that is wanted; `*` wants any that stays one part."""
    said = unquote(given)
    if said in {"", ".", ".."} or re.search(r"[/\\%;\x00-\x1f]", said):
        return False  # a server may read such a part as a way to somewhere else
    return wanted in {"*", given}


def is_public(address: str) -> bool:
    """Whether an address is of the public internet and of one machine there, beyond doubt."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.scope_id:
        return False
    odd = found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not odd and not any(found in block for block in _SPECIAL)


def next_delay(tries: int) -> timedelta | None:
    """How long to wait after this many failed tries; None gives up."""
    return DELAYS[tries - 1] if tries <= len(DELAYS) else None
