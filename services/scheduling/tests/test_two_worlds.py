"""Fellows and facilitators learn nothing that is not theirs: two worlds that differ in that alone.

A Fellow knows who is in the own learning set, and nothing else of anybody. A facilitator knows the
registers and the sets; not who is excused and why, where anybody stands, nor whose email came back.
"""

import csv
from datetime import UTC, datetime
from functools import partial

import pytest
import pytest_asyncio

from nextstep_contracts import RecusalChanged
from nextstep_local.testing import settings_for
from nextstep_local.two_worlds import (
    NOBODY,
    FurtherValues,
    Post,
    Still,
    assert_alike,
    pair_of,
    told_apart,
)
from nextstep_messaging import FixedClock
from scheduling.app import build
from scheduling.calendar.announcing import seed_calendar
from scheduling.settings import Settings

from .builders import accepted, email, person_id, withdrawn

pytestmark = pytest.mark.stack

START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)
NEXT_DAY = datetime(2024, 10, 9, 9, 0, tzinfo=UTC)
"""After the first masterclass and the first module."""
PEOPLE = 12
MASTERCLASS, MODULE = "2024-25:masterclass-1", "2024-25:module-1"
NOT_ASKED = {
    "/metrics": "counts of the process, for operations alone",
    "/readyz": "whether the bus is there, for operations alone",
    "/asyncapi.json": "what the code declares, in an order of chance",
}


def still(mongo_url, database):
    settings = Settings(
        **settings_for(
            "scheduling",
            amqp_url="amqp://nowhere.invalid",
            mongo_url=mongo_url,
            mongo_database=database,
        )
    )
    clock = FixedClock(START)
    app, messaging = build(settings, clock)
    return Still(app, messaging, settings, clock)


@pytest_asyncio.fixture
async def both(mongo_url, mongo_database, other_mongo_database):
    """Twelve Fellows in learning sets, the day after the first module."""
    databases = mongo_database, other_mongo_database
    async with pair_of(partial(still, mongo_url), mongo_url, databases) as both:
        one = both.one
        await one.app.state.here.perform(seed_calendar)
        await one.hear(*(accepted(n) for n in range(1, PEOPLE + 1)))
        await one.post(one.session("office"), "/scheduling/sets/allocate")
        for world in (both.one, both.other):
            world.clock.set(NEXT_DAY)
        yield both


async def marks(world, session_id, reason="", **statuses):
    """The register of a session, by the office."""
    fields = {f"status-{person_id(int(n[1:]))}": status for n, status in statuses.items()}
    path = f"/scheduling/sessions/{session_id}/register"
    await world.post(world.session("office"), path, reason=reason, **fields)


async def excused(world, number, reason):
    path = f"/scheduling/fellows/{person_id(number)}/waivers"
    await world.post(world.session("office"), path, session_id=MODULE, reason=reason)


async def sets(world):
    """The number of each Fellow's learning set."""
    async with world.browser(world.session("office")) as office:
        lines = (await office.get("/scheduling/sets?format=csv")).text.splitlines()[1:]
    return {line[1]: line[0] for line in csv.reader(lines)}


def asked(*posts):
    return FurtherValues(
        values={
            "session_id": [MASTERCLASS, MODULE, "2024-25:als-1-set-1"],
            "person_id": [person_id(n) for n in range(1, 4)],
        },
        queries={
            "/scheduling/sessions": ["format=csv"],
            "/scheduling/fellows": ["format=csv"],
            "/scheduling/sign-in": ["next=/scheduling/me"],
            "/scheduling/signed-out": ["account=true"],
            "/scheduling/dead-letters/one": ["key=none"],
            "/asyncapi/try": ["event=none"],
        },
        words=["Fellow"],
        left_out=NOT_ASKED,
        posts=posts,
    )


