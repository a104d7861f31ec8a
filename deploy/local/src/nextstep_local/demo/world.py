"""What every stage of the year has to hand: the site, its clock, the mail, the people."""

import asyncio
import random
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import httpx

from nextstep_local.demo.form import Posted, WebForm
from nextstep_local.demo.mailbox import Mailboxes
from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.products import DrupalForm, JotformForm, TypeformForm
from nextstep_local.demo.quiet import Stillness
from nextstep_local.demo.record import DemoRecord
from nextstep_local.demo.simulated_time import Year
from nextstep_local.demo.visitor import Visitor
from nextstep_local.service_settings import SERVICES
from nextstep_local.site import Site
from nextstep_local.site_forms import form_secret
from nextstep_programme import Cohort

T = TypeVar("T")
AT_ONCE = 12
"""People who use the site at the same moment. More would only wait for each other on two cores."""


@dataclass
class World:
    """The running site and everybody around it."""

    site: Site
    year: Year
    mail: Mailboxes
    narrator: Narrator
    people: list[Applicant]
    seed: int
    cohort: Cohort
    record: DemoRecord = field(default_factory=DemoRecord)

    fellows: dict[str, Applicant] = field(default_factory=dict)
    """By person id, everybody who ever accepted a place; see `fetch_fellows`."""
    falls_short: int = 0
    """The applicant number of the Fellow who will not complete the programme."""

    def __post_init__(self) -> None:
        self._transport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16)
        )
        self._visitors: dict[str, Visitor] = {}
        urls = {service: self.site.url(service) for service in SERVICES}
        self.quiet = Stillness(Visitor(self._transport), urls)
        self.posted: list[Posted] = []
        secret = self.site.secrets.webhook_secret
        self.form = WebForm(Visitor(self._transport), self.site.form_url, secret, self.posted)
        self.forms = {self.form.source: self.form}
        for kind in (TypeformForm, JotformForm, DrupalForm):
            name, keys = kind.source, self.site.secrets
            self.forms[name] = kind(
                Visitor(self._transport),
                self.site.webhook(name),
                form_secret(keys, name),
                self.posted,
            )

    def url(self, service: str, path: str = "/") -> str:
        """The address of a service's page."""
        return f"{self.site.url(service)}/{service}{path}"

    def visitor(self, who: str) -> Visitor:
        """The browser of one person, with their cookies."""
        if who not in self._visitors:
            self._visitors[who] = Visitor(self._transport)
        return self._visitors[who]

    async def staff(self, role: str) -> Visitor:
        """Somebody of the staff, signed in."""
        visitor = self.visitor(f"staff: {role}")
        await visitor.sign_in(
            self.site.url("scheduling"), "scheduling", f"Demo {role.title()}", role
        )
        return visitor

    @property
    def office(self) -> Visitor:
        """The programme office, which signs in first of all."""
        return self.visitor("staff: office")

    async def move_to(self, moment: datetime, *, settle: bool = True) -> None:
        """Let everything come to rest, let it be `moment`, and let what is due then happen.

        Without `settle`, people go on at once, while what is due happens beside them.
        """
        if moment <= self.year.now:
            return
        await self.rest()
        self.year.move_to(moment)
        if settle:
            await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is on its way, then fetch the mail."""
        await self.quiet.wait()
        self.mail.collect()

    def chance(self, *about: object) -> random.Random:
        """A random source for one question: the same whatever else happened before."""
        return random.Random("/".join(map(str, (self.seed, *about))))  # noqa: S311 - a simulation

    @property
    def here(self) -> list[Applicant]:
        """The Fellows who have not left, by applicant number."""
        active = [one for key, one in self.fellows.items() if key not in self.record.left]
        return sorted(active, key=lambda one: one.number)

    async def fetch_fellows(self) -> None:
        """Learn from the site's list who is a Fellow, and under which person id."""
        by_address = {person.email: person for person in self.people}
        url = self.url("scheduling", "/fellows")
        for row in await self.office.sheet(url, who="all", format="csv"):
            person = by_address[row["email"].lower()]
            person.person_id = row["person_id"]
            self.fellows[row["person_id"]] = person

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


async def together(tasks: Iterable[Awaitable[T]], at_once: int = AT_ONCE) -> list[T]:
    """Await all, so many at a time; the results in order. The first failure ends the others."""
    turns = asyncio.Semaphore(at_once)

    async def one(task: Awaitable[T]) -> T:
        async with turns:
            return await task

    async with asyncio.TaskGroup() as group:
        started = [group.create_task(one(task)) for task in tasks]
    return [task.result() for task in started]
