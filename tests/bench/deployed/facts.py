"""What every contender carries, and how its two processes talk with the benchmark.

A sender is told on its standard input how many facts to commit and how many at once, and answers
with one line of JSON: the moment of each commit. A receiver writes one line for each effect that
it has committed. Moments are of the performance counter, which on Linux all processes share.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

from nextstep_contracts import Person, PlaceOffered

MOMENT = datetime(2024, 8, 1, 9, tzinfo=UTC)
AT_ONCE = 8
"""Transactions under way in one process, and messages in hand: the services' own defaults."""
COLLECTIONS = ("facts", "effects", "handled")


def event() -> PlaceOffered:
    """An event of ordinary size; its `application_id` names the fact."""
    return PlaceOffered(
        cohort="2024-25",
        application_id=str(uuid4()),
        revision=1,
        person=Person(person_id=str(uuid4()), name="Ada Fellow", email="ada@example.org"),
        reference="NS24-0042",
        offered_at=MOMENT,
        expires_at=MOMENT,
    )


def say_ready() -> None:
    """Tell the benchmark that work can come."""
    print("ready", flush=True)  # noqa: T201 - the benchmark reads it


def say_effect(fact: str) -> None:
    """Tell the benchmark that the effect of a fact is committed."""
    sys.stdout.write(f"effect {fact} {time.perf_counter()}\n")  # in one piece: threads share it
    sys.stdout.flush()


async def send_as_told(commit: Callable[[PlaceOffered], Awaitable[float]]) -> None:
    """Commit and send as many facts as asked, until the input ends.

    `commit` returns when the fact was committed, whether or not it is published by then.
    """
    say_ready()
    while line := await asyncio.to_thread(sys.stdin.readline):
        count, at_once = map(int, line.split())
        facts, committed = iter([event() for _ in range(count)]), dict[str, float]()

        async def work(facts=facts, committed=committed) -> None:
            for fact in facts:
                committed[fact.application_id] = await commit(fact)

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(at_once)))
        said = json.dumps({"began": began, "committed": committed})
        print(said, flush=True)  # noqa: T201 - the benchmark reads it
