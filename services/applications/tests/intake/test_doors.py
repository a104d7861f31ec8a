"""How often may be posted to the addresses of forms, as rules."""

from contextlib import AsyncExitStack

import pytest

from applications.intake import doors as doors_module
from applications.intake.doors import BURST_SECONDS, REFUSALS, Doors
from nextstep_web import NotServed

A, B = "192.0.2.1", "192.0.2.2"
MB = 1_000_000


def test_an_address_that_sends_no_submissions_is_soon_not_read_and_others_are():
    doors = Doors(10, 4 * MB)
    for _ in range(REFUSALS.burst):
        assert doors.wait(A) == 0
        doors.refused(A)
    assert doors.wait(A) > 0
    assert doors.wait(B) == 0


def test_a_form_behind_the_address_of_an_attacker_is_read_once_it_has_proved_itself():
    doors = Doors(10, 4 * MB)
    assert doors.proved(A, "native") == 0
    for _ in range(10 * REFUSALS.burst):
        doors.refused(A)
    assert doors.wait(A) == 0


def test_a_source_is_refused_only_beyond_its_burst():
    doors = Doors(10, 4 * MB)
    found = [doors.proved(A, "native") for _ in range(BURST_SECONDS * 10 + 1)]
    assert found[:-1] == [0] * (BURST_SECONDS * 10)
    assert found[-1] > 0
    assert doors.proved(A, "jotform") == 0


async def test_bodies_of_strangers_leave_room_for_forms_that_proved_themselves(monkeypatch):
    monkeypatch.setattr(doors_module, "PATIENCE", 0.01)
    doors = Doors(10, 4 * MB)
    async with AsyncExitStack() as on_their_way:
        for _ in range(3):
            await on_their_way.enter_async_context(doors.room(A, MB))
        with pytest.raises(NotServed) as no:
            await on_their_way.enter_async_context(doors.room(B, MB))
        assert no.value.status == 503
        async with doors.room(B, 1000):  # small ones are not in the way
            doors.proved(B, "native")
        async with doors.room(B, MB):
            pass
    async with doors.room(A, MB):  # given back
        pass
