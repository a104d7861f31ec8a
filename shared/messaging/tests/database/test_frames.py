"""Between a service's `perform` and its use case there is little to read through."""

import asyncio
import sys

import pytest

from nextstep_messaging import Act

pytestmark = pytest.mark.stack

MOST = 6
HERE = "nextstep_messaging"


def called(frame):
    """The functions on the stack of this task that are ours, the innermost first."""
    while frame is not None:
        if HERE in frame.f_code.co_filename or frame.f_code.co_filename == __file__:
            yield frame.f_code.co_name
        frame = frame.f_back


def awaiting(coroutine):
    """The functions that a suspended task is in and that are ours, the outermost first."""
    while coroutine is not None:
        code = getattr(coroutine, "cr_code", None)
        if code is not None and (HERE in code.co_filename or code.co_filename == __file__):
            yield code.co_name
        coroutine = getattr(coroutine, "cr_await", None)


async def test_from_perform_to_the_use_case_there_are_at_most_six_frames_of_ours(services):
    messaging = services.build("applications")
    await messaging.open()
    found = []

    async def use_case(_act):
        outside = [*awaiting(performing.get_coro())]
        inside = [*called(sys._getframe())][::-1]
        found.extend([*outside, *inside])

    async def perform():  # as every service has it
        async def in_one_act(uow):
            act = Act(uow)
            await use_case(act)
            await act.flush()

        await messaging.transact(in_one_act)

    performing = asyncio.create_task(perform())
    await performing
    assert found[0] == "perform"
    assert found[-1] == "use_case"
    assert found[1:-1] == ["transact", "commit", "_to_its_end", "_attempt", "in_one_act"]
    assert len(found[:-1]) <= MOST
