"""After an erasure nothing of a person is found anywhere.

The texts and files of one Fellow, two applicants and a panellist, and what others wrote about
them, are canaries (`lives.py`). Before the erasure almost all are found somewhere, after it none.
"""

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rich.console import Console

from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.run import Demo
from nextstep_local.site import Site
from nextstep_local.testing import eventually

from .canaries import Canaries, stored
from .lives import Lives

pytestmark = [pytest.mark.stack, pytest.mark.node]

NOT_KEPT = {
    *(f"{what} of the second cv of the applicant" for what in ("text", "file name")),
    *(
        f"{what} of the {which} poster of the Fellow"
        for what in ("text", "file name")
        for which in ("first", "second")
    ),
    "text of a poster that came too late of the Fellow",
    "name of a refused file of the applicant",
    "a refused file of the applicant",
    "file name of the refused poster of the Fellow",
    "text of the refused poster of the Fellow",
}
"""Files that are refused before anything is stored, and what was replaced."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lives(anywhere: None) -> AsyncIterator[Lives]:  # noqa: ARG001 - it sets the ports
    demo = Demo(name="tests/erasure", applicants=30, discard=True)
    with demo.site() as site:
        world = demo.world(site, Narrator(Console(quiet=True)))
        try:
            found = Lives(world, Canaries())
            await found.live()
            yield found
        finally:
            await world.close()


def gather(site: Site, number: str, file: Path) -> None:
    run(site, "applications", "gather-person", number, str(file))


def erase(site: Site, service: str, person_id: str) -> None:
    run(site, service, "erase-person", person_id)


def run(site: Site, service: str, *words: str) -> None:
    command = [sys.executable, "-m", service, *words]
    subprocess.run(command, env=site.environment(service), check=True)


ERASED = ("the Fellow", "the applicant", "the unreachable", "the panellist")
NOT_IN_THE_ARCHIVE = (
    # told once the awards are announced, which they are not here
    *("comment by", "declared conflict", "note of a conflict", "lock a sheet", "exclude a sheet"),
    "dead letter",
    "letter to",
    "view",
    "no map reads",
    "refused",
)
"""What an archive has no copy of: what is not kept about a person, or belongs to nobody yet."""


async def test_the_archive_of_a_request_holds_what_all_services_hold(
    lives: Lives, tmp_path: Path
) -> None:
    number = await lives.ask_for_a_copy()
    await asyncio.to_thread(gather, lives.world.site, number, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    services = {name.split("/")[0] for name in texts if "/" in name}
    assert services == {"applications", "scheduling", "notifications", "awards"}
    assert b"Not answered" not in texts["index.html"]
    there = lives.canary.within(b"".join(texts.values()) + str(sorted(texts)).encode())
    wanted = {
        one
        for one in lives.canary.about("the Fellow") - NOT_KEPT
        if not any(words in one for words in NOT_IN_THE_ARCHIVE)
    }
    assert sorted(wanted - there) == []
    assert not there & lives.canary.about("the applicant")


async def test_nothing_of_an_erased_person_is_found_anywhere(lives: Lives) -> None:
    site, canary, world = lives.world.site, lives.canary, lives.world
    theirs = {into for whom in ERASED for into in canary.about(whom)}
    before = await canary.seen(site)
    assert sorted(theirs - before.keys() - NOT_KEPT) == []
    assert lives.fellow.name in str([*stored(site)])
    applied = [lives.fellow, lives.applicant, lives.unreachable]
    erasures = [("applications", lives.person_of(one)) for one in applied]
    erasures.append(("awards", lives.panellist_id()))
    await asyncio.gather(*(asyncio.to_thread(erase, site, *one) for one in erasures))
    await world.rest()

    async def gone() -> Any:
        seen = await canary.seen(site)
        assert {into: seen[into] for into in theirs & seen.keys()} == {}
        return True

    await eventually(gone, timeout=15, every=1)  # files go a little later
    assert canary.about("a bystander") & before.keys() <= (await canary.seen(site)).keys()
    await world.move_to(world.year.now + timedelta(minutes=31))  # the second look
    await gone()
    services = ("scheduling", "awards")  # where what is about others named the Fellow
    await asyncio.gather(
        *(asyncio.to_thread(run, site, one, "audit", "verify") for one in services)
    )
