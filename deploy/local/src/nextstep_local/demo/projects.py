"""Quality Improvement Projects: registered by Fellows on their own pages, edited, handed in."""

from nextstep_local.demo.arrivals import arrive
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.world import World, together

AIMS = ("Reducing", "Shortening", "Preventing", "Improving", "Standardising", "Redesigning")
MATTERS = (
    "delays in discharge letters",
    "avoidable cannulation in the emergency department",
    "handover between day and night teams",
    "the wait for memory clinic appointments",
    "missed antibiotic doses",
    "the uptake of annual reviews in asthma",
    "consent for dental extractions under general anaesthesia",
    "the recognition of sepsis on the labour ward",
    "physical health checks for people on clozapine",
    "theatre turnaround between lists",
    "falls on the acute frailty unit",
    "the transfer of care from hospital to practice",
)
SUPERVISORS = (
    "Dr Ruth Ashdown",
    "Professor Ian Whitlock",
    "Miss Padma Rangan",
    "Dr Colin Strang",
    "Dr Helen Oduya",
)
JOINT = 0.4
"""This share of the Fellows joins a project that another one registers."""
NEVER_HANDS_IN = 0.05
SUMMARY = """\
Problem: measured over twelve weeks with the people affected.
Change: three test cycles on one ward, then on two more.
Result: a shift on the run chart that has held since.
Next: handed over to a named owner in the team."""


def plan(world: World) -> list[list[Applicant]]:
    """Who works with whom: the one who registers first, then the co-authors."""
    chance = world.chance("projects")
    leads: list[list[Applicant]] = []
    for fellow in world.here:
        joins = leads and chance.random() < JOINT
        group = chance.choice(leads) if joins else None
        if group is not None and len(group) < 3:  # noqa: PLR2004 - pairs and threes
            group.append(fellow)
        else:
            leads.append([fellow])
    return leads


async def register(world: World, groups: list[list[Applicant]]) -> None:
    """Every first author registers the project and asks the others, who all say yes."""
    await together(_register(world, number, group) for number, group in enumerate(groups))


async def _register(world: World, number: int, group: list[Applicant]) -> None:
    visitor = await arrive(world, group[0])
    page = await visitor.open(world.url("awards", "/me"))
    form = page.form(field="title")
    await visitor.send(
        form,
        title=_title(number),
        supervisor=SUPERVISORS[number % len(SUPERVISORS)],
        trust=str(group[0].answers["trust"]),
        summary="",
        co_authors=[str(author.person_id) for author in group[1:]],
    )
    for author in group[1:]:
        visitor = await arrive(world, author)
        page = await visitor.open(world.url("awards", "/me"))
        await visitor.send(page.form(field="answer"), answer="yes")


def _title(number: int) -> str:
    aim, matter = AIMS[number // len(MATTERS) % len(AIMS)], MATTERS[number % len(MATTERS)]
    return f"{aim} {matter}"


async def hand_in(world: World, groups: list[list[Applicant]]) -> int:
    """The authors write the summary and submit; how many did."""
    willing = [
        (number, group)
        for number, group in enumerate(groups)
        if world.chance("hands in", number).random() >= NEVER_HANDS_IN
    ]
    await together(_hand_in(world, group) for _, group in willing)
    return len(willing)


async def _hand_in(world: World, group: list[Applicant]) -> None:
    author = next(one for one in group if one.person_id not in world.record.left)
    visitor = await arrive(world, author)
    page = await visitor.open(world.url("awards", "/me"))
    page = await visitor.send(page.form(field="summary"), summary=SUMMARY)
    await visitor.send(page.form(action="/submit"))
