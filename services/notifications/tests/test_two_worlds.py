"""Nobody learns what was sent to others: two worlds that differ in somebody else's emails alone."""

from functools import partial

import pytest

from nextstep_contracts import ConflictChanged
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
from nextstep_messaging.testing import hear
from notifications.app import build
from notifications.calendar.keeping import settle_marks
from notifications.hearing.store import emails
from notifications.settings import Settings

from . import builders as b

pytestmark = pytest.mark.stack

ME = "/notifications/me"
NOT_ASKED = {
    "/metrics": "counts of the process, for operations alone",
    "/readyz": "whether the bus is there, for operations alone",
    "/asyncapi.json": "what the code declares, in an order of chance",
}


CLOSED = "person-2"
"""Of whom Ben must learn nothing."""
BEN = "Ben.Panel+Work@Example.org"
SET = ("person-1", CLOSED, "person-3")


def still(mongo_url, database):
    settings = Settings(
        **settings_for(
            "notifications",
            amqp_url="amqp://nowhere.invalid",
            mongo_url=mongo_url,
            mongo_database=database,
            smtp_host="127.0.0.1",
        )
    )
    clock = FixedClock(b.NOW)
    app, messaging = build(settings, clock)
    return Still(app, messaging, settings, clock)


async def heard(world, *events):
    """What is to be sent after these events; nothing is sent, since the workers do not run."""
    await hear(world.messaging, *events, envelope_of=b.envelope_of)
    await settle_marks(world.app.state.here)


async def test_nobody_learns_what_was_sent_to_others(
    mongo_url, mongo_database, other_mongo_database
):
    databases = mongo_database, other_mongo_database
    async with pair_of(partial(still, mongo_url), mongo_url, databases) as both:
        one, other = both.one, both.other
        await heard(one, b.scheduled(), b.accepted(1), b.submitted(2), b.submitted(3))
        worlds = both.split()
        await heard(one, b.offered(2), b.accepted(2), b.waitlisted(3))
        await heard(other, b.waitlisted(2), b.amended(3, who=b.person(3, "Somebody Else")))
        kept = [
            email for world in (one, other) for email in await emails(world.messaging.db.read, {})
        ]
        theirs = [email for email in kept if email.person_id != "person-1"]
        assert len(theirs) > 4
        asked = FurtherValues(
            values={
                "email_id": [email.email_id for email in theirs],
                "person_id": ["person-2"],
                "entry_id": ["2024-25:masterclass-1"],
                "name": ["place_offered"],
            },
            queries={
                "/notifications/sign-in": ["next=/notifications/me"],
                "/notifications/signed-out": ["account=true"],
                "/notifications/dead-letters/one": ["key=none"],
                "/asyncapi/try": ["event=none"],
            },
            left_out=NOT_ASKED,
        )
        viewers = [
            one.viewer("fellow", "applicant", person_id="person-1"),
            one.viewer("panellist", person_id="nobody-we-know"),
            one.viewer("facilitator", "panel"),
            NOBODY,
        ]
        for viewer in viewers:
            await assert_alike(worlds, viewer, asked)
        own = one.viewer("fellow", person_id="person-2")
        assert await told_apart(worlds, own, asked, only=[ME]) == [ME]
        pages = ["/notifications/mails", "/notifications/people/person-2"]
        assert await told_apart(worlds, one.viewer("office"), asked, only=pages) == pages


