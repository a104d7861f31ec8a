"""The sessions of the year: times set, learning sets dealt, every register taken."""

from datetime import date, datetime, time

from nextstep_local.demo.pages import PageForm
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.record import HeldSession, Mark
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.visitor import Visitor
from nextstep_local.demo.world import World

MODULE_TIMES = {"starts": "09:30", "ends": "16:30"}
COMPLETED = {
    "networking-1": {"on": "2024-11-20", "starts": "18:00", "ends": "20:00"},
    "networking-2": {"on": "2025-05-07", "starts": "18:00", "ends": "20:00"},
    "alumni-session": {"on": "2025-07-22", "starts": "16:45", "ends": "17:30"},
}
"""The undated sessions that the office completes; surgeries and coaching are booked by slot."""

COMES = {"masterclass": 0.86, "module": 0.97, "learning_set": 0.9}
"""How likely a Fellow is to be there. What is not named here is like a masterclass."""
STRUGGLES = 0.06
"""This share of the Fellows has a hard year and comes half as often to what is optional."""
SENDS_APOLOGIES = 0.6

Row = dict[str, str]


async def set_times(world: World) -> None:
    """Give the modules their times and the undated sessions their dates."""
    for row in await world.office.sheet(world.url("scheduling", "/sessions"), format="csv"):
        key = session_key(row)
        given = MODULE_TIMES if row["kind"] == "module" else COMPLETED.get(key)
        if given is None:
            continue
        venue = {"venue": "Bush House, Strand, London"} if key in COMPLETED else {}
        path = f"/sessions/{row['session_id']}/edit"
        page = await world.office.open(world.url("scheduling", path))
        await world.office.send(page.form(field="starts"), **given, **venue)


async def deal_learning_sets(world: World) -> None:
    """Let the office allocate the Fellows to learning sets."""
    page = await world.office.open(world.url("scheduling", "/sets"))
    await world.office.send(page.form(action="/sets/allocate"))


async def calendar(world: World) -> list[Row]:
    """The dated sessions in order."""
    rows = await world.office.sheet(world.url("scheduling", "/sessions"), format="csv")
    dated = [row for row in rows if row["on"] and row["state"] != "cancelled"]
    return sorted(dated, key=lambda row: (row["on"], row["starts"], row["session_id"]))


def session_key(row: Row) -> str:
    """The session's key in the cohort file; ids begin with the cohort."""
    return row["session_id"].partition(":")[2]


def over(row: Row) -> datetime:
    """A moment on the evening of the session's day, after the last slot of any."""
    return london(date.fromisoformat(row["on"]), time(20))


async def take_register(world: World, taker: Visitor, row: Row) -> HeldSession:
    """Fill in the register of a session as it came out, and write it down."""
    path = f"/sessions/{row['session_id']}/register"
    page = await taker.open(world.url("scheduling", path))
    form = page.form(action="/register")
    names = {*form.fields, *form.choices}
    people = sorted(name.removeprefix("status-") for name in names if name.startswith("status-"))
    marks = {person: _mark(world, person, row) for person in people}
    if marks:
        await taker.send(form, **{f"status-{person}": mark for person, mark in marks.items()})
    held = HeldSession(session_key(row), row["kind"], date.fromisoformat(row["on"]), marks)
    world.record.held.append(held)
    return held


def _mark(world: World, person: str, row: Row) -> Mark:
    fellow = world.fellows[person]
    kind, key = row["kind"], session_key(row)
    if comes(world, fellow, kind, key):
        return "attended"
    apologises = world.chance("apologises", fellow.number, key).random() < SENDS_APOLOGIES
    return "apologies" if apologises else "absent"


def comes(world: World, fellow: Applicant, kind: str, key: str) -> bool:
    """Whether this Fellow is at that session."""
    if fellow.number == world.falls_short and kind == "masterclass":
        return key in ("masterclass-2", "masterclass-5")
    chance = COMES.get(kind, COMES["masterclass"])
    struggles = world.chance("struggles", fellow.number).random() < STRUGGLES
    if struggles and kind != "module":
        chance /= 2
    return world.chance("comes", fellow.number, key).random() < chance


async def excuse(world: World, session: HeldSession) -> int:
    """Let the office excuse most of those who missed a module; how many."""
    missed = sorted(p for p, mark in session.marks.items() if mark != "attended")
    excused = [p for p in missed if _exceptional(world, p, session)]
    for person in excused:
        page = await world.office.open(world.url("scheduling", f"/fellows/{person}"))
        reason = "Called in to cover an emergency rota; the employer has confirmed it."
        form = page.form(action="/waivers")
        await world.office.send(form, session_id=_option(form, session.key), reason=reason)
        world.record.waived.add((person, session.key))
    return len(excused)


def _exceptional(world: World, person: str, session: HeldSession) -> bool:
    chance = world.chance("exceptional", world.fellows[person].number, session.key)
    return session.marks[person] == "apologies" or chance.random() < 0.5  # noqa: PLR2004 - half


def _option(form: PageForm, key: str) -> str:
    return next(value for value in form.choices["session_id"] if value.endswith(f":{key}"))


async def correct_register(world: World, session: HeldSession, row: Row) -> None:
    """Mend one wrong mark some days later, with the reason that a correction needs."""
    wrong = sorted(p for p, mark in session.marks.items() if mark == "absent")
    if not wrong:
        return
    path = f"/sessions/{row['session_id']}/register"
    page = await world.office.open(world.url("scheduling", path))
    form = page.form(action="/register")
    reason = "Joined by telephone; the facilitator has confirmed it."
    await world.office.send(form, **{f"status-{wrong[0]}": "attended"}, reason=reason)
    marks = dict(session.marks) | {wrong[0]: "attended"}
    position = world.record.held.index(session)
    mended: Mark = "attended"
    world.record.held[position] = HeldSession(
        session.key, session.kind, session.on, {**marks, wrong[0]: mended}
    )
