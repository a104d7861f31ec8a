"""Asking the provider over HTTP: bounded in time and in bytes, and never led elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2

from nextstep_web.openid.refusal import SignInRefused

SECONDS: Final = 10
"""For one question with its answer; somebody waits for it."""
LARGEST_ANSWER: Final = 256_000
"""Bytes. Discovery documents and key sets have some ten thousand."""


class _TooLargeError(httpx2.RequestError):
    """The answer is larger than any that is of use, or could become so when unpacked."""


class _Bounded(httpx2.AsyncByteStream):
    """An answer's body, as far as it is bounded."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for chunk in self.body:
            taken += len(chunk)
            if taken > LARGEST_ANSWER:
                raise _TooLargeError(f"more than {LARGEST_ANSWER} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self.body.aclose()


async def _bound(response: httpx2.Response) -> None:
    """Put the bound around a body that has not been read yet."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _TooLargeError("packed, though asked not to be")
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        raise TypeError("an answer without a stream")
    response.stream = _Bounded(response.stream)


def options() -> dict[str, Any]:
    """How an HTTP client for the provider is made. A proxy of the environment is used."""
    return {
        "timeout": SECONDS,
        "follow_redirects": False,
        "headers": {"accept": "application/json", "accept-encoding": "identity"},
        "event_hooks": {"response": [_bound]},
    }


@asynccontextmanager
async def asking() -> AsyncIterator[None]:
    """Within it, whatever keeps the provider from a useful answer is a SignInRefused."""
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise SignInRefused("provider_away", f"no answer within {SECONDS} s") from None
    except _TooLargeError as error:
        raise SignInRefused("provider_answer", str(error)) from None
    except httpx2.HTTPStatusError as error:
        raise SignInRefused("provider_answer", f"HTTP {error.response.status_code}") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise SignInRefused("provider_away", type(error).__name__) from None
    except (ValueError, TypeError, RecursionError) as error:  # not JSON, or not of the right shape
        raise SignInRefused("provider_answer", type(error).__name__) from None


async def get_json(address: str) -> Any:
    """What is at an address of the provider.

    Raises:
        SignInRefused: it does not answer, or with what is of no use.
    """
    async with asking(), httpx2.AsyncClient(**options()) as client:
        response = await client.get(address)
        response.raise_for_status()
        return response.json()
