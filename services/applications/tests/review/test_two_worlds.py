"""A reviewer learns nothing of what is hidden from them, whatever roles they hold beside it.

The worlds hold the same applications, and differ in what became of one that a conflict hides, or
in what others wrote. Everything there is to ask is asked in both.
"""

from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from nextstep_contracts import EmailBounced
from nextstep_local.two_worlds import FurtherValues, Post, Viewer, assert_alike, told_apart, tour
from nextstep_web import sessions

from ..forms import person
from ..reviewed_cohort import reviewed_cohort
from ..worlds import NOT_ASKED, splitting

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("form_secret")]

ADA, BEN, CYD = "ada.panel@example.org", "ben.office@example.org", "cyd.panel@example.org"
SELECTION, REVIEWS = "/applications/selection", "/applications/reviews"


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database, other_mongo_database, tmp_path):
    """Four people apply, and three review them; two of these know each other's work already."""
    cohort = reviewed_cohort(tmp_path, places=1)
    async with splitting(mongo_url, (mongo_database, other_mongo_database), cohort) as both:
        yield Course(both)


class Course:
    """What happens in both worlds, and what in one."""

    def __init__(self, both):
        self.one, self.other, self.split = both.one, both.other, both.split
        self.office = self.one.session("office", name="Ola Office", subject="ola@example.org")
        self.ids = []
        self.receipts = []

    def reviewer(self, email, *roles):
        return self.one.session(*roles, name=email.split(".")[0].title(), subject=email)

    async def begin(self):
        """Everybody applies; everybody is asked to review everything."""
        for number in range(1, 5):
            self.ids.append((await self.one.take(person(number)))["_id"])
        self.receipts = [row["_id"] for row in await self.one.read("receipts").find({})]
        for email in (ADA, BEN, CYD):
            fields = {"email": email, "name": email.split(".")[0].title()}
            await self.one.post(self.office, f"{SELECTION}/reviewers", **fields)
            for application in self.ids:
                path = f"{SELECTION}/application/{application}/assign"
                await self.one.post(self.office, path, reviewer=email)

    async def score(self, world, email, number, *points, comment=""):
        fields = dict(zip(("points-motivation", "points-potential"), points, strict=True))
        path = f"{REVIEWS}/{self.ids[number - 1]}"
        who = self.reviewer(email, "panel")
        await world.post(who, path, comment=comment, do="lock", **fields)

    async def office_does(self, world, number, deed, **fields):
        """One of the deeds about one application in the selection."""
        path = f"{SELECTION}/application/{self.ids[number - 1]}/{deed}"
        await world.post(self.office, path, **fields)

    async def stage(self, world, number, choice, **fields):
        said = {"exception": "Enough is known."} | fields
        await self.office_does(world, number, "stage", choice=choice, **said)

    async def apply(self, world):
        async with world.browser(self.office) as browser:
            page = (await browser.get(f"{SELECTION}/decisions")).text
        digest = page.split('name="digest" value="')[1].split('"')[0]
        await world.post(self.office, f"{SELECTION}/apply", digest=digest)

    async def bulk(self, world, key, *numbers):
        """The office asks again for nothing: refused for each, which the report says."""
        cards = [await world.read("applications").get(self.ids[n - 1]) for n in numbers]
        items = [f"{card['_id']}:{card['version']}" for card in cards]
        fields = {"action": "seen", "key": key, "reason": "Looked through.", "items": items}
        await world.post(self.office, "/applications/bulk/confirm", **fields)

    def asked(self, *posts):
        return FurtherValues(
            values={
                "application_id": self.ids,
                "receipt_id": self.receipts,
                "submission_id": self.receipts[:2],
                "key": ["cv"],
                "/applications/bulk/{key} key": ["a" * 32, "b" * 32],
                "name": ["native"],
                "cohort_id": ["2024-25"],
                "kind": ["places", "order", "longer", "next", "close", "reopen"],
                "number": ["1"],
                "/applications/link/{token} token": [],
            },
            queries={
                "/applications/list": ["format=csv", "q=number2", "sort=-state", "state=rejected"],
                "/applications/application/{application_id}": ["list=state%3Deligible"],
                "/applications/sign-in": ["next=/applications/"],
                "/applications/signed-out": ["account=true"],
                "/applications/ledger": ["format=csv", "format=json"],
                "/applications/dead-letters/one": ["key=none"],
                "/asyncapi/try": ["event=none"],
            },
            words=["number2"],
            left_out=NOT_ASKED,
            # drawn anew for each form of an entry by hand, so that sent twice it is one
            passing=[r'name="key" value="[0-9a-f]{32}"'],
            posts=posts,
        )

    def posts_about(self, hidden, other):
        """What somebody might try, to hear from a refusal how the hidden application stands."""
        application, reference = f"/applications/application/{other}", "NS24-0002"
        items = [f"{hidden}:1", f"{other}:1"]
        return [
            Post(f"/applications/application/{hidden}/decide",
                 {"action": "offer", "reason": "To hear who has it."}),
            Post(f"{application}/decide", {"action": "offer", "reason": "To hear who has it."}),
            Post(f"{application}/decide", {"action": "reject", "reason": "One fewer."}),
            Post(f"{application}/decide", {"action": "nothing", "reason": "Asked anew."}),
            Post(f"{application}/duplicate", {"reference": reference, "reason": "The same."}),
            Post(f"{REVIEWS}/{hidden}", {"points-motivation": "1", "do": "lock"}),
            Post(f"{REVIEWS}/{hidden}/conflict", {"kind": "other", "reason": "Again."}),
            Post(f"{SELECTION}/application/{hidden}/assign", {"reviewer": ADA}),
            Post(f"{SELECTION}/application/{hidden}/unlock", {"reviewer": ADA, "reason": "Why"}),
            Post(f"{SELECTION}/application/{hidden}/conflict",
                 {"reviewer": BEN, "kind": "other", "reason": "None.", "decision": "clear"}),
            Post(f"{SELECTION}/application/{other}/stage", {"choice": "offer"}),
            Post(f"{SELECTION}/by-rank", {"offers": "1", "waiting": "1"}),
            Post(f"{SELECTION}/apply", {"digest": "0"}),
            Post(f"{SELECTION}/drop"),
            Post(f"{SELECTION}/deal", {"seed": "x"}),
            Post(f"{SELECTION}/reviewers", {"email": BEN, "name": "Ben", "trust": ""}),
            Post(f"{SELECTION}/reviewers/stand-down", {"reviewer": ADA, "reason": "Why"}),
            Post("/applications/ledger/change/places", {"places": "1", "reason": "Why"}),
            Post("/applications/bulk", {"action": "seen", "which": "all"}),
            Post("/applications/bulk", {"action": "reject", "which": "all"}),
            Post("/applications/bulk/confirm",
                 {"action": "seen", "key": "c" * 32, "reason": "Why", "items": items[0]}),
            *(Post(f"/applications/receipts/{receipt}/{deed}", {"reason": "Why not"})
              for receipt in self.receipts for deed in ("replay", "dismiss", "restore", "correct")),
            Post(f"/applications/quarantine/erase/{self.receipts[1]}", {"reason": "Why not"}),
            Post("/applications/dead-letters/replay", {"key": "none"}),
        ]  # fmt: skip


