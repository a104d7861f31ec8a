"""The office brings its list of employers up to date: one click for each spelling that waits."""

from nextstep_local.demo.world import World


async def name_employers(world: World) -> int:
    """Say of every spelling that waits whom it means, by the first button; how many there were.

    The first button is the likeliest employer of the list, where one is alike; else a new one.
    """
    named = 0
    while True:
        page = await world.office.open(world.url("applications", "/employers/waiting"))
        forms = [form for form in page.forms() if "written" in form.fields or "back" in form.fields]
        if not forms:
            return named
        await world.office.send(forms[0])
        named += 1
