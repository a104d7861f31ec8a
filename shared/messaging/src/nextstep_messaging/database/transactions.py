"""Runs work in a transaction until it is committed or there is no use in trying further."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from time import monotonic
from typing import TypeVar

from nextstep_messaging.database.database import Database, Transaction
from nextstep_messaging.database.errors import DatabaseUnavailableError, PassingError, StaleDocument

T = TypeVar("T")

ATTEMPTS = 40
"""Tries of one piece of work before a conflict is reported; with jitter, enough for 8 rivals."""
FIRST_PAUSE = 0.004
"""Seconds, about as long as a rival's transaction; doubled with each try up to the longest."""
LONGEST_PAUSE = 0.25
PATIENCE = 20.0
"""Seconds after which no further try is begun: a person may be waiting for the page."""
UNREACHABLE_PATIENCE = 5.0
"""Seconds; long enough for an election, short enough to say that the database is down."""
CANCEL_SECONDS = 2.0
"""How long a cancelled transaction may take to end by itself, and then to be undone."""


async def transact(db: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Run `work` in a transaction, again from the start whenever a rival was in its way.

    Raises:
        StaleDocument: rivals were quicker every time.
        DatabaseUnavailableError: the database cannot be reached.

    """
    started = monotonic()
    for attempt in range(ATTEMPTS):
        try:
            # who lost once tries again one at a time: all at once they would only lose again
            async with db.second_tries if attempt else nullcontext():
                return await _to_its_end(db.attempt(work))
        except (StaleDocument, PassingError) as error:
            unreachable = isinstance(error, PassingError) and error.unreachable
            patience = UNREACHABLE_PATIENCE if unreachable else PATIENCE
            if attempt + 1 == ATTEMPTS or monotonic() - started > patience:
                raise _final(error) from error
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last attempt returns or raises")


def _final(error: StaleDocument | PassingError) -> Exception:
    if isinstance(error, StaleDocument):
        return error
    return DatabaseUnavailableError(str(error)) if error.unreachable else StaleDocument(str(error))


async def _to_its_end(attempt: Awaitable[T]) -> T:
    """Let an attempt end before a cancellation goes on.

    The driver works in threads that a cancellation does not reach: to leave a call running there
    while the session is used again would leave a transaction open on the server.
    """
    running = asyncio.ensure_future(attempt)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running}, timeout=CANCEL_SECONDS)
        running.cancel()
        await asyncio.wait({running}, timeout=CANCEL_SECONDS)  # for the server to hear of it
        raise