def roles_of(here, email):
    """The same person with each mixture of roles; the address is what counts."""
    name = email.split(".")[0].title()
    return [
        here.one.viewer("office", "panel", name=name, subject=email.title()),
        here.one.viewer("panel", name=name, subject=email),
    ]


def with_a_link_opened_since(here, email, *roles):
    """Staff who opened an emailed link later, in the same browser."""
    settings, staff = here.one.settings, here.one.session(*roles, subject=email)
    before = replace(staff.principal, began=staff.principal.began - 60)
    cookies = {name: sessions.issue(settings, before) for name in staff.cookies}
    person = here.one.session("applicant", person_id="somebody")
    return Viewer(f"{roles} with a link", cookies | person.cookies, staff.headers)


async def test_who_has_a_conflict_learns_nothing_of_the_application(here):
    await here.begin()
    hidden, other = here.ids[1], here.ids[2]
    fields = {"kind": "personal", "reason": "My brother."}
    await here.one.post(here.reviewer(BEN, "panel"), f"{REVIEWS}/{hidden}/conflict", **fields)
    for number, best in ((1, 5), (3, 3), (4, 1)):
        for email in (ADA, BEN):
            await here.score(here.one, email, number, best, best)
    worlds = here.split()
    await _praised(here, here.one)
    await _turned_away(here, here.other)
    unreadable = await here.one.arrive(person(2, email="", specialty="Cardiology"))
    assert unreadable["status"] == "quarantined"
    here.receipts.append(unreadable["_id"])
    await here.bulk(here.one, "a" * 32, 1, 2)
    await here.bulk(here.one, "b" * 32, 2)
    await here.bulk(here.other, "a" * 32, 1)
    asked = here.asked(*here.posts_about(hidden, other))
    for viewer in (*roles_of(here, BEN), with_a_link_opened_since(here, BEN, "read_only")):
        found = await assert_alike(worlds, viewer, asked)
        listed = 403 if viewer.name == "panel" else 200
        assert found.statuses["/applications/list"] == listed
    # who may know it sees it on each of these
    pages = [
        "/applications/",
        "/applications/list",
        f"/applications/application/{other}",
        f"/applications/application/{hidden}",
        "/applications/receipts?status=quarantined",
        "/applications/quarantine",
        f"/applications/receipts/{unreadable['_id']}",
        f"{SELECTION}/reviewers",
        f"{SELECTION}/ranking",
        f"{SELECTION}/ranking?format=csv",
        "/applications/ledger?format=json",
        "/applications/audit?format=csv",
        f"/applications/bulk/{'a' * 32}",
    ]
    assert await told_apart(worlds, here.one.viewer("office"), asked, only=pages) == pages