async def test_who_has_a_conflict_of_interest_learns_nothing_of_that_person(
    mongo_url, mongo_database, other_mongo_database
):
    """In every role in which they sign in with that address; nothing of what was said of why."""
    databases = mongo_database, other_mongo_database
    async with pair_of(partial(still, mongo_url), mongo_url, databases) as both:
        one, other = both.one, both.other
        everybody = [b.accepted(n) for n in (1, 2, 3)]
        await heard(one, b.scheduled(), *everybody, b.registered(), closed())
        sets = b.sets((1, 2, 3))
        await heard(one, sets, b.scheduled(5, audience=SET))
        worlds = both.split()
        await heard(one, b.offered(2, revision=9), b.missed(2), b.documents(2, revision=10))
        # written to others, because of what the hidden person did
        await heard(one, b.co_author_answered(), b.co_author_invited(), b.author_left(2))
        # and what leaving their learning set does to the others of it
        await heard(one, b.sets((1, 3), revision=2))
        await heard(one, b.changed(5, on=b.scheduled(5).on, audience=("person-1", "person-3")))
        await heard(other, b.withdrawn(2, revision=9))
        await bounced(one, "session_missed")
        await bounced(other, "application_withdrawn")
        ids = {email.email_id: email for world in (one, other) for email in await kept(world)}
        failed = [key for key, email in ids.items() if email.state == "failed"]
        assert {ids[key].person_id for key in failed} == {CLOSED}
        asked = FurtherValues(
            values={
                "email_id": list(ids),
                "person_id": ["person-1", CLOSED],
                "entry_id": ["session-1", "session-5"],
                "name": ["place_offered"],
            },
            queries={
                "/notifications/mails": [
                    "kind=learning_set",
                    *("format=csv", "state=failed", "q=applicant+2"),
                    *("kind=co_author_answered", "kind=author_left"),
                ],
                "/notifications/calendar/{entry_id}": ["format=csv", "sort=-sequence"],
                "/notifications/sign-in": ["next=/notifications/me"],
                "/notifications/signed-out": ["account=true"],
                "/notifications/dead-letters/one": ["key=none"],
                "/asyncapi/try": ["event=none"],
            },
            words=["applicant2"],
            left_out=NOT_ASKED,
            posts=[
                *(Post(f"/notifications/mails/{key}/resend", given)
                  for key in failed for given in ({"reason": "It bounced."}, {})),
                Post(f"/notifications/fresh-link/{CLOSED}"),
                Post("/notifications/dead-letters/replay", {"key": "none"}),
            ],
        )  # fmt: skip
        for roles in (("office", "panel"), ("read_only",), ("panel",)):
            await assert_alike(worlds, one.viewer(*roles, subject=BEN), asked)
        pages = [
            "/notifications/",
            "/notifications/mails",
            "/notifications/mails?format=csv",
            f"/notifications/people/{CLOSED}",
            "/notifications/calendar",
            "/notifications/calendar/session-1?format=csv",
            "/notifications/calendar/session-5",
        ]
        colleague = one.viewer("office", subject="ola@example.org")
        assert await told_apart(worlds, colleague, asked, only=pages) == pages
        await heard(one, closed(2, is_closed=False))
        await heard(other, closed(2, is_closed=False))
        ben = one.viewer("office", subject=BEN)
        assert await told_apart(worlds, ben, asked, only=pages) == pages


def closed(revision=1, *, is_closed=True):
    return ConflictChanged(
        viewer="ben.panel@example.org",
        person_id=CLOSED,
        revision=revision,
        closed=is_closed,
        since=b.NOW,
        reason="personal",
    )


async def kept(world):
    return await emails(world.messaging.db.read, {})


async def bounced(world, template):
    """One email to the person who is closed failed."""
    matching = {"person_id": CLOSED, "template": template}
    await world.messaging.db.write("emails").update(matching, {"$set": {"state": "failed"}})


async def test_who_may_not_know_somebody_reads_no_email_that_could_name_them(
    mongo_url, mongo_database
):
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        await heard(world, b.accepted(1), b.accepted(2), b.registered())
        email = next(
            one for one in await kept(world)
            if (one.person_id, one.template) == ("person-1", "project_registered")
        )  # fmt: skip
        path = f"/notifications/mails/{email.email_id}"
        async with world.browser(world.session("office", subject=BEN)) as ben:
            assert b.person(2).name in (await ben.get(path)).text
            await heard(world, closed())
            page = await ben.get(path)
            assert (page.status_code, b.person(2).name in page.text) == (200, False)
            assert "name several people" in page.text
            assert "left out of what you see here" in page.text
            assert (await ben.get(f"{path}/html")).status_code == 404
            theirs = [one for one in await kept(world) if one.person_id == CLOSED]
            for one in theirs:
                answer = await ben.post(
                    f"/notifications/mails/{one.email_id}/resend", data={"reason": "Again."}
                )
                unknown = await ben.post(
                    "/notifications/mails/none/resend", data={"reason": "Again."}
                )
                assert (answer.status_code, unknown.status_code) == (404, 404)
            assert "conflict of interest" in (await ben.get("/notifications/audit")).text
