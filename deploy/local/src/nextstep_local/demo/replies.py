"""What applicants do with the mails they get: accept and declare leave, decline, let it lapse."""

from datetime import timedelta

from nextstep_local.demo.arrivals import page_to_decide_on
from nextstep_local.demo.mailbox import Mail
from nextstep_local.demo.pages import Page, PageForm
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.specialties import BY_NAME
from nextstep_local.demo.world import World, together

OFFER = "We offer you a place"
"""How the offer's subject line begins."""
NO_ROTA = 0.15
"""This share of the Fellows has no rota yet for some of the dates."""
UNANSWERED = 0.97
"""From here on an application for leave is never answered, and the Fellow is reminded of it ..."""
NEVER_APPLIED = 0.985
"""... and from here on leave is not applied for yet, and that stays so."""


async def answer_offers(world: World) -> int:
    """Everybody who holds an unanswered offer does what they made up their mind to; how many."""
    answering = []
    for person in world.people:
        offer = open_offer(world, person)
        if offer is not None and person.answer != "ignore":
            world.record.answered.add(offer.message_id)
            answering.append(_answer(world, person))
    await together(answering)
    return len(answering)


def open_offer(world: World, person: Applicant) -> Mail | None:
    """The newest offer in somebody's mail, unless they have answered it."""
    for mail in reversed(world.mail.of(person.email)):
        if mail.title.startswith(OFFER):
            return None if mail.message_id in world.record.answered else mail
    return None


async def _answer(world: World, person: Applicant) -> None:
    if person.answer == "decline":
        visitor, page = await page_to_decide_on(world, person, "/me/decline")
        await visitor.send(page.form(field="reason"), reason="I rotate out of the region.")
        world.record.declined.add(person.number)
        return
    visitor, page = await page_to_decide_on(world, person, "/me/accept")
    page = await visitor.send(page.form(action="/accept"))
    await visitor.send(declared(world, person, page))
    world.record.accepted.add(person.number)


def declared(world: World, person: Applicant, page: Page) -> PageForm:
    """The study-leave declaration for every date, which is asked for after the acceptance."""
    form = page.form(action="/study-leave")
    told = world.year.now.date() - timedelta(days=1)
    for name in list(form.choices):
        key = name.removeprefix("status-")
        chance = world.chance("leave", person.number, key).random()
        if chance >= NO_ROTA:
            form.fields[name] = (
                "granted"
                if chance < UNANSWERED
                else "applied_for"
                if chance < NEVER_APPLIED
                else "not_applied_for"
            )
            continue
        form.fields[name] = "not_possible"
        specialty = BY_NAME[person.answers["specialty"]]
        told_whom = specialty.employer(world.chance("rotates", person.number))
        form.fields[f"trust-{key}"] = told_whom
        form.fields[f"notified-{key}"] = told.isoformat()
    return form


async def withdraw(world: World, person: Applicant, reason: str) -> None:
    """An applicant or Fellow leaves, on the page behind their newest or a fresh link."""
    visitor, page = await page_to_decide_on(world, person, "/me/withdraw")
    await visitor.send(page.form(field="reason"), reason=reason)
    world.record.withdrew.add(person.number)
    if person.person_id:
        world.record.left.add(person.person_id)