async def _praised(here, world):
    """The hidden application is scored high, changed, waited for, and comes before another."""
    await here.score(world, ADA, 2, 5, 5, comment="A born leader.")
    await here.score(world, CYD, 2, 5, 4)
    hidden = here.ids[1]
    await world.post(
        here.office, f"/applications/application/{hidden}/notes", text="The best of all."
    )
    reason = {"reviewer": ADA, "reason": "A slip."}
    await here.office_does(world, 2, "unlock", **reason)
    await here.score(world, ADA, 2, 4, 5)
    for number, choice, more in (
        (1, "offer", {}),
        (2, "waitlist", {"position": "1"}),
        (3, "waitlist", {"position": "2"}),
        (4, "reject", {"reason": "Too early."}),
    ):
        await here.stage(world, number, choice, **more)
    await here.apply(world)
    about = await world.read("applications").get(hidden)
    bounce = EmailBounced(
        email_id="one", revision=1, bounced_at=world.clock.now(), permanent=True,
        diagnostic="550 no such user", cause_id=uuid4(), cause_type="applications.PlaceOffered.v1",
        cause_subject=hidden, person_id=about["person_id"], template="place_offered",
    )  # fmt: skip
    await world.hear(bounce)
    await world.take(person(2, specialty="Surgery", name="Person Number2-Changed"))


async def _turned_away(here, world):
    """The hidden application is amended, hardly looked at and rejected."""
    await world.take(person(2, trust="Papworth", specialty="Paediatrics"))
    await here.office_does(
        world, 2, "conflict", reviewer=CYD, kind="supervises", reason="Trains them.",
        decision="recuse",
    )  # fmt: skip
    await here.score(world, ADA, 2, 1, 1, comment="Nothing to say.")
    for number, choice, more in (
        (1, "offer", {}),
        (2, "reject", {"reason": "Nothing to say."}),
        (3, "waitlist", {"position": "1"}),
        (4, "reject", {"reason": "Too early."}),
    ):
        await here.stage(world, number, choice, **more)
    await here.apply(world)
    await world.post(
        here.office, f"/applications/application/{here.ids[1]}/notes", text="Do not ask again."
    )


async def test_who_has_still_to_score_learns_nothing_of_what_others_gave(here):
    await here.begin()
    for number in (1, 2, 3):
        await here.score(here.one, BEN, number, 3, 3)
    worlds = here.split()
    for world, points in ((here.one, (5, 4, 2, 1)), (here.other, (1, 2, 4, 5))):
        for number, given in enumerate(points, start=1):
            await here.score(world, ADA, number, given, given, comment=f"Worth {given}.")
        reason = {"reviewer": ADA, "reason": f"Meant {points[3]}."}
        await here.office_does(world, 4, "unlock", **reason)
        await here.stage(world, 1, "offer")
        await here.stage(world, 2, "reject", reason="Too early.")
        await here.apply(world)
        # decided from what the others gave, and not yet applied
        first, second = (3, 4) if points[2] > points[3] else (4, 3)
        await here.stage(world, first, "waitlist", position="1")
        await here.stage(world, second, "reject", reason="Too early.")
        await here.bulk(world, "a" * 32, 1, 2)
        await here.bulk(world, "b" * 32, 2)
    open_one = here.ids[3]
    posts = [
        Post(f"{SELECTION}/application/{open_one}/stage", {"choice": "offer"}),
        Post(f"{SELECTION}/application/{here.ids[2]}/stage", {"choice": "offer"}),
        Post(f"{SELECTION}/by-rank", {"offers": "1", "waiting": "1"}),
        Post(f"{SELECTION}/apply", {"digest": "0"}),
        Post(f"{SELECTION}/drop"),
        Post(f"{REVIEWS}/{open_one}", {"points-motivation": "9", "do": "lock"}),
    ]
    for viewer in roles_of(here, BEN):
        # of those that are locked a reviewer sees the others' sheets: the rule, and no leak
        asked = here.asked(*posts)
        assert await what_tells(here, worlds, viewer, asked) == []
    pages = [f"{SELECTION}/decisions", f"{SELECTION}/application/{open_one}"]
    assert await told_apart(worlds, here.one.viewer("office"), asked, only=pages) == pages


async def what_tells(here, worlds, viewer, asked):
    """What tells the worlds apart, but for the sheets of applications whose own one is locked."""
    bases = REVIEWS, f"{SELECTION}/application"
    locked = {f"GET {base}/{one}" for base in bases for one in here.ids[:3]}
    found = (await tour(worlds, viewer, asked)).differences
    return [str(one) for one in found if one.request not in locked]
