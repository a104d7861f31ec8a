"""A judge learns nothing of what is kept from them, whatever roles they hold beside it.

The worlds hold the same projects, and differ in what became of one that a conflict hides, or in
what others gave where the own sheet is open. Everything there is to ask is asked in both.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from awards.judging.excluding_sheets import exclude
from awards.judging.filling_in_sheets import unlock
from awards.panel.deciding_conflicts import decide_conflict, declare_conflict
from awards.panellist.points import POINTS
from nextstep_contracts import ConflictChanged
from nextstep_local.two_worlds import (
    NOBODY,
    FurtherValues,
    Post,
    Viewer,
    World,
    assert_alike,
    copy_database,
)
from nextstep_messaging import Actor
from nextstep_web.testing import signed_in

from .builders import accepted
from .service import Service

pytestmark = pytest.mark.stack

NOT_ASKED = {
    "/metrics": "counts of the process, for operations alone",
    "/readyz": "whether the bus is there, for operations alone",
    "/asyncapi.json": "what the code declares, in an order of chance",
}
OFFICE_ROLES = (("office", "panel"), ("read_only",))


class Course:
    """Four projects, and three judges of whom Ada is the one who looks."""

    def __init__(self, one: Service, other: Service, mongo_url: str, names: tuple[str, str]):
        self.one, self.other = one, other
        self._copy = (mongo_url, *names)
        self.projects: dict[str, str] = {}
        self.judges: dict[str, str] = {}

    async def begin(self) -> None:
        """Ada must not know of f2, has locked f1, drafted f3 and not begun f4."""
        await self.one.hear(accepted("f5"))
        self.projects = await self.one.with_projects("f1", "f2", "f3", "f4")
        self.judges = await self.one.with_panel("Ada", "Ben", "Cat", "Dee")
        await self.one.act(
            lambda act: decide_conflict(
                act, self.pair("f2", "Ada"), kind="personal", effective=True
            )
        )
        await self.one.opened()
        for judge in ("Ada", "Ben", "Cat"):
            await self.lock(self.one, "f1", judge)

    def pair(self, project: str, judge: str) -> tuple[str, str]:
        return self.projects[project], self.judges[judge]

    async def lock(self, world: Service, project: str, judge: str, points: int = 3) -> None:
        given = dict.fromkeys(("problem", "method", "impact", "leadership", "spread"), points)
        await world.lock(*self.pair(project, judge), comment=f"Worth {points}.", **given)

    async def correct(self, world: Service, project: str, judge: str, points: int) -> None:
        """The office opens a sheet for a reason that may say too much; it is locked again."""
        pair = self.pair(project, judge)
        await world.act(lambda act: unlock(act, pair, f"It should say {points}."))
        await self.lock(world, project, judge, points)

    def split(self) -> tuple[World, World]:
        copy_database(*self._copy)
        return World(self.one.app), World(self.other.app)

    def viewer(self, *roles: str, **who: str) -> Viewer:
        return Viewer.of(" and ".join(roles), signed_in(self.one.settings, *roles, **who))

    def ada(self, *roles: str) -> Viewer:
        """Ada, who signs in with the address that the panel knows, in letters of her own."""
        return self.viewer(*roles, name="Ada", subject="Ada@Panel.Example")

    def ada_by_link(self) -> Viewer:
        return self.viewer("panellist", name="Ada", person_id=self.judges["Ada"])

    async def differs(
        self, worlds: tuple[World, World], page: str, viewer: Viewer | None = None
    ) -> bool:
        """Whether a page tells the worlds apart, for the office unless for another viewer."""
        who = viewer or self.viewer("office", subject="ola@example.org")
        async with worlds[0].client(who) as one, worlds[1].client(who) as other:
            return (await one.get(page)).text != (await other.get(page)).text

    def strangers(self) -> list[Viewer]:
        """Those who judge nothing and work on no page of judging."""
        return [
            self.viewer("fellow", name="Fellow f1", person_id="f1"),
            self.viewer("facilitator", subject="fay@example.org"),
            self.viewer("panel", subject="nobody@example.org"),
            NOBODY,
        ]

    def asked(self, *posts: Post) -> FurtherValues:
        return FurtherValues(
            values={
                "key": [*self.projects.values()],
                "/awards/panellists/{key} key": [*self.judges.values()],
                "project_id": [*self.projects.values()],
                "panellist_id": [*self.judges.values()],
            },
            queries={
                "/awards/projects": ["format=csv", "q=f2", "sort=-sheets", "state=submitted"],
                "/awards/projects/missing": ["format=csv"],
                "/awards/conflicts": ["format=csv", "sort=-project"],
                "/awards/result": ["format=csv"],
                "/awards/graduation": ["format=csv", "q=f2"],
                "/awards/audit": ["format=csv"],
                "/awards/panel": ["q=f2", "sheet=missing", "sort=-total"],
                "/awards/sign-in": ["next=/awards/"],
                "/awards/signed-out": ["account=true"],
                "/awards/dead-letters/one": ["key=none"],
                "/asyncapi/try": ["event=none"],
            },
            words=["f2", "worth"],
            left_out=NOT_ASKED,
            posts=posts,
        )

    def attempts(self, hidden: str, open_one: str) -> list[Post]:
        """What Ada might try, to hear from a refusal how things stand. Changes come last."""
        ada, ben = self.judges["Ada"], self.judges["Ben"]
        project, sheet = f"/awards/projects/{hidden}", f"/awards/sheets/{hidden}/{ben}"
        own, mine = f"/awards/sheets/{open_one}/{ada}", f"/awards/panel/projects/{hidden}"
        reason = {"reason": "To hear how it stands."}
        full = {f"{POINTS}{key}": "3" for key in ("problem", "method", "impact", "leadership")}
        conflict = {"kind": "personal", "note": "None.", "decision": "clear"}
        return [
            *(Post(f"{project}/{deed}", given)
              for deed in ("submit", "give-back", "remove", "restore", "edit", "poster")
              for given in (reason, {})),
            *(Post(f"{sheet}/{deed}", reason) for deed in ("unlock", "exclude", "include", "x")),
            *(Post(f"{own}/{deed}", reason) for deed in ("unlock", "exclude", "include")),
            Post(mine, full | {"do": "lock"}),
            Post(f"{mine}/conflict", {"kind": "personal"}),
            Post("/awards/conflicts", {"project_id": hidden, "panellist_id": ada} | conflict),
            Post("/awards/conflicts", {"project_id": hidden, "panellist_id": ben} | conflict),
            Post("/awards/conflicts", {"project_id": open_one, "panellist_id": ada} | conflict),
            Post("/awards/conflicts/confirm"),
            Post("/awards/scoring/open"),
            Post("/awards/result/tie", reason | {f"place-{hidden}": "1"}),
            Post("/awards/result/stage", reason),
            Post("/awards/result/apply", {"decision_id": "2024-25:1"}),
            Post("/awards/result/drop", {"decision_id": "2024-25:1"}),
            Post("/awards/graduation", {"plan": "x"}),
            Post(f"/awards/panellists/{ada}", {"name": "Ada", "email": "other@example.org"}),
            Post(f"/awards/panellists/{ada}/stand-down", reason),
            Post(f"/awards/panellists/{ada}/exclude", reason),
            Post(f"/awards/panellists/{ben}/stand-down", reason),
            Post(f"/awards/panel/projects/{open_one}", {f"{POINTS}impact": "9", "do": "save"}),
            Post("/awards/dead-letters/replay", {"key": "none"}),
            Post(f"/awards/panellists/{ben}/exclude", reason),
        ]  # fmt: skip


@pytest_asyncio.fixture
async def course(service, other_service, mongo_url, mongo_database, other_mongo_database):
    found = Course(service, other_service, mongo_url, (mongo_database, other_mongo_database))
    await found.begin()
    return found


async def test_a_judge_learns_nothing_of_a_project_that_a_conflict_keeps_from_them(course):
    worlds = course.split()
    one, other = course.one, course.other
    await course.lock(one, "f2", "Ben", 5)
    await course.lock(one, "f2", "Cat", 4)
    await course.correct(one, "f2", "Cat", 5)
    await course.lock(other, "f2", "Ben", 1)
    await other.act(
        lambda act: declare_conflict(act, course.pair("f2", "Cat"), kind="other", note="Kin."),
        Actor("person", course.judges["Cat"]),
    )
    await other.act(lambda act: exclude(act, course.pair("f2", "Dee"), "Dee is away."))
    await only_ada_is_answered_alike(course, worlds)


async def test_a_judge_learns_nothing_of_what_others_gave_before_they_lock(course):
    worlds = course.split()
    for world, best in ((course.one, 5), (course.other, 1)):
        for project, points in (("f3", best), ("f4", 6 - best)):
            await course.lock(world, project, "Ben", points)
            await course.lock(world, project, "Cat", points)
            await course.correct(world, project, "Cat", max(1, points - 1))
    await only_ada_is_answered_alike(course, worlds)


async def only_ada_is_answered_alike(course: Course, worlds: tuple[World, World]) -> None:
    """Ada in all her roles; whoever is not on the panel sees the difference on these pages."""
    pages = (
        "/awards/result",
        "/awards/result?format=csv",
        "/awards/scoring/sheets.csv",
        "/awards/audit?format=csv",
    )
    assert [page for page in pages if not await course.differs(worlds, page)] == []
    asked = course.asked(*course.attempts(course.projects["f2"], course.projects["f3"]))
    for roles in OFFICE_ROLES:
        await assert_alike(worlds, course.ada(*roles), asked)
    for viewer in (course.ada_by_link(), course.ada("panel"), *course.strangers()):
        await assert_alike(worlds, viewer, asked)


async def test_who_locked_everything_still_learns_nothing_of_what_is_kept_from_them(course):
    for judge in ("Ada", "Ben", "Cat"):
        for project in ("f3", "f4"):
            await course.lock(course.one, project, judge, 2)
    worlds = course.split()
    for world, points in ((course.one, 5), (course.other, 1)):
        await course.lock(world, "f2", "Ben", points)
    assert await course.differs(worlds, "/awards/result")
    for roles in OFFICE_ROLES:
        await assert_alike(
            worlds,
            course.ada(*roles),
            course.asked(*course.attempts(course.projects["f2"], course.projects["f3"])),
        )


async def test_a_judge_does_not_learn_how_far_others_are_or_what_keeps_them_from_a_project(course):
    """As a judge. In the office this is their work, as long as the project is not hidden."""
    worlds = course.split()
    one, other = course.one, course.other
    await course.lock(one, "f3", "Ben", 5)
    await one.act(lambda act: exclude(act, course.pair("f4", "Cat"), "Cat is away."))
    await declares(other, course, "f3", "Ben")
    await declares(other, course, "f4", "Cat")
    judges: Sequence[Viewer] = (course.ada_by_link(), course.ada("panel"), *course.strangers())
    for viewer in judges:
        await assert_alike(worlds, viewer, course.asked())
    assert await course.differs(worlds, "/awards/conflicts", course.ada("office"))


async def declares(world: Service, course: Course, project: str, judge: str) -> None:
    pair = course.pair(project, judge)
    await world.act(
        lambda act: declare_conflict(act, pair, kind="personal"),
        Actor("person", course.judges[judge]),
    )


OLA = "Ola.Office+Reviews@Example.org"
"""Of the office, not on the panel; had a conflict with Fellow f2 when f2 applied."""


def conflicted(person, viewer="ola.office@example.org", revision=1, *, closed=True):
    return ConflictChanged(
        viewer=viewer,
        person_id=person,
        revision=revision,
        closed=closed,
        since=datetime(2024, 9, 1, tzinfo=UTC),
        reason="personal",
    )


async def test_a_conflict_with_an_applicant_keeps_the_fellow_and_their_project_hidden(course):
    """From who is not on the panel, too, whatever became of them and whether they have any."""
    await course.one.hear(conflicted("f2"), conflicted("f6"))
    worlds = course.split()
    one, other = course.one, course.other
    await course.lock(one, "f2", "Ben", 5)
    await course.correct(one, "f2", "Ben", 4)
    await one.hear(accepted("f6"))
    await other.act(lambda act: exclude(act, course.pair("f2", "Dee"), "Dee is away."))
    hidden = course.projects["f2"]
    full = {"title": "Title", "supervisor": "S", "trust": "T", "summary": "Text", "reason": "Late."}
    posts = [
        *course.attempts(hidden, course.projects["f3"])[:-1],
        Post("/awards/projects/new", full | {"authors": "f6"}),
        Post("/awards/projects/new", full | {"authors": "f2"}),
        Post(f"/awards/projects/{course.projects['f3']}/edit", full | {"authors": "f6"}),
        Post("/awards/fresh-link/f2"),
        Post("/awards/fresh-link/f6"),
    ]
    for roles in OFFICE_ROLES:
        viewer = course.viewer(*roles, subject=OLA)
        await assert_alike(worlds, viewer, course.asked(*posts))
    for page in ("/awards/projects", "/awards/graduation", "/awards/scoring", "/awards/"):
        assert await course.differs(worlds, page)
    for world in (one, other):
        await world.hear(conflicted("f2", revision=2, closed=False))
        await world.hear(conflicted("f6", revision=2, closed=False))
    assert await course.differs(worlds, "/awards/projects", course.viewer("office", subject=OLA))


async def test_who_is_not_told_of_all_reads_no_dead_letter(course):
    """A dead letter is shown whole, whatever it is about."""
    worlds = course.split()
    letters = "/awards/dead-letters"
    for viewer, status in (
        (course.ada("office"), 403),
        (course.viewer("office", subject="ola@example.org"), 200),
    ):
        async with worlds[0].client(viewer) as browser:
            assert (await browser.get(letters)).status_code == status
