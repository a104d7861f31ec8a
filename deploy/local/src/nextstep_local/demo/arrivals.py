"""How people come to their pages: by the newest link in their inbox."""

from http import HTTPStatus

from nextstep_local.demo.pages import Page
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.visitor import Visitor
from nextstep_local.demo.world import World

LINKS = ("/scheduling/link/", "/awards/link/", "/applications/link/")
"""A Fellow's links come first: they open all of a Fellow's pages, and last the year."""
FRESH_LINK = "Your fresh link"
"""How the subject line of the email with a fresh link begins."""


async def arrive(world: World, person: Applicant) -> Visitor:
    """The person's browser, after the newest mail that has a link; one session serves a stage."""
    visitor = world.visitor(person.email)
    link = newest_link(world, person)
    if world.record.came_by.get(person.number) != link:
        await visitor.follow_emailed_link(link)
        world.record.came_by[person.number] = link
    return visitor


def newest_link(world: World, person: Applicant) -> str:
    """The link in the newest mail that has one.

    Raises:
        LookupError: no mail has one.

    """
    for kind in LINKS if person.number in world.record.accepted else LINKS[2:]:
        for mail in reversed(world.mail.of(person.email)):
            if link := mail.link(kind):
                return link
    raise LookupError(f"{person.name} has no email with a link")


def fresh_link(world: World, person: Applicant) -> str:
    """The link that they asked for last."""
    mails = reversed(world.mail.of(person.email))
    return str(next(mail.link("/link/") for mail in mails if mail.title.startswith(FRESH_LINK)))


async def page_to_decide_on(world: World, person: Applicant, path: str) -> tuple[Visitor, Page]:
    """A page for what cannot be undone: an old link gives a button that has a fresh one emailed."""
    visitor, url = await arrive(world, person), world.url("applications", path)
    page = await visitor.see(url)
    if page.status == HTTPStatus.FORBIDDEN:
        await visitor.send(page.form(action="/fresh-link"))
        await world.rest()
        await visitor.follow_emailed_link(fresh_link(world, person))
    return visitor, await visitor.open(url)
