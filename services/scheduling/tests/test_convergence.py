"""Any duplication and any order of a cohort's events ends in the same state."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    EmailBounced,
    EmailSent,
    Employer,
    EmployersChanged,
    Event,
    FellowGraduated,
    PersonErased,
    PlaceAccepted,
)
from nextstep_local.testing import converges
from nextstep_messaging import UnitOfWork
from nextstep_web.employers import known_employers
from scheduling import handlers
from scheduling.app import STORES
from scheduling.attendance.filling_in import fill_in_register
from scheduling.attendance.register import FilledIn
from scheduling.calendar.announcing import seed_calendar
from scheduling.calendar.store import sessions_of
from scheduling.fellows import who_is_a_fellow
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_of, find_fellow
from scheduling.learning_sets.allocating import allocate
from scheduling.learning_sets.allocation import Allocation
from scheduling.learning_sets.membership import membership
from scheduling.learning_sets.store import allocation_of

from .builders import COHORT_ID, accepted, amended, cohort, email, person, person_id, withdrawn
from .conftest import OFFICE, Running, soon

DEALT_AT = datetime(2024, 10, 10, tzinfo=UTC)
EARLY = [accepted(n) for n in range(1, 9)]
"""Known before the sets are made."""


def late(number: int, days: int) -> PlaceAccepted:
    return accepted(number, accepted_at=DEALT_AT + timedelta(days=days, minutes=number))


def graduated(number: int, revision: int) -> FellowGraduated:
    return FellowGraduated(
        cohort=COHORT_ID,
        revision=revision,
        person=person(number),
        graduated_on=datetime(2025, 7, 21 + revision, tzinfo=UTC).date(),
        bursary=False,
    )


def list_of_employers(revision: int) -> EmployersChanged:
    """The office's list after so many changes."""
    known = Employer(id="n", name=f"Norwich {revision}", kind="trust", spellings=("N&N",))
    return EmployersChanged(revision=revision, employers=(known,))


NEWS: list[Event] = [
    *(list_of_employers(revision) for revision in (1, 2, 3)),
    *(late(n, days) for n, days in ((9, 1), (10, 1), (11, 20), (12, 40), (13, 90))),
    withdrawn(1),
    withdrawn(5, withdrawn_at=DEALT_AT + timedelta(days=100)),
    withdrawn(10),
    withdrawn(20),
    accepted(1, revision=7, accepted_at=DEALT_AT + timedelta(days=60)),
    PersonErased(person_id=person_id(3), erased_at=DEALT_AT + timedelta(days=30)),
    PersonErased(person_id=person_id(30), erased_at=DEALT_AT + timedelta(days=30)),
    accepted(30),
    *(amended(n, revision=5) for n in (1, 2, 3, 9, 30, 40)),
    amended(2, "newest@example.org", revision=6),
    amended(4, "applicant@example.org", of_a_fellow=False),
    graduated(2, 1),
    graduated(2, 2),
    email(1, 1),
    email(1, 2, bounced=True),
    email(2, 1),
]


def learnt(events: Iterable[Event]) -> dict[str, Fellow]:
    """What the pure rules make of events, in this order."""
    known: dict[str, Fellow] = {}
    for event in events:
        if isinstance(event, EmailSent | EmailBounced | EmployersChanged):
            continue
        about = event.person_id if isinstance(event, PersonErased) else event.person.person_id
        before = known.get(about, Fellow(cohort=COHORT_ID, person_id=about))
        match event:
            case PlaceAccepted():
                known[about] = who_is_a_fellow.accept(before, event)
            case ApplicationAmended() if event.of_a_fellow:
                known[about] = who_is_a_fellow.amend(before, event)
            case ApplicationWithdrawn():
                known[about] = who_is_a_fellow.withdraw(before, event)
            case FellowGraduated():
                known[about] = who_is_a_fellow.graduate(before, event)
            case PersonErased():
                known[about] = who_is_a_fellow.erase(before, event.erased_at)
    return known


@given(converges([*EARLY, *NEWS]))
def test_the_rules_make_the_same_fellows_and_sets_of_any_order(order: list[Event]):
    plain, mixed = learnt([*EARLY, *NEWS]), learnt(order)
    assert mixed == plain
    dealt = tuple(tuple(person_id(n) for n in range(first, 9, 2)) for first in (1, 2))
    made = Allocation(cohort=COHORT_ID, dealt=dealt, dealt_at=DEALT_AT, size=5)
    zone = cohort().zone
    assert membership(made, mixed.values(), zone) == membership(made, plain.values(), zone)


