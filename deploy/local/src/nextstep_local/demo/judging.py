"""The executive panel: invited, conflicts settled, every sheet filled in and locked."""

from collections.abc import Sequence
from dataclasses import dataclass

from nextstep_local.demo.pages import Page
from nextstep_local.demo.projects import SUPERVISORS
from nextstep_local.demo.visitor import Visitor
from nextstep_local.demo.world import World, together


@dataclass(frozen=True)
class Judge:
    """Somebody on the panel. `severity` shifts all their points a little."""

    name: str
    organisation: str
    trust: str = ""
    severity: int = 0

    @property
    def email(self) -> str:
        """Under a reserved domain, as all addresses of the demo."""
        return f"{self.name.split()[-1].lower()}@panel.example.org"


PANEL = (
    Judge("Professor Ann Merrick", "KHP"),
    Judge("Dr Samuel Oyelaran", "KHP", severity=-1),
    Judge(SUPERVISORS[1], "FMLM"),  # supervises some of the projects
    Judge("Dr Lucy Penhaligon", "FMLM", trust="Addenbrooke's"),  # works where some were done
    Judge("Professor Marcus Tait", "KBS"),
)
DECLARES = "Dr Samuel Oyelaran"
"""Finds a friend among the authors of one project and says so."""


async def invite(world: World, judges: Sequence[Judge] = PANEL) -> None:
    """The office puts the panel together and settles what the site suspects."""
    for judge in judges:
        page = await world.office.open(world.url("awards", "/panellists"))
        form = page.form(field="organisation")
        given = {"name": judge.name, "email": judge.email, "organisation": judge.organisation}
        await world.office.send(form, **given, trust=judge.trust)
    page = await world.office.open(world.url("awards", "/conflicts"))
    forms = [form for form in page.forms() if form.action.endswith("/confirm")]
    if forms:
        await world.office.send(forms[0])


async def open_scoring(world: World) -> None:
    """The office registers the method, then opens scoring; the order is the point."""
    page = await world.office.open(world.url("awards", "/scoring"))
    page = await world.office.send(page.form(action="/scoring/method"))
    await world.office.send(page.form(action="/scoring/open"))


async def score_all(world: World) -> None:
    """All panellists at once, each with their own list."""
    await together(_score(world, judge) for judge in PANEL)
    for row in await world.office.sheet(world.url("awards", "/conflicts"), format="csv"):
        if row["recused"] == "yes":
            world.record.recused.add((row["project"], row["panellist"]))


async def _score(world: World, judge: Judge) -> None:
    visitor = world.visitor(judge.email)
    link = next(
        link for mail in reversed(world.mail.of(judge.email)) if (link := mail.link("/link/"))
    )
    page = await visitor.follow_emailed_link(link)
    projects = page.links("/awards/panel/projects/")
    if judge.name == DECLARES:
        await _declare(visitor, projects.pop(0))
    page = await visitor.open(projects[0])
    for _ in projects:
        page = await _fill_in(world, visitor, judge, page)


async def _declare(visitor: Visitor, project: str) -> None:
    page = await visitor.open(project)
    note = "We trained together and are friends."
    await visitor.send(page.form(action="/conflict"), kind="personal", note=note)


async def _fill_in(world: World, visitor: Visitor, judge: Judge, page: Page) -> Page:
    """Lock the sheet shown; the page that follows is the next one, or the last as it is kept."""
    title = page.heading
    form = page.form(field="comment")
    points = _points(world, judge, title)
    answers = {f"points-{criterion}": str(given) for criterion, given in points.items()}
    how = "lock-next" if "next" in form.fields else "lock"
    world.record.sheets[title, judge.name] = points
    return await visitor.send(form, **answers, comment="Clear aim; good use of data.", do=how)


def _points(world: World, judge: Judge, title: str) -> dict[str, int]:
    """A project has a merit that all see, and each judge an eye of their own."""
    merit = world.chance("merit", title).gauss(3.2, 0.8)
    eye = world.chance("points", title, judge.name)
    scale = world.cohort.awards.scale
    return {
        criterion.key: max(1, min(scale, round(merit + eye.gauss(0, 0.7) + judge.severity / 2)))
        for criterion in world.cohort.awards.criteria
    }
