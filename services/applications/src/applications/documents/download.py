"""Downloads one file from a link that the rules allow, over the pinned address alone."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from applications.documents.link_rules import (
    HTTPS_PORT,
    LinkRefusedError,
    Target,
    checked,
    is_public,
)
from nextstep_documents.inspection import LARGEST

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 60.0
"""For 10 MB over a slow line; whoever sends a byte a second is cut off."""
PIECE = 64 * 1024
PASSING = frozenset({408, 425, 429})
"""Answers below 500 after which trying again makes sense."""
AGENT = "next-step-applications"

Endpoint = tuple[str, int]
"""An address and a port."""
Resolve = Callable[[str], Awaitable[Sequence[Endpoint]]]


class DownloadFailedError(Exception):
    """It did not work this time; the message is for the office. Trying again may help."""


class TooLargeError(LinkRefusedError):
    """The file is larger than a document may be."""


async def resolved(host: str) -> Sequence[Endpoint]:
    """What the machine's resolver says, for https."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return [(str(address[0]), HTTPS_PORT) for *_, address in found]


class Downloader:
    """Fetches files. The arguments exist so that tests can stand in for the internet."""

    def __init__(
        self,
        resolve: Resolve = resolved,
        permitted: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._resolve = resolve
        self._permitted = permitted
        self._trust = trust
        self._seconds = seconds

    async def fetch(self, link: str, hosts: Sequence[str], token: str | None = None) -> bytes:
        """The bytes behind a link.

        Args:
            link: as the submission gave it.
            hosts: the names that the source allows.
            token: sent as a bearer token; only ever to one of `hosts`, as nothing is followed.

        Raises:
            LinkRefusedError: it must not be fetched, or the answer cannot become a document.
            DownloadFailedError: it did not work this time.

        """
        target = checked(link, hosts)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._get(target, await self._pin(target.host), token)
        except TimeoutError as error:
            message = f"{target.host} took longer than {self._seconds:g} seconds."
            raise DownloadFailedError(message) from error
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise DownloadFailedError(f"{target.host}: {_said(error)}") from error

    async def _pin(self, host: str) -> Sequence[Endpoint]:
        """The addresses to use, looked up once.

        One bad address condemns all: who controls the name chooses which is used.
        """
        endpoints = await self._resolve(host)
        for address, _ in endpoints:
            if not self._permitted(address):
                raise LinkRefusedError(f"{host} leads to {address}, which is not public.")
        if not endpoints:
            raise DownloadFailedError(f"{host} has no address.")
        return endpoints

    async def _get(self, target: Target, endpoints: Sequence[Endpoint], token: str | None) -> bytes:
        headers = {"accept": "*/*", "accept-encoding": "identity", "user-agent": AGENT}
        if token:
            headers["authorization"] = f"Bearer {token}"
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(target.host, endpoints),
            ssl=self._trust or True,
            force_close=True,
            use_dns_cache=False,
        )
        url = URL.build(
            scheme="https",
            host=target.host,
            path=target.path,
            query_string=target.query,
            encoded=True,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            _check(target.host, answer)
            return await _bounded(answer)


class _Pinned(AbstractResolver):
    """Knows the addresses that were looked at, and no others."""

    def __init__(self, host: str, endpoints: Sequence[Endpoint]) -> None:
        self._host = host
        self._endpoints = endpoints

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 -- the interface's
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 -- the interface's
    ) -> list[ResolveResult]:
        """The pinned addresses, whatever family is asked for."""
        if host != self._host:
            raise OSError(f"{host} was not looked up")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=pinned,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address, pinned in self._endpoints
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _check(host: str, answer: aiohttp.ClientResponse) -> None:
    status = answer.status
    if 300 <= status < 400:  # noqa: PLR2004 -- the redirects
        raise LinkRefusedError(f"{host} redirects ({status}); redirects are not followed.")
    if status >= 500 or status in PASSING:  # noqa: PLR2004 -- the server's own failures
        raise DownloadFailedError(f"{host} answered {status}.")
    if status != 200:  # noqa: PLR2004 -- the whole file and nothing else
        raise LinkRefusedError(f"{host} answered {status}.")
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise LinkRefusedError(f"{host} sent a compressed answer that was not asked for.")
    if (answer.content_length or 0) > LARGEST:
        raise TooLargeError(f"{host} announces {answer.content_length} bytes.")


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """The body, given up as soon as it is too large: an announced length may be a lie."""
    held = bytearray()
    async for piece in answer.content.iter_chunked(PIECE):
        held += piece
        if len(held) > LARGEST:
            raise TooLargeError("The file is larger than 10 MB.")
    return bytes(held)


def _said(error: Exception) -> str:
    """The failure in words; what a library says of itself is full of its own names."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "its certificate could not be verified, or no secure connection could be made."
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection could be made ({error.os_error.strerror or 'no reason given'})."
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return "the answer broke off."
    if isinstance(error, socket.gaierror):
        return "there is no such host, or it could not be looked up."
    if isinstance(error, OSError):
        return f"{error.strerror or error.args[0] if error.args else type(error).__name__}."
    return f"the answer could not be read ({type(error).__name__})."