async def start_over(running: Running) -> None:
    """Empty the database, then: eight Fellows, the sets, a register; always the same."""
    for store in STORES:
        for collection in store.COLLECTIONS:
            await running.messaging.db.write(collection.name).delete({})
    running.clock.set(DEALT_AT)
    await running.here.perform(seed_calendar)
    for event in EARLY:
        await running.handle(event)
    await running.here.perform(allocate, OFFICE)
    filled = FilledIn(marks={person_id(n): "attended" for n in range(1, 9)})
    module = "2024-25:module-1"
    await running.here.perform(lambda act: fill_in_register(act, module, filled), OFFICE)


async def state(running: Running) -> dict[str, Any]:
    """What the service knows, without the counters of how often it was told."""
    read = running.read
    known = await fellows_of(read, COHORT_ID)
    made = await allocation_of(read, COHORT_ID)
    assert made is not None
    return {
        "fellows": [
            f.model_dump(exclude={"version": True, "announced": {"revision", "met_revision"}})
            if f.active
            else f.model_dump(exclude={"version", "announced"})
            for f in known
        ],
        "sets": (made.members, made.waiting),
        "audiences": {
            s.session_id: s.audience for s in await sessions_of(read, COHORT_ID) if s.set_id
        },
        "employers": (await known_employers(read)).called("n & n"),
        "emails": {m["_id"]: m["state"] for m in await read("messages").find({})},
    }


@pytest.mark.stack
async def test_the_handlers_end_in_the_same_state_whatever_the_order(running: Running):
    await start_over(running)
    for event in NEWS:
        await running.handle(event)
    expected = await state(running)

    @settings(
        max_examples=3,  # each replays the news into a real database
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(converges(NEWS, most_copies=2))
    def orders(order: list[Event]) -> None:
        collected.append(order)

    collected: list[list[Event]] = []
    orders()
    for order in collected:
        await start_over(running)
        for event in order:
            await running.handle(event)
        assert await state(running) == expected


@pytest.mark.stack
async def test_over_the_bus_disorder_and_repetition_change_nothing(running: Running):
    await start_over(running)
    for event in NEWS:
        await running.handle(event)
    expected = await state(running)
    await start_over(running)
    for publisher, kinds in (
        ("notifications", (EmailSent, EmailBounced)),
        ("awards", (FellowGraduated,)),
        (
            "applications",
            (
                PlaceAccepted,
                ApplicationAmended,
                ApplicationWithdrawn,
                PersonErased,
                EmployersChanged,
            ),
        ),
    ):
        own = [event for event in reversed(NEWS) if isinstance(event, kinds)]
        await running.neighbours.say(*own, *own, publisher=publisher)

    async def same() -> bool:
        assert await state(running) == expected
        return True

    await soon(same)


@pytest.mark.stack
async def test_another_address_is_taken_in_wholly_or_not_at_all(running: Running):
    await start_over(running)
    before = await find_fellow(running.read, COHORT_ID, person_id(1))

    async def broken(uow: UnitOfWork) -> None:
        await handlers.amended(amended(1), uow, running.here)
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        await running.messaging.transact(broken)
    assert await find_fellow(running.read, COHORT_ID, person_id(1)) == before
    for _ in range(2):
        await running.handle(amended(1))
        after = await find_fellow(running.read, COHORT_ID, person_id(1))
        assert after is not None
        assert (after.email, after.version) == (
            "new1@example.org",
            (before.version if before else 0) + 1,
        )


@pytest.mark.stack
async def test_a_repeated_acceptance_says_nothing_twice(running: Running):
    await start_over(running)
    published: list[str] = []

    async def watched(uow: UnitOfWork) -> None:
        await handlers.accepted(late(9, 1), uow, running.here)
        published.extend(row.envelope.type for row in uow.published)

    await running.handle(late(9, 1))
    first = await find_fellow(running.read, COHORT_ID, person_id(9))
    await running.messaging.transact(watched)
    again = await find_fellow(running.read, COHORT_ID, person_id(9))
    assert again == first
    assert published == []
