"""Everybody applies while services, databases and the broker are killed again and again.

`make chaos`. The form does what form products do: it sends a submission again until it is
answered 2xx. Afterwards every promise that was made is counted.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from time import monotonic

import httpx
import pytest
import pytest_asyncio
from rich.console import Console

from nextstep_local.demo import checks, intake
from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.quiet import WAITING
from nextstep_local.demo.run import SEED, Demo
from nextstep_local.demo.world import World
from nextstep_local.demo.year import RUSH, evening
from nextstep_local.service_settings import SERVICES
from nextstep_local.site import Site
from nextstep_programme import cohort_path

pytestmark = pytest.mark.stack

APPLICANTS, PLACES = 60, 14
ROUNDS = 2
SPREAD_SECONDS = 60.0
"""About as long as two rounds take, so that people come while something is down."""
DOWN_SECONDS = (0.2, 1.5)
"""How long something stays away: shorter and longer than the pauses between tries."""
DEADLINE = 180.0
"""Seconds for everything to be as if nothing had happened, on a small and busy machine."""
RETRY_SECONDS = 0.3
RECEIPT = "We have your application"
"""How the subject of the mail begins that everybody gets who applies."""


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path, anywhere: None) -> AsyncIterator[World]:  # noqa: ARG001 - it sets the ports
    file = tmp_path / "2024-25.yaml"
    file.write_text(
        cohort_path("2024-25").read_text("utf-8").replace("places: 70", f"places: {PLACES}")
    )
    demo = Demo("tests/chaos", SEED, APPLICANTS, str(file), evening(RUSH[0]), discard=True)
    site = demo.site()
    await asyncio.to_thread(site.start)
    made = demo.world(site, Narrator(Console(quiet=True)))
    yield made
    await made.close()
    await asyncio.to_thread(site.stop)


async def test_nothing_that_was_answered_is_lost(world: World) -> None:
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(_everybody_applies(world))
        at_once.create_task(_break_things(world.site))
    await world.staff("office")
    await _until_all_holds(world)


async def _everybody_applies(world: World) -> None:
    await intake.post_unreadable(world)
    async with asyncio.TaskGroup() as people:
        for person in world.people:
            people.create_task(_apply(world, person))


async def _apply(world: World, person: Applicant) -> None:
    """Come at some moment, send a submission until it is taken, and once more by mistake."""
    await asyncio.sleep(world.chance("comes", person.number).uniform(0, SPREAD_SECONDS))
    await _until_taken(world, person.submission())
    await _until_taken(world, person.submission())


async def _until_taken(world: World, submission: dict[str, object]) -> None:
    until = monotonic() + DEADLINE
    while monotonic() < until:
        try:
            posted = await world.form.post(submission, world.year.now)
        except httpx.TransportError:
            posted = None
        if posted is not None and posted.receipt is not None:
            return
        await asyncio.sleep(RETRY_SECONDS)  # as a form product waits before it tries again
    pytest.fail(f"{submission['submission_id']} was never answered 2xx")


async def _break_things(site: Site) -> None:
    """Kill one part after another and start it again, in another order each round."""
    chance = random.Random(SEED)
    parts = _parts(site)
    for _ in range(ROUNDS):
        for name in chance.sample(sorted(parts), len(parts)):
            kill, resume = parts[name]
            await asyncio.to_thread(kill)
            await asyncio.sleep(chance.uniform(*DOWN_SECONDS))
            await asyncio.to_thread(resume)


def _parts(site: Site) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
    parts: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "broker": (site.stack.node.kill, site.stack.node.resume)
    }
    for service in ("applications", "notifications", "scheduling", "awards"):
        parts[service] = (
            lambda service=service: site.kill(service),  # type: ignore[misc]
            lambda service=service: site.resume(service),  # type: ignore[misc]
        )
    for service in ("applications", "notifications"):
        database = site.database(service)
        parts[f"database of {service}"] = (database.kill, database.resume)
    return parts


async def _until_all_holds(world: World) -> None:
    until = monotonic() + DEADLINE
    faults: list[str] = ["nothing was looked at"]
    while faults and monotonic() < until:
        await asyncio.sleep(1.0)
        try:
            faults = await _faults(world)
        except httpx.TransportError as error:
            faults = [f"a service does not answer: {error}"]
    assert faults == []


async def _faults(world: World) -> list[str]:
    """What is not, or not yet, as it must be."""
    world.mail.collect()
    looks: tuple[Callable[[World], Awaitable[checks.Finding]], ...] = (
        checks.nothing_is_lost,
        checks.places_are_never_exceeded,
        checks.nobody_is_mailed_twice,
    )
    found = [fault for look in looks for fault in (await look(world)).faults]
    return found + await _unfinished(world) + await _untold(world)


async def _unfinished(world: World) -> list[str]:
    """Work left over, and messages given up, by the gauges of all services."""
    found = []
    for service in SERVICES:
        text = await world.visitor("operations").text(f"{world.site.url(service)}/metrics")
        for line in text.splitlines():
            name, _, value = line.rpartition(" ")
            if name.startswith((*WAITING, "nextstep_dead_letters_open")) and float(value) != 0:
                found.append(f"{service}: {line}")
    return found


async def _untold(world: World) -> list[str]:
    """Whoever applied was told so once, or is on the office's list of mails that may have left."""
    url = world.url("notifications", "/mails")
    rows = await world.office.sheet(url, state="uncertain", format="csv")
    uncertain = {row["address"].lower() for row in rows}
    told = {
        person.email
        for person in world.people
        if any(
            mail.title.startswith("We have your application")
            for mail in world.mail.of(person.email)
        )
    }
    missing = {person.email for person in world.people} - told - uncertain
    return [f"{address} was not told of the application" for address in sorted(missing)]