async def test_a_fellow_learns_nothing_of_another_not_even_of_the_same_set(both):
    await marks(both.one, MASTERCLASS, n1="attended", n2="attended", n3="absent")
    of = await sets(both.one)
    mate = next(int(p[-2:]) for p in of if of[p] == of[person_id(1)] and p != person_id(1))
    apart = next(int(p[-2:]) for p in of if of[p] != of[person_id(1)])
    worlds = both.split()
    one, other = both.one, both.other
    await marks(one, MODULE, **{"n1": "attended", f"n{mate}": "apologies", f"n{apart}": "absent"})
    await marks(other, MODULE, **{"n1": "attended", f"n{mate}": "attended"})
    await marks(one, MASTERCLASS, "Saw them leave.", **{f"n{mate}": "absent"})
    await excused(one, mate, "In hospital that week.")
    await one.hear(email(mate, 1), email(mate, 2, bounced=True))
    await other.hear(accepted(mate, revision=9, trust="Papworth"))
    await other.hear(withdrawn(apart, revision=9))
    viewers = [
        one.viewer("fellow", person_id=person_id(1)),
        one.viewer("applicant", person_id=person_id(1)),
        one.viewer("fellow", person_id="nobody-we-know"),
        one.viewer("panel"),
        NOBODY,
    ]
    for viewer in viewers:
        await assert_alike(worlds, viewer, asked())
    for number in (mate, apart):
        own = one.viewer("fellow", person_id=person_id(number))
        assert await told_apart(worlds, own, asked(), only=["/scheduling/me"]) != []
    pages = ["/scheduling/fellows", "/scheduling/audit", f"/scheduling/fellows/{person_id(mate)}"]
    assert await told_apart(worlds, one.viewer("office"), asked(), only=pages) == pages


async def test_a_facilitator_learns_nothing_of_excuses_standing_and_emails(both):
    await marks(both.one, MASTERCLASS, n1="attended", n2="absent")
    await marks(both.one, MODULE, n1="attended", n2="absent")
    worlds = both.split()
    await excused(both.one, 2, "In hospital that week.")
    await both.one.hear(email(2, 1), email(2, 2, bounced=True))
    await both.other.hear(accepted(2, revision=9, trust="Papworth", discipline="dentistry"))
    about = f"/scheduling/fellows/{person_id(2)}/waivers"
    posts = [
        Post(about, {"session_id": MODULE, "reason": "To hear whether there is one."}),
        Post(f"{about}/withdraw", {"session_id": MODULE, "reason": "The same."}),
        Post("/scheduling/sets/swap", {"first": person_id(1), "second": person_id(2)}),
        Post(f"/scheduling/sessions/{MODULE}/register",
             {f"status-{person_id(2)}": "attended", "seen": "0"}),
    ]  # fmt: skip
    await assert_alike(worlds, both.one.viewer("facilitator", name="Fay"), asked(*posts))
    pages = [f"/scheduling/fellows/{person_id(2)}", f"/scheduling/sessions/{MODULE}"]
    assert await told_apart(worlds, both.one.viewer("read_only"), asked(), only=pages) == pages


BEN = "Ben.Panel+Work@Example.org"


def closed(number, revision=1, *, is_closed=True):
    return RecusalChanged(
        viewer="ben.panel@example.org",
        viewer_id="panellist-ben",
        person_id=person_id(number),
        revision=revision,
        closed=is_closed,
        since=START,
        reason="supervises",
    )


