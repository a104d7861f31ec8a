"""`make demo`: start a site on a simulated clock, play the year, count again."""

import asyncio
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from nextstep_local import places
from nextstep_local.demo import summary
from nextstep_local.demo.applicants import invent_applicants
from nextstep_local.demo.mailbox import Mailboxes
from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.simulated_time import Year
from nextstep_local.demo.world import World
from nextstep_local.demo.year import OPENING, play
from nextstep_local.service_settings import SERVICES
from nextstep_local.site import Site
from nextstep_local.up import describe
from nextstep_programme import load

SEED = 2024
APPLICANTS = 140


@dataclass
class Demo:
    """One run of the year on a site of its own."""

    name: str = "demo/site"
    seed: int = SEED
    applicants: int = APPLICANTS
    cohort: str = "2024-25"
    """A packaged cohort's id, or a path: a file with fewer places makes a shorter year."""
    start: datetime = OPENING
    discard: bool = False
    """Leave nothing of the site behind."""

    def site(self) -> Site:
        """The site, empty at first, on a clock that only the demo moves."""
        settings = {service: {"cohort": self.cohort} for service in SERVICES}
        return Site(
            self.name,
            fresh=True,
            discard=self.discard,
            clock_start=self.start,
            extra=settings,
        )

    def world(self, site: Site, narrator: Narrator) -> World:
        """The running site with the people who will apply."""
        if site.clock_file is None:
            raise ValueError("the demo needs a site on a simulated clock")
        return World(
            site=site,
            year=Year(site.clock_file, self.start),
            mail=Mailboxes(site.stack.mail_folder),
            narrator=narrator,
            people=invent_applicants(self.seed, self.applicants),
            seed=self.seed,
            cohort=load(self.cohort).cohort,
        )

    async def run(self, site: Site, narrator: Narrator) -> dict[str, Any]:
        """Play the year on the running site; the summary."""
        world = self.world(site, narrator)
        try:
            await play(world)
            return await summary.sum_up(world)
        finally:
            await world.close()


def demo() -> int:
    """Run the demo and say how it went; 0 only if every invariant held."""
    console = Console()
    narrator = Narrator(console)
    play_it = Demo()
    site = play_it.site()
    file = places.var() / "demo" / "summary.json"
    with ExitStack() as running:
        with narrator.stage("Broker, database, mail and four services start", 1):
            running.enter_context(site)
        found = asyncio.run(play_it.run(site, narrator))
        summary.write(found, file)
        summary.show(found, console)
        console.print(f"\n{found['seconds']} s in all. The summary is in {file}.")
        if console.is_terminal and sys.stdin.isatty():
            describe(site)
            console.print("\nThe site stays up, in July 2025, until Ctrl-C.")
            _until_interrupted()
    return 0 if found["held"] else 1


def _until_interrupted() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
