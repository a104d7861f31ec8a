"""The result, the bursaries and graduation."""

from nextstep_local.demo.recount import ranking
from nextstep_local.demo.world import World


async def decide(world: World) -> None:
    """Settle a tie if there is one, stage the decision, look at it, apply it."""
    page = await world.office.open(world.url("awards", "/result"))
    tie = next((form for form in page.forms() if form.action.endswith("/tie")), None)
    if tie is not None:
        places = sorted(name for name in tie.fields | tie.choices if name.startswith("place-"))
        order = {name: str(number) for number, name in enumerate(places, start=1)}
        await world.office.send(tie, **order, reason="The panel discussed both and agreed.")
        page = await world.office.open(world.url("awards", "/result"))
    page = await world.office.send(page.form(action="/stage"))
    await world.office.send(page.form(action="/apply"))


async def graduate(world: World) -> None:
    """Look at the dry run, then graduate everybody on it."""
    page = await world.office.open(world.url("awards", "/graduation"))
    await world.office.send(page.form(field="plan"))


async def result_rows(world: World) -> list[dict[str, str]]:
    """The ranking as the site exports it."""
    return await world.office.sheet(world.url("awards", "/result"), format="csv")


def own_ranking(world: World) -> list[tuple[int, str]]:
    """The ranking as the demo counts it."""
    rules = world.cohort.awards
    weights = {criterion.key: criterion.weight for criterion in rules.criteria}
    places = ranking(world.record, weights, rules.tie_breaks)
    return [(place.rank, place.title) for place in places]