async def test_who_has_a_conflict_of_interest_learns_nothing_of_that_person(both):
    """Registers, sets, standings, emails and counts are of the others, in every role."""
    await both.one.hear(closed(2))
    await marks(both.one, MASTERCLASS, n1="attended", n2="attended", n3="absent")
    worlds = both.split()
    one, other = both.one, both.other
    await marks(one, MODULE, n2="absent")
    await marks(one, MASTERCLASS, "She left early.", n2="apologies")
    await excused(one, 2, "In hospital that week.")
    await one.hear(email(2, 1), email(2, 2, bounced=True))
    await other.hear(accepted(2, revision=9, trust="Papworth", discipline="dentistry"))
    for world in (one, other):
        await marks(world, MODULE, n1="attended", n3="absent")
        await marks(world, MASTERCLASS, "A slip.", n3="attended")
    about = f"/scheduling/fellows/{person_id(2)}/waivers"
    register = f"/scheduling/sessions/{MODULE}/register"
    posts = [
        *(Post(f"{about}{deed}", given)
          for deed in ("", "/withdraw")
          for given in ({"session_id": MODULE, "reason": "To hear whether there is one."}, {})),
        Post("/scheduling/sets/swap",
             {"first": person_id(1), "second": person_id(2), "reason": "Why not?"}),
        Post("/scheduling/sets/allocate"),
        Post(register, {f"status-{person_id(2)}": "attended", "seen": "0"}),
        Post(f"/scheduling/fresh-link/{person_id(2)}"),
        Post("/scheduling/dead-letters/replay", {"key": "none"}),
        Post(f"/scheduling/sessions/{MODULE}/cancel", {"reason": "To hear who was there."}),
        Post(register, {f"status-{person_id(1)}": "absent", "seen": "0", "reason": "No."}),
        Post(register, {f"status-{person_id(1)}": "absent", "seen": "1", "reason": "A slip."}),
        Post(register, {"rest": "absent"}),
    ]  # fmt: skip
    everything = asked(*posts)
    for roles in (("read_only",), ("facilitator",), ("office", "panel")):
        await assert_alike(worlds, one.viewer(*roles, name="Ben", subject=BEN), everything)
    # nobody marked the one who is closed to who closed the register
    for world, status in ((one, "absent"), (other, None)):
        kept = await world.read("fellows").get(f"2024-25:{person_id(2)}")
        assert kept["verdicts"].get(MODULE, {}).get("status") == status
    pages = [
        "/scheduling/sessions?format=csv",
        f"/scheduling/sessions/{MODULE}",
        f"/scheduling/sessions/{MODULE}/register?format=csv",
        "/scheduling/fellows?format=csv",
        f"/scheduling/fellows/{person_id(2)}",
    ]
    colleague = one.viewer("office", subject="ola@example.org")
    assert await told_apart(worlds, colleague, everything, only=pages) == pages
    for world in (one, other):
        await world.hear(closed(2, 2, is_closed=False))
    ben = one.viewer("office", subject=BEN)
    assert await told_apart(worlds, ben, everything, only=pages) == pages


async def test_who_must_not_know_somebody_is_not_told_that_they_changed_or_left_their_set(both):
    """Neither by a swap on the page of the other, nor by how often a meeting was told of."""
    of = await sets(both.one)
    mate = next(p for p in of if of[p] != of[person_id(2)])
    await both.one.hear(closed(2))
    worlds = both.split()
    given = {"first": person_id(2), "second": mate, "reason": "They asked."}
    await both.one.post(both.one.session("office"), "/scheduling/sets/swap", **given)
    await both.one.hear(withdrawn(2, revision=9))
    csv_file = "/scheduling/sessions?format=csv"
    ben, colleague = (both.one.viewer("office", subject=one) for one in (BEN, "ola@example.org"))
    assert await told_apart(worlds, colleague, asked(), only=[csv_file]) == [csv_file]
    for world in worlds:
        async with world.client(ben) as browser:
            assert "swapped" not in (await browser.get(f"/scheduling/fellows/{mate}")).text
            lines = csv.DictReader((await browser.get(csv_file)).text.splitlines())
            assert {line["revision"] for line in lines if line["set_id"]} == {""}


async def test_whether_somebody_became_a_fellow_is_not_told_to_who_must_not_know(both):
    """Before anybody is in a set, which all who are Fellows decide together."""
    await both.one.hear(closed(20))
    await both.one.messaging.db.write("allocations").delete({})
    worlds = both.split()
    await both.one.hear(accepted(20))
    posts = [Post("/scheduling/sets/allocate"), Post(f"/scheduling/fresh-link/{person_id(20)}")]
    for roles in (("office", "panel"), ("facilitator",)):
        viewer = both.one.viewer(*roles, subject=BEN)
        await assert_alike(worlds, viewer, asked(*posts))
    pages = ["/scheduling/", "/scheduling/sets", "/scheduling/fellows"]
    colleague = both.one.viewer("office", subject="ola@example.org")
    assert await told_apart(worlds, colleague, asked(), only=pages) == pages
