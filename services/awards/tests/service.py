"""A test's way in: act as somebody, let the service hear events, look at what it keeps and says."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from awards.fellows.act import Act, Awards, UseCase
from awards.judging.filling_in_sheets import score
from awards.judging.judging import Judging
from awards.judging.opening import open_scoring, register_method
from awards.judging.store import load_judging
from awards.panel.inviting import add_panellist
from awards.panel.panel import Panel
from awards.panel.store import load_panel
from awards.projects.project import Project
from awards.projects.registering import register
from awards.projects.submitting import submit
from awards.result.deciding import apply, stage
from awards.result.decision import AwardsDecision
from awards.result.result import Result
from awards.result.store import load_result
from awards.settings import Settings
from nextstep_contracts import Event, decode
from nextstep_messaging import Actor, FixedClock, Messaging
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.operating.mentions import BLANK_MENTIONS
from nextstep_messaging.testing import hear
from nextstep_web.testing import signed_in

from .builders import accepted, details

T = TypeVar("T")
OFFICE = Actor("staff", "office@example.org", where="192.0.2.1")
FULL = {"problem": 3, "method": 3, "impact": 3, "leadership": 3, "spread": 3}


@dataclass
class Service:
    """One instance of the service."""

    app: FastAPI
    messaging: Messaging
    clock: FixedClock
    settings: Settings

    @property
    def here(self) -> Awards:
        found: Awards = self.app.state.here
        return found

    async def act(self, use_case: UseCase[T], actor: Actor = OFFICE) -> T:
        return await self.messaging.transact(lambda uow: Act(uow, self.here, actor).doing(use_case))

    async def hear(self, *events: Event) -> None:
        """Hand events to the handlers as the bus would, each in its own transaction."""
        await hear(self.messaging, *events)

    async def said(self, kind: type[Event] | None = None) -> list[Event]:
        """What is in the outbox, oldest first."""
        rows = await self.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
        events = [decode(row["type"], json.loads(row["body"])) for row in rows]
        return [event for event in events if kind is None or isinstance(event, kind)]

    async def panel(self) -> Panel:
        return await load_panel(self.here.read, self.here)

    async def judging(self) -> Judging:
        return await load_judging(self.here.read, self.here)

    async def result(self) -> Result:
        return await load_result(self.here.read, self.here)

    async def contents(self) -> dict[str, list[Document]]:
        """Everything the service keeps of what it heard, without what depends on the telling.

        Who was erased before anything was known of them is looked for in nobody's reasons.
        """
        lasting = {"kind": {"$ne": BLANK_MENTIONS}}
        return {
            name: [
                {k: v for k, v in row.items() if k not in ("version", "correlation_id", "set_id")}
                for row in await self.messaging.db.read(name).find(lasting, sort=[("_id", 1)])
            ]
            for name in ("fellows", "progress", "presence", "emails", "panellists", "_timers")
        }

    @asynccontextmanager
    async def client(self, *roles: str, **who: Any) -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client of somebody who is signed in."""
        session = signed_in(self.settings, *roles, **who)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://awards.test",
            cookies=session.cookies,
            headers={**session.headers, "accept": "text/html"},
            follow_redirects=True,
        ) as client:
            yield client

    def judge(self, key: str) -> Any:
        return self.client("panellist", person_id=key)

    async def registered(self, *fellows: str, **entries: str) -> Project:
        """A project of these Fellows that is not submitted."""
        return await self.act(lambda act: register(act, details(**entries), fellows))

    async def with_projects(self, *fellows: str, trust: str = "Project Trust") -> dict[str, str]:
        """A submitted project of each Fellow; returns project ids by Fellow."""
        made = {}
        for fellow in fellows:
            await self.hear(accepted(fellow))
            project = await self.registered(fellow, title=f"Project of {fellow}", trust=trust)
            await self.act(lambda act, p=project: submit(act, p))
            made[fellow] = project.id
        return made

    async def with_panel(self, *names: str, **more: Any) -> dict[str, str]:
        """Panellists of these names, one organisation after the other; returns ids by name."""
        made = {}
        for number, name in enumerate(names):
            organisation = ("KHP", "FMLM", "KBS")[number % 3]
            added = await self.act(
                lambda act, n=name, o=organisation: add_panellist(
                    act, name=n, email=f"{n.lower()}@panel.example", organisation=o, **more
                )
            )
            made[name] = added.id
        return made

    async def opened(self) -> None:
        """Register the method and open scoring."""
        await self.act(register_method)
        await self.act(open_scoring)

    async def judged(self) -> tuple[dict[str, str], dict[str, str]]:
        """Three projects and two judges, scoring open; ids by Fellow and by name."""
        made = await self.with_projects("f1", "f2", "f3")
        judges = await self.with_panel("Ada", "Ben")
        await self.opened()
        return made, judges

    async def lock(self, project: str, judge: str, *, comment: str = "", **points: int) -> Any:
        """A locked sheet with 3 points for everything that is not given."""
        pair = (project, judge)
        return await self.act(
            lambda act: score(act, pair, FULL | points, comment, lock=True),
            Actor("person", judge),
        )

    async def lock_all(self, pairs: Iterable[tuple[str, str]], **points: int) -> None:
        for project, judge in pairs:
            await self.lock(project, judge, **points)

    async def decided(self) -> AwardsDecision:
        """Stage the decision and apply it."""
        staged = await self.act(stage)
        return await self.act(lambda act: apply(act, staged.id))
