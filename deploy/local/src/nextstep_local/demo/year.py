"""The programme year, stage by stage."""

import asyncio
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from nextstep_local.demo import (
    closing,
    decisions,
    employers,
    intake,
    judging,
    programme,
    projects,
    replies,
)
from nextstep_local.demo.narrator import Stage
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.world import World, together

OPENING = london(date(2024, 6, 3), time(8))
SUMMER = [date(2024, 6, 10) + timedelta(weeks=week) for week in range(12)]
"""Once a week while applications trickle in; an offer of seven days is answered within."""
RUSH = [date(2024, 9, day) for day in (2, 4, 6, 8, 9, 10, 12, 14)]
AUTUMN = [date(2024, 9, day) for day in (17, 20, 23, 26, 29)] + [date(2024, 10, 2)]
"""More often once offers end after three days."""
LAST_PROMOTION = date(2024, 10, 4)
SETS_DEALT = date(2024, 10, 14)
PROJECTS_DUE = date(2025, 1, 31)
HANDED_IN = date(2025, 7, 7)
PANEL_INVITED = date(2025, 7, 10)
CAPSTONE = date(2025, 7, 22)
LEAVES_MIDWAY = 2
"""Fellows who leave after Christmas, when no place is offered on any more."""
WITHDRAWAL = "A new post outside the region leaves me no time for the programme."


async def play(world: World) -> None:
    """Play the year from the first application to the last graduation."""
    await open_the_year(world)
    await applications(world)
    await places(world)
    groups = await programme_year(world)
    await capstone(world, groups)
    await awards(world)
    await world.rest()


async def open_the_year(world: World) -> None:
    """The office completes the calendar before anybody applies."""
    with world.narrator.stage("The office sets the missing times", 1) as stage:
        await world.staff("office")
        await world.staff("facilitator")
        await world.rest()
        await programme.set_times(world)
        stage.step(world.year.now)


async def applications(world: World) -> None:
    """Summer and the rush before the deadline: everybody applies."""
    days = SUMMER + RUSH
    with world.narrator.stage(f"{len(world.people)} people apply", len(days)) as stage:
        await intake.probe_refusals(world)
        await intake.post_unreadable(world)
        for day in days:
            posted, answered = await a_day(world, evening(day))
            stage.step(world.year.now, f"{posted} submissions, {answered} answers")
        stage.tell(f"{len(world.posted)} submissions answered")


async def a_day(world: World, moment: datetime) -> tuple[int, int]:
    """Until `moment`: the office decides, people answer their mail, the form posts."""
    before = world.year.now
    await world.move_to(moment)
    if moment.date() == date(2024, 9, 12):
        await hold(world, "masterclass-1")
    await intake.send_documents(world)  # before the office decides: then it is too late
    async with asyncio.TaskGroup() as group:  # nobody else waits for anybody
        group.create_task(decisions.decide_referrals(world))
        answering = group.create_task(replies.answer_offers(world))
        posting = group.create_task(intake.post_due(world, before))
    return posting.result(), answering.result()


async def places(world: World) -> None:
    """September: offers lapse, people step back, the waiting list moves up."""
    days = [*AUTUMN, LAST_PROMOTION]
    with world.narrator.stage("The last places fill", len(days) + 1) as stage:
        for day in days:
            _, answered = await a_day(world, evening(day))
            if day == AUTUMN[2]:
                await step_back(world)
            stage.step(world.year.now, f"{answered} answers")
        await world.move_to(evening(date(2024, 10, 7)))
        await replies.answer_offers(world)
        await world.rest()
        await employers.name_employers(world)
        await world.fetch_fellows()
        stage.step(world.year.now)
        world.falls_short = world.here[len(world.here) // 2].number
        stage.tell(f"{len(world.here)} Fellows")


async def step_back(world: World) -> None:
    """Some who had accepted find that they cannot come; their places are offered on."""
    leaving = [
        person
        for person in world.people
        if person.answer == "accept, then withdraw" and person.number in world.record.accepted
    ]
    await together(replies.withdraw(world, person, WITHDRAWAL) for person in leaving)


async def hold(world: World, *keys: str) -> None:
    """Hold sessions on their days and take their registers."""
    for row in await programme.calendar(world):
        if programme.session_key(row) in keys:
            await world.move_to(programme.over(row))
            await world.fetch_fellows()
            await take(world, row)


async def take(world: World, row: programme.Row) -> None:
    """Take one register; afterwards excuse some, and mend a mark."""
    taker = world.visitor("staff: facilitator")
    session = await programme.take_register(world, taker, row)
    if session.kind == "module":
        await world.rest()
        await programme.excuse(world, session)
    if session.key == "masterclass-2":
        await programme.correct_register(world, session, row)


async def programme_year(world: World) -> list[list[Applicant]]:
    """October to July: every session is held, projects are carried out; who wrote which."""
    with world.narrator.stage("October to January", 0) as stage:
        await hold_until(world, stage, SETS_DEALT)
        await programme.deal_learning_sets(world)
        await hold_until(world, stage, PROJECTS_DUE)
        await leave_midway(world)
        stage.tell(f"{len(world.record.held)} registers")
    with world.narrator.stage("Projects are registered", 1) as stage:
        groups = projects.plan(world)
        await projects.register(world, groups)
        stage.step(world.year.now)
        stage.tell(f"{len(groups)} projects")
    with world.narrator.stage("February to July", 0) as stage:
        await hold_until(world, stage, HANDED_IN)
        stage.tell(f"{len(world.record.held)} registers")
    return groups


async def hold_until(world: World, stage: Stage, end: date) -> None:
    """Hold every session that is not held yet and lies before the evening of `end`."""
    held = {session.key for session in world.record.held}
    rows = [
        row for row in await programme.calendar(world) if programme.session_key(row) not in held
    ]
    rows = [row for row in rows if date.fromisoformat(row["on"]) <= end]
    for _, together_held in groupby(rows, key=itemgetter("on")):
        today = list(together_held)
        await world.move_to(programme.over(today[0]), settle=False)
        await together(take(world, row) for row in today)
        stage.step(world.year.now, today[0]["title"])
    await world.move_to(evening(end))


async def leave_midway(world: World) -> None:
    """A few Fellows leave; nobody takes their place."""
    leaving = [one for one in world.here if one.number != world.falls_short]
    for person in world.chance("leaves").sample(leaving, LEAVES_MIDWAY):
        await replies.withdraw(world, person, WITHDRAWAL)
    await world.rest()


async def capstone(world: World, groups: list[list[Applicant]]) -> None:
    """July: projects handed in, the panel put together, the last module."""
    with world.narrator.stage("Projects are handed in, the panel is invited", 3) as stage:
        number = await projects.hand_in(world, groups)
        stage.step(world.year.now)
        await world.move_to(evening(PANEL_INVITED))
        await judging.invite(world)
        await judging.open_scoring(world)
        stage.step(world.year.now)
        await hold_until(world, stage, CAPSTONE)
        stage.tell(f"{number} projects")


async def awards(world: World) -> None:
    """The capstone day: scores, the result, graduation."""
    with world.narrator.stage("Projects, panel, bursaries, graduation", 3) as stage:
        await judging.score_all(world)
        stage.step(world.year.now, "all sheets are locked")
        await world.rest()
        await closing.decide(world)
        stage.step(world.year.now, "the bursaries are awarded")
        await world.rest()
        await closing.graduate(world)
        stage.step(world.year.now)
        stage.tell(f"{len(world.record.sheets)} score sheets")


def evening(day: date) -> datetime:
    """A moment at which people answer their mail."""
    return london(day, time(20))
