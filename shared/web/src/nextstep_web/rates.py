"""How often somebody may ask: token buckets in the memory of the process, and the answer 429.

The key of a bucket is an address, an account or a source. The address is the one that the server
found: behind the gateway it believes only what that writes into `X-Forwarded-For`.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from fastapi import Request

from nextstep_programme.email_address import address_key
from nextstep_web.refusals import NotServed

MOST_KEYS: Final = 20_000
"""Buckets kept at once, the last used: one that is forgotten is full again."""


@dataclass(frozen=True)
class Rate:
    """How often: `burst` at once, and one more every `1 / per_second` seconds."""

    burst: int
    per_second: float


FILES: Final = Rate(burst=60, per_second=1 / 60)
"""That one person sends: all that anybody needs at once, and one more every minute."""


ACCOUNT_HERE: Final = Rate(burst=30, per_second=0.2)
"""Failing tries at one account from one address."""
ACCOUNT_ANYWHERE: Final = Rate(burst=60, per_second=0.5)
"""The same from all addresses together, but those from which its owner came in before."""


class Limiter:
    """The buckets of one rate, by key."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the next is allowed; 0 now."""
        left = self._left(key)
        return 0.0 if left >= 1 else (1 - left) / self.rate.per_second

    def take(self, key: str) -> float:
        """Count one if it is allowed; seconds to wait if not, as `wait`."""
        waiting = self.wait(key)
        if not waiting:
            self._buckets[key] = (self._left(key) - 1, self._now())
            self._buckets.move_to_end(key)
            if len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return waiting

    def _left(self, key: str) -> float:
        left, at = self._buckets.get(key, (float(self.rate.burst), self._now()))
        return min(self.rate.burst, left + (self._now() - at) * self.rate.per_second)


class Tries:
    """Tries to become somebody that failed, by account.

    Whoever fails again and again at an account is refused where they are, and nobody else is. Who
    fails from many places is refused from all but those from which the account's owner came in
    before, so that nobody locks them out.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._here = Limiter(ACCOUNT_HERE, now)
        self._anywhere = Limiter(ACCOUNT_ANYWHERE, now)
        self._owners: OrderedDict[str, None] = OrderedDict()

    def wait(self, account: str, source: str) -> float:
        """Seconds until the next try; 0 now."""
        key = _key(account, source)
        known = key in self._owners
        anywhere = 0.0 if known else self._anywhere.wait(address_key(account))
        return max(self._here.wait(key), anywhere)

    def failed(self, account: str, source: str) -> None:
        """Count a try that failed."""
        self._here.take(_key(account, source))
        if _key(account, source) not in self._owners:
            self._anywhere.take(address_key(account))

    def succeeded(self, account: str, source: str) -> None:
        """Remember from where the owner came in."""
        self._owners[_key(account, source)] = None
        self._owners.move_to_end(_key(account, source))
        if len(self._owners) > MOST_KEYS:
            self._owners.popitem(last=False)


def _key(account: str, source: str) -> str:
    return f"{address_key(account)}\n{source}"


def failed(request: Request, account: str | None) -> None:
    """Count a failing try at an account, whether or not there is such an account.

    None where nobody's account was named: then the address alone counts.

    Raises:
        NotServed: 429, there were too many before.
    """
    source, tries = address_of(request), _tries(request)
    account = account or source
    if waiting := tries.wait(account, source):
        raise too_many(waiting)
    tries.failed(account, source)


def succeeded(request: Request, account: str) -> None:
    """Take note that the owner of an account came in."""
    _tries(request).succeeded(account, address_of(request))


def _tries(request: Request) -> Tries:
    limiters: dict[str, Any] = request.app.state.limiters
    found: Tries = limiters.setdefault("tries", Tries())
    return found


def address_of(request: Request) -> str:
    """From where a request comes. Of IPv6 the network: a household has all of it."""
    host = request.client.host if request.client else ""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return host


def too_many(seconds: float) -> NotServed:
    """The answer to who asked too often and may come again in `seconds`."""
    return NotServed(
        "This was asked for too often. Wait a minute, then try again.",
        429,
        headers={"Retry-After": str(max(1, math.ceil(seconds)))},
    )


def files_of(request: Request, person: str, count: int) -> None:
    """Count files that somebody signed in sends; each costs an inspection and a scan.

    Raises:
        NotServed: 429.
    """
    limiters: dict[str, Limiter] = request.app.state.limiters
    limiter = limiters.setdefault("files", Limiter(FILES))
    for _ in range(count):
        if waiting := limiter.take(person):
            raise too_many(waiting)


def limited(name: str, rate: Rate) -> Callable[[Request], Awaitable[None]]:
    """Dependency: refuse an address that asks more often than `rate` for what is called `name`.

    Raises:
        NotServed: 429.
    """

    async def check(request: Request) -> None:
        limiters: dict[str, Limiter] = request.app.state.limiters
        waiting = limiters.setdefault(name, Limiter(rate)).take(address_of(request))
        if waiting:
            raise too_many(waiting)

    return check
