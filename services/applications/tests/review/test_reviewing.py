"""The reviewed selection on the real database: roles, blindness, races, all or nothing."""

import asyncio
import json
import random
from datetime import time, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from applications.admissions import deciding, replying
from applications.admissions.choosing_a_version import apply_version
from applications.data_protection import erase, erase_known, erase_restored
from applications.employers.employer_list import EmployerDetails
from applications.employers.keeping import add_employer
from applications.holdings import HOLDINGS
from applications.office.duplicates import merge
from applications.person_export import export, told_of_person
from applications.review import deciding_conflicts, reviewing, staging
from applications.review.blindness import sight
from applications.review.deciding_conflicts import decide_conflict
from applications.review.forgetting_reviewers import keep_likely_conflicts, likely_conflicts
from applications.review.ranking import ranked
from applications.review.staged_decisions import ToStage
from applications.review.store import hidden_from, load_selection
from nextstep_contracts import AlreadySo, NoSuch, PersonErased, Refused
from nextstep_messaging.operating.audit import Actor
from nextstep_messaging.testing import audit_trail
from nextstep_programme import Criterion

from ..admitting import APPLICANT, OFFICE, admitting, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack

ENDS = {1: "Nothing.", 5: "Everything."}
CRITERIA = (
    Criterion(key="motivation", title="Motivation", weight=2, anchors=ENDS),
    Criterion(key="potential", title="Potential", anchors=ENDS),
)
ADA, BEN, CYD = "ada@x.org", "ben@x.org", "cyd@x.org"


def reviewed(**changes):
    rules = {"mode": "reviewed", "criteria": CRITERIA, "tie_breaks": ("potential", "submitted")}
    return cohort(**(rules | changes))


def staff(email):
    return Actor("staff", email, email.split("@")[0].title(), "127.0.0.1")


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, reviewed(places=2)) as here:
        for email in (ADA, BEN):
            await do(here, reviewing.add_reviewer, OFFICE, email.upper(), email, None)
        yield here


async def do(here, use_case, who, *args, **named):
    return await here.act(who, lambda act: use_case(act, *args, **named))


async def selection(here):
    return await load_selection(here.messaging.db.read, here.cohort)


async def take(here, count, **changes):
    for number in range(1, count + 1):
        await here.take(submitted(number, number, **changes))
    return [a.id for a in await here.applications()]


async def give(here, who, application_id, *points, lock=True, comment=""):
    scores = dict(zip(("motivation", "potential"), points, strict=False))
    await do(here, reviewing.score, staff(who), application_id, scores, comment, lock=lock)


async def score_all(here, *points):
    """Everybody asked, and each application given these points by both reviewers."""
    ids = await take(here, len(points))
    await do(here, reviewing.deal, OFFICE, "seed")
    for application_id, given in zip(ids, points, strict=True):
        for who in (ADA, BEN):
            await give(here, who, application_id, given, given)
    return ids


async def digest(here):
    ledger = await here.ledger()
    return staging.plan_of(await selection(here), ledger.free).digest


async def states(here):
    return [a.state for a in await here.applications()]


async def published(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [row["type"].split(".")[1] for row in rows]


async def test_the_whole_path_from_dealing_to_places_and_a_waiting_list_that_moves_by_itself(here):
    ids = await score_all(here, 5, 2, 4, 3, 1)
    assert await states(here) == ["eligible"] * 5
    before = len(await published(here))
    bulk = await do(here, staging.stage_by_rank, OFFICE, 2, 2)
    assert [c.id for c, _ in bulk.wanted] == [ids[0], ids[2], ids[3], ids[1]]
    await do(here, staging.stage, OFFICE, ids[4], ToStage("reject", reason="Apply next year."))
    assert await states(here) == ["eligible"] * 5
    round_id = await do(here, staging.apply, OFFICE, await digest(here))
    assert await states(here) == ["offered", "waitlisted", "offered", "waitlisted", "rejected"]
    assert (await here.ledger()).waiting == (ids[3], ids[1])
    assert sorted((await published(here))[before:]) == sorted(
        ["PlaceOffered"] * 2 + ["ApplicationWaitlisted"] * 2 + ["ApplicationRejected"]
    )
    written = await here.messaging.db.read("selection_rounds").get(round_id)
    assert [(x["application_id"], x["choice"], x["outcome"]) for x in written["lines"]] == [
        (ids[0], "offer", "applied"),
        (ids[2], "offer", "applied"),
        (ids[3], "waitlist", "applied"),
        (ids[1], "waitlist", "applied"),
        (ids[4], "reject", "applied"),
    ]
    history = await here.messaging.db.read("history").find({"application_id": ids[4]})
    (rejection,) = [row for row in history if row["what"] == "Rejected"]
    assert (rejection["who"], rejection["why"]) == ("Ola Office", "Apply next year.")
    await here.do(APPLICANT, ids[0], replying.decline, "No.")
    assert (await here.ledger()).offer_to(ids[3]).from_waiting_list
    here.clock.advance(timedelta(days=9))
    await here.fire_due()
    assert await states(here) == ["declined", "offered", "lapsed", "lapsed", "rejected"]
    trail = await audit_trail(here.messaging)
    actions = [entry["action"] for entry in trail if entry["about"] == ids[4]]
    assert actions == ["lock-review", "lock-review", "stage", "reject"]


async def test_after_the_cut_off_a_place_given_back_waits_for_the_office(here):
    ids = await score_all(here, 5, 4, 3)
    await do(here, staging.stage_by_rank, OFFICE, 2, 1)
    await do(here, staging.apply, OFFICE, await digest(here))
    here.clock.set(here.cohort.moment(here.cohort.selection.promote_until, time(9)))
    here.clock.advance(timedelta(days=1))
    await here.do(OFFICE, ids[0], replying.withdraw, "Moved.")
    assert (await states(here))[2] == "waitlisted"
    await do(here, staging.stage, OFFICE, ids[2], ToStage("offer"))
    await do(here, staging.apply, OFFICE, await digest(here))
    assert (await here.ledger()).offer_to(ids[2]).from_waiting_list


async def test_places_that_stay_free_go_to_the_waiting_list_at_once_and_that_is_said(here):
    ids = await score_all(here, 5, 4)
    await do(here, staging.stage, OFFICE, ids[0], ToStage("waitlist", position=1))
    round_id = await do(here, staging.apply, OFFICE, await digest(here))
    assert await states(here) == ["offered", "eligible"]
    written = await here.messaging.db.read("selection_rounds").get(round_id)
    assert written["promoted"] == [ids[0]]


async def test_a_reviewer_reaches_only_what_was_asked_and_only_until_it_is_locked(here):
    first, _ = await take(here, 2)
    await do(here, reviewing.assign, OFFICE, first, ADA)
    with pytest.raises(Refused, match="already"):
        await do(here, reviewing.assign, OFFICE, first, ADA)
    with pytest.raises(NoSuch):
        await give(here, BEN, first, 3, 3)
    with pytest.raises(Refused, match="not complete"):
        await give(here, ADA, first, 3)
    await give(here, ADA, first, 3, lock=False)
    await give(here, ADA, first, 3, 4, comment="Sound.")
    with pytest.raises(Refused, match="locked"):
        await give(here, ADA, first, 5, 5)
    with pytest.raises(Refused, match="stays"):
        await do(here, reviewing.unassign, OFFICE, first, ADA, "Too busy.")
    with pytest.raises(Refused, match="why"):
        await do(here, reviewing.unlock, OFFICE, first, ADA, "")
    with pytest.raises(Refused, match="colleague"):
        await do(here, reviewing.unlock, staff(ADA), first, ADA, "I saw what the others gave.")
    await do(here, reviewing.unlock, OFFICE, first, ADA, "Mixed two people up.")
    await give(here, ADA, first, 5, 5)
    sheet = (await selection(here)).case(first).review.sheet_of(ADA)
    assert (sheet.revision, sheet.unlocks[0].scores) == (2, {"motivation": 3, "potential": 4})


async def test_a_declared_conflict_hides_the_application_and_frees_the_turn(here):
    (only,) = await take(here, 1)
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Cyd", None)
    await do(here, reviewing.assign, OFFICE, only, ADA)
    with pytest.raises(Refused, match="why"):
        await do(here, deciding_conflicts.declare, staff(ADA), only, "personal", "")
    await do(here, deciding_conflicts.declare, staff(ADA), only, "personal", "My cousin.")
    with pytest.raises(NoSuch):
        await give(here, ADA, only, 3, 3)
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA.upper()) == {only}
    deal = await do(here, reviewing.deal, OFFICE, "seed")
    assert sorted(who for _, who in deal.assignments) == [BEN, CYD]
    own = staff(ADA)
    with pytest.raises(NoSuch):
        await do(
            here, decide_conflict, own, only, ADA, kind="other", reason="No.",
            effective=False,
        )  # fmt: skip
    await do(
        here, decide_conflict, OFFICE, only, ADA, kind="other", reason="A namesake.",
        effective=False,
    )  # fmt: skip
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == frozenset()


async def test_a_conflict_with_a_duplicate_holds_on_the_application_that_counts(here):
    duplicate, counts = await take(here, 2)
    await do(here, reviewing.deal, OFFICE, "seed")
    for who in (ADA, BEN):
        await give(here, who, counts, 3, 4)
    await do(here, deciding_conflicts.declare, staff(ADA), duplicate, "personal", "My cousin.")
    declared = here.clock.now()
    here.clock.advance(timedelta(days=1))
    await here.do(OFFICE, duplicate, merge, counts, "She rang.")
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == {duplicate, counts}
    now = await selection(here)
    case = now.case(counts)
    assert (sight(case, ADA, now.method), sight(case, BEN, now.method).mine.reviewer) == (None, BEN)
    assert [sheet.reviewer for sheet in case.counting(now.method)] == [BEN]
    (carried,) = case.review.conflicts
    assert (carried.by, carried.at, carried.reason) == ("Ada", declared, "My cousin.")
    assert (carried.kind, carried.carried_from) == ("personal", "NS24-0001")
    with pytest.raises(NoSuch):
        await do(here, deciding_conflicts.declare, staff(ADA), counts, "personal", "Again.")


async def test_a_conflict_recorded_on_a_duplicate_after_the_merge_holds_there_as_well(here):
    duplicate, counts = await take(here, 2)
    await here.do(OFFICE, duplicate, merge, counts, "She rang.")
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == frozenset()
    await do(
        here, decide_conflict, OFFICE, duplicate, ADA, kind="other", reason="Friends.",
        effective=True,
    )  # fmt: skip
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == {duplicate, counts}
    await do(
        here, decide_conflict, OFFICE, counts, ADA, kind="other", reason="A namesake.",
        effective=False,
    )  # fmt: skip
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == {duplicate}


async def test_a_reviewer_who_applied_or_works_at_the_same_trust_is_not_asked(here):
    (only,) = await take(here, 1, trust="Addenbrooke's Hospital")
    await do(here, reviewing.add_reviewer, OFFICE, ADA, "Ada", "addenbrooke's  hospital")
    await do(here, reviewing.add_reviewer, OFFICE, "PERSON1@example.org", "Self", None)
    for email in (ADA, "person1@example.org"):
        with pytest.raises(Refused, match="conflict"):
            await do(here, reviewing.assign, OFFICE, only, email)
    deal = await do(here, reviewing.deal, OFFICE, "seed")
    assert (deal.assignments, deal.short) == (((only, BEN),), {only: 1})


@pytest.mark.parametrize("trust", ["Norfolk and Norwich", "(QE) Trust", "O'Neill's-Surgery", "()"])
async def test_equal_trusts_hide_however_they_are_written(here, trust):
    (only,) = await take(here, 1, trust=trust)
    written_otherwise = trust.upper().replace("-", "  ").replace(" ", "_")
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Cyd", written_otherwise)
    hidden = await hidden_from(here.messaging.db.read, here.cohort, CYD)
    assert hidden == {only}
    assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == frozenset()


async def test_the_own_application_is_hidden_also_under_an_earlier_address(here):
    await here.take(submitted(1, 0, email="o'neill.old@example.org"))
    moved = submitted(1, 5, email="new@example.org")
    await here.take(moved)
    await do(here, apply_version, OFFICE, moved.receipt_id, "They have moved.")
    await take(here, 2)
    own, _ = [a.id for a in await here.applications()]
    for email in ("O'Neill.Old@example.org", "new@example.org"):
        await do(here, reviewing.add_reviewer, OFFICE, email, "Self", None)
        assert await hidden_from(here.messaging.db.read, here.cohort, email) == {own}


async def test_who_has_a_conflict_takes_no_part_in_what_is_about_all(here):
    ids = await score_all(here, 5, 4)
    await do(here, staging.stage_by_rank, OFFICE, 2, 0)
    await do(
        here, decide_conflict, OFFICE, ids[0], ADA, kind="other", reason="Relatives.",
        effective=True,
    )  # fmt: skip
    await do(here, staging.stage, OFFICE, ids[0], ToStage("offer", exception="Ada has left."))
    for apart in (
        do(here, staging.stage, staff(ADA), ids[1], ToStage("offer")),
        do(here, staging.drop, staff(ADA), ids[1]),
        do(here, staging.stage_by_rank, staff(ADA), 1, 0),
        do(here, staging.drop_all, staff(ADA)),
        do(here, staging.apply, staff(ADA), await digest(here)),
        do(here, reviewing.deal, staff(ADA), "seed"),
        do(here, reviewing.add_reviewer, staff(ADA), CYD, "Cyd", None),
        do(here, reviewing.stand_down, staff(ADA), BEN, "On leave."),
    ):
        with pytest.raises(Refused, match="ask a colleague without one"):
            await apart
    assert await states(here) == ["eligible", "eligible"]
    await do(here, staging.apply, OFFICE, await digest(here))
    assert await states(here) == ["offered", "offered"]


async def test_an_office_member_who_reviews_compares_nothing_before_locking(here):
    ids = await take(here, 2)
    await do(here, reviewing.deal, OFFICE, "seed")
    for who in (ADA, BEN):
        await give(here, who, ids[0], 4, 4)
    await give(here, BEN, ids[1], 2, 2)
    for blind in (
        do(here, staging.stage, staff(ADA), ids[0], ToStage("offer")),
        do(here, staging.stage_by_rank, staff(ADA), 2, 0),
        do(here, staging.apply, staff(ADA), await digest(here)),
        do(here, staging.drop_all, staff(ADA)),
    ):
        with pytest.raises(Refused, match="locked all your sheets"):
            await blind
    await give(here, ADA, ids[1], 1, 1)
    await do(here, staging.stage, staff(ADA), ids[0], ToStage("offer"))


async def test_no_reviewer_of_the_office_takes_their_own_open_sheet_away_to_compare(here):
    (one,) = await take(here, 1)
    for who in (ADA, BEN):
        await do(here, reviewing.assign, OFFICE, one, who)
    await give(here, BEN, one, 4, 4)
    for deed in (
        do(here, reviewing.unassign, staff(ADA), one, ADA, "No time."),
        do(here, reviewing.stand_down, staff(ADA), ADA, "No time."),
        do(here, reviewing.assign, staff(ADA), one, ADA),
    ):
        with pytest.raises(Refused, match="Ask a colleague: nobody"):
            await deed
    (case,) = (await selection(here)).cases
    assert case.review.sheet_of(ADA) is not None
    await do(here, reviewing.unassign, OFFICE, one, ADA, "No time.")


async def test_a_stale_draft_is_refused_with_the_reason_and_the_others_are_applied(here):
    ids = await score_all(here, 5, 4, 3)
    await do(here, staging.stage_by_rank, OFFICE, 2, 1)
    await here.do(APPLICANT, ids[0], replying.withdraw, "Moving.")
    await here.take(submitted(2, 100, specialty="Surgery"))
    round_id = await do(here, staging.apply, OFFICE, await digest(here))
    written = await here.messaging.db.read("selection_rounds").get(round_id)
    refused = {x["application_id"]: x["why"] for x in written["lines"] if x["outcome"] == "refused"}
    assert refused == {
        ids[0]: "The application is now “Withdrawn”.",
        ids[1]: "The applicant changed answers or documents after this was staged.",
    }
    # the place that nobody was offered goes to the waiting list in its order
    assert await states(here) == ["withdrawn", "eligible", "offered"]
    assert {c.id for c in (await selection(here)).cases if c.review.draft} == {ids[0], ids[1]}
    assert await do(here, staging.drop_all, OFFICE) == 2
    with pytest.raises(Refused, match="No draft is left"):
        await do(here, staging.apply, OFFICE, await digest(here))


async def test_only_what_was_looked_at_is_applied_and_only_once(here):
    ids = await score_all(here, 5, 4)
    await do(here, staging.stage, OFFICE, ids[0], ToStage("offer"))
    looked_at = await digest(here)
    await do(here, staging.stage, OFFICE, ids[1], ToStage("reject", reason="Too early."))
    with pytest.raises(Refused, match="changed since"):
        await do(here, staging.apply, OFFICE, looked_at)
    assert await states(here) == ["eligible", "eligible"]
    looked_at = await digest(here)
    await do(here, staging.apply, OFFICE, looked_at)
    with pytest.raises(AlreadySo, match="No draft is left"):
        await do(here, staging.apply, OFFICE, looked_at)
    assert await here.messaging.db.read("selection_rounds").count({}) == 1


async def test_more_offers_than_places_are_not_applied_at_all(here):
    await score_all(here, 5, 4, 3)
    await do(here, staging.stage_by_rank, OFFICE, 3, 0)
    with pytest.raises(Refused, match="take 1 back"):
        await do(here, staging.apply, OFFICE, await digest(here))
    assert await states(here) == ["eligible"] * 3
    assert (await here.ledger()).sequence == 0


async def test_what_fails_half_way_leaves_nothing_behind(here, monkeypatch):
    ids = await score_all(here, 5, 4)
    await do(here, staging.stage_by_rank, OFFICE, 2, 0)
    before = await published(here)

    async def breaks(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(staging, "_record", breaks)
    with pytest.raises(OSError, match="full"):
        await do(here, staging.apply, OFFICE, await digest(here))
    assert await states(here) == ["eligible", "eligible"]
    assert (await here.ledger()).sequence == 0
    assert await published(here) == before
    assert [c.id for c in (await selection(here)).cases if c.review.draft] == ids


async def test_applying_twice_at_once_and_against_other_offers_never_exceeds_the_places(
    mongo_url, mongo_database
):
    year = reviewed(places=3)
    async with (
        admitting(mongo_url, mongo_database, year) as one,
        admitting(mongo_url, mongo_database, year) as other,
    ):
        for email in (ADA, BEN):
            await do(one, reviewing.add_reviewer, OFFICE, email, email, None)
        ids = await score_all(one, 5, 5, 4, 4, 3, 3)
        await do(one, staging.stage_by_rank, OFFICE, 3, 2)
        looked_at = await digest(one)
        refused = []

        async def attempt(attempted):
            try:
                await attempted
            except Refused as no:
                refused.append(str(no))

        rush = [
            attempt(do(one, staging.apply, OFFICE, looked_at)),
            attempt(do(other, staging.apply, OFFICE, looked_at)),
            attempt(other.do(OFFICE, ids[5], deciding.offer_place, "Out of order.")),
            attempt(one.do(APPLICANT, ids[1], replying.withdraw, "Moving.")),
            attempt(do(other, reviewing.unlock, OFFICE, ids[2], ADA, "A slip.")),
        ]
        random.Random(3).shuffle(rush)
        await asyncio.gather(*rush)
        ledger = await one.ledger()  # recounted: every committed state kept to the places
        assert len(ledger.offers) <= 3
        applied = await one.messaging.db.read("selection_rounds").find({})
        assert len(applied) <= 1
        assert refused
        for application in await one.applications():
            held = ledger.offer_to(application.id) is not None
            assert (application.state == "offered") == held


async def test_of_two_who_lock_the_same_sheet_at_once_one_is_refused(mongo_url, mongo_database):
    async with (
        admitting(mongo_url, mongo_database, reviewed()) as one,
        admitting(mongo_url, mongo_database, reviewed()) as other,
    ):
        for email in (ADA, BEN):
            await do(one, reviewing.add_reviewer, OFFICE, email, email, None)
        (only,) = await take(one, 1)
        await do(one, reviewing.deal, OFFICE, "seed")
        results = await asyncio.gather(
            give(one, ADA, only, 1, 1),
            give(other, ADA, only, 5, 5),
            give(one, BEN, only, 2, 2),
            give(other, BEN, only, 4, 4),
            return_exceptions=True,
        )
        refused = [r for r in results if isinstance(r, Refused)]
        assert [type(r) for r in results if r is not None] == [Refused] * 2
        assert all("locked" in str(r) for r in refused)
        sheets = (await selection(one)).case(only).review.sheets
        assert [(s.reviewer, s.revision) for s in sheets] == [(ADA, 1), (BEN, 1)]
        (row,) = ranked((await selection(one)).method, (await selection(one)).cases)
        assert len(row.result.averages) == 2


async def test_nobody_changes_the_entry_by_which_their_own_conflicts_are_suggested(here):
    await do(here, reviewing.add_reviewer, OFFICE, ADA, "Ada", "Norwich")
    with pytest.raises(Refused, match="nobody changes their own entry"):
        await do(here, reviewing.add_reviewer, staff(ADA), ADA.upper(), "Ada", None)
    await do(here, reviewing.add_reviewer, staff(ADA), BEN, "Ben", "Papworth")
    trusts = {one.email: one.trust for one in (await selection(here)).reviewers.values()}
    assert trusts == {ADA: "Norwich", BEN: "Papworth"}


async def test_who_stands_down_leaves_locked_sheets_and_open_ones_are_dealt_again(here):
    first, second = await take(here, 2)
    await do(here, reviewing.deal, OFFICE, "seed")
    await give(here, ADA, first, 4, 4)
    assert await do(here, reviewing.stand_down, OFFICE, ADA, "On leave.") == 1
    with pytest.raises(NoSuch):
        await give(here, ADA, second, 4, 4)
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Cyd", None)
    deal = await do(here, reviewing.deal, OFFICE, "seed")
    assert deal.assignments == ((second, CYD),)


async def test_comments_are_given_to_the_applicant_on_request_and_erased_with_the_rest(here):
    ids = await score_all(here, 5, 4)
    await do(here, reviewing.unlock, OFFICE, ids[0], ADA, "Wrong person.")
    await give(here, ADA, ids[0], 4, 4, comment="Knows Person1 well.")
    await do(here, staging.stage_by_rank, OFFICE, 1, 1)
    await do(here, staging.apply, OFFICE, await digest(here))
    person = (await here.applications())[0].person_id
    held = await export(here.messaging, person)
    (review,) = held["reviews"]
    assert {s["comment"] for s in review["sheets"]} == {"Knows Person1 well.", ""}
    assert [line["choice"] for line in held["selection_rounds"]] == ["offer"]
    await here.messaging.transact(lambda uow: erase(uow, person))
    await here.hear(PersonErased(person_id=person, erased_at=here.clock.now()))
    (left,) = (await export(here.messaging, person))["reviews"]
    assert (left["sheets"], left["conflicts"], left["draft"]) == ([], [], None)
    everything = str(await here.messaging.db.read("reviews").find({}))
    assert "Knows Person1" not in everything
    assert (await states(here))[0] == "withdrawn"
    with pytest.raises(NoSuch):
        await do(here, reviewing.assign, OFFICE, ids[0], ADA)
    assert ids[0] not in [
        r.case.id for r in ranked((await selection(here)).method, (await selection(here)).cases)
    ]


async def test_what_is_said_of_somebody_in_the_reviews_of_others_goes_with_them(here):
    first, second = await score_all(here, 5, 4)
    gone = next(one for one in await here.applications() if one.id == first)
    name, address = gone.answers.name, gone.answers.email
    await do(here, reviewing.unlock, OFFICE, second, BEN, f"Mixed up with {name.upper()}.")
    await give(here, BEN, second, 4, 4, comment=f"Weaker than {name}, see {address}.")
    await do(here, reviewing.unlock, OFFICE, second, BEN, "Once more.")
    await give(here, BEN, second, 3, 3)
    why = {"kind": "personal", "reason": f"Lives with {name}.", "effective": True}
    await do(here, decide_conflict, OFFICE, second, ADA, **why)
    await here.messaging.transact(lambda uow: erase(uow, gone.person_id))
    (left,) = await here.messaging.db.read("reviews").find({"_id": second})
    assert not [word for word in (name, name.upper(), address) if word in str(left)]
    (sheet,) = [one for one in left["sheets"] if one["reviewer"] == BEN]
    assert [(one["comment"], one["reason"]) for one in sheet["unlocks"]] == [
        ("", "Mixed up with (erased)."),
        ("Weaker than (erased), see (erased).", "Once more."),
    ]
    assert [one["reason"] for one in left["conflicts"]] == ["Lives with (erased)."]


async def test_an_applicant_who_reviews_as_well_keeps_their_sheets_of_others(here):
    await here.take(submitted(1, 1, email=ADA))
    await here.take(submitted(2, 2))
    first, second = [one.id for one in await here.applications()]
    await do(here, reviewing.deal, OFFICE, "seed")
    await give(here, BEN, second, 4, 4, comment=f"As {ADA} says.")
    before = await here.messaging.db.read("reviews").get(second)
    gone = next(one for one in await here.applications() if one.id == first)
    await here.messaging.transact(lambda uow: erase(uow, gone.person_id))
    after = await here.messaging.db.read("reviews").get(second)
    assert [one["reviewer"] for one in after["sheets"]] == [
        one["reviewer"] for one in before["sheets"]
    ]
    assert "As (erased) says." in [one["comment"] for one in after["sheets"]]


async def test_of_an_erased_applicant_nothing_that_was_written_in_the_review_is_left(here):
    one, other = await take(here, 2)
    words = {}

    def canary(into):
        words[into] = f"kanarie{len(words)}x{uuid4().hex}"
        return f"Says {words[into]}."

    for who in (CYD, "dee@x.org"):
        await do(here, reviewing.add_reviewer, OFFICE, who, who[:3].title(), None)
    for who in (ADA, BEN, CYD, "dee@x.org"):
        await do(here, reviewing.assign, OFFICE, one, who)
    await give(here, ADA, one, 5, 5, comment=canary("comment that was unlocked"))
    await do(here, reviewing.unlock, OFFICE, one, ADA, canary("reason to unlock"))
    await give(here, ADA, one, 4, 4, comment=canary("comment"))
    await give(here, BEN, one, 3, lock=False, comment=canary("comment that was not locked"))
    back = canary("reason to take it back")
    await do(here, reviewing.unassign, OFFICE, one, "dee@x.org", back)
    declared = canary("declared conflict")
    await do(here, deciding_conflicts.declare, staff(CYD), one, "personal", declared)
    cleared = {"kind": "personal", "reason": canary("cleared conflict"), "effective": False}
    await do(here, decide_conflict, OFFICE, one, CYD, **cleared)
    staged = ToStage("reject", reason=canary("reason to reject"), exception=canary("exception"))
    await do(here, staging.stage, OFFICE, one, staged)
    await do(here, reviewing.assign, OFFICE, other, BEN)
    await give(here, BEN, other, 3, 3, comment="As Person1 said.", lock=False)
    person = (await here.applications())[0].person_id
    seen = await everywhere(here)
    assert [into for into, word in words.items() if word not in seen] == []
    await here.messaging.transact(lambda uow: erase(uow, person))
    await here.fire_due()
    left = await everywhere(here)
    assert [into for into, word in words.items() if word in left] == []


async def everywhere(here):
    """All that the database holds."""
    read = here.messaging.db.read
    return str([await read(name).find({}) for name in await here.messaging.db.collections()])


async def test_an_archive_tells_nothing_of_a_review_before_the_decision(here):
    (one,) = await score_all(here, 5)
    await do(here, staging.stage, OFFICE, one, ToStage("offer"))
    person = (await here.applications())[0].person_id
    (review,) = (await told_of_person(here.messaging, person))["reviews"]
    assert {*review} == {"_id", "told"}
    await do(here, staging.apply, OFFICE, await digest(here))
    (review,) = (await told_of_person(here.messaging, person))["reviews"]
    assert (len(review["sheets"]), review["draft"]) == (2, None)


async def test_a_reviewer_is_found_and_erased_by_their_address_and_the_ranking_stays(here):
    ids = await score_all(here, 5, 3, 4)
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Cyd Sefton", "Papworth", "7654321")
    why = {"kind": "personal", "reason": "Cyd Sefton is a cousin.", "effective": True}
    await do(here, decide_conflict, OFFICE, ids[2], ADA, **why | {"reason": "They are cousins."})
    await do(here, decide_conflict, OFFICE, ids[0], CYD, **why)
    before = [(one.case.id, one.result.average) for one in await ranks(here)]
    held = await export(here.messaging, ADA.upper())
    assert [one["email"] for one in held["reviewer"]] == [ADA]
    assert sorted(one["scores"]["motivation"] for one in held["scores_given"]) == [3, 4, 5]
    assert [one["reason"] for one in held["conflicts_of_interest"]] == ["They are cousins."]
    known = []
    for address in (ADA, CYD):
        known += await here.messaging.transact(lambda uow, who=address: erase_known(uow, who))
        assert (await export(here.messaging, address))["reviewer"] == []
    await here.fire_due()
    kept = {name: await _texts_of(here, name) for name in ("reviewers", "reviews", "history")}
    for word in (ADA, CYD, "sefton", "cousin", "papworth", "7654321"):
        assert [name for name, text in kept.items() if word in text] == []
    details = [one["details"] for one in await audit_trail(here.messaging)]
    assert ADA not in str(details)
    assert CYD not in str(details)
    assert [(one.case.id, one.result.average) for one in await ranks(here)] == before
    told = [json.loads(row["body"]) for row in await invitations(here)]
    assert known == [
        one["reviewer"]["person_id"] for one in told if one["reviewer"]["email"] != BEN
    ]
    with pytest.raises(Refused, match="What staff did stays on record"):
        await here.messaging.transact(lambda uow: erase_known(uow, "ola@example.org"))


async def test_a_sheet_that_did_not_count_does_not_count_once_its_reviewer_is_erased(here):
    (one,) = await take(here, 1, trust="Hospital 7")
    await do(here, reviewing.assign, OFFICE, one, ADA)
    await give(here, ADA, one, 5, 5)
    # where she works is found out afterwards, and nobody has answered what it suggests
    await do(here, reviewing.add_reviewer, OFFICE, ADA, "Ada", "Hospital 7")

    async def counting():
        found = await selection(here)
        return [sheet.reviewer for sheet in found.cases[0].counting(found.method)]

    assert await counting() == []
    await here.messaging.transact(lambda uow: erase_known(uow, ADA))
    assert await counting() == []
    (kept,) = (await selection(here)).cases[0].review.conflicts
    assert (kept.kind, kept.effective, ADA in kept.reviewer) == ("same_trust", True, False)


async def test_nor_where_only_the_list_of_employers_says_that_they_are_colleagues(here):
    (one,) = await take(here, 1, trust="Addenbrooke's")
    await do(here, reviewing.assign, OFFICE, one, ADA)
    await give(here, ADA, one, 5, 5)
    cuh = EmployerDetails(name="Cambridge University", kind="trust", spellings=("Addenbrooke's",))
    await do(here, add_employer, OFFICE, cuh)
    await do(here, reviewing.add_reviewer, OFFICE, ADA, "Ada", "Cambridge University")

    async def counting():
        found = await selection(here)
        return [sheet.reviewer for sheet in found.cases[0].counting(found.method)]

    assert await counting() == []
    assert [row["kind"] for row in await likely_conflicts(here.messaging.db.read)] == ["same_trust"]
    await here.messaging.transact(lambda uow: erase_known(uow, ADA))
    assert await counting() == []


async def test_nor_does_it_count_after_a_restore_that_could_not_give_back_where_they_work(here):
    (one,) = await take(here, 1, trust="Hospital 7")
    await do(here, reviewing.assign, OFFICE, one, ADA)
    await give(here, ADA, one, 5, 5)
    await do(here, reviewing.add_reviewer, OFFICE, ADA, "Ada", "Hospital 7")
    read, held = here.messaging.db.read, HOLDINGS.of("reviewers")
    backed_up = await likely_conflicts(read)
    row = await read("reviewers").find_one({"email": ADA})
    (told,) = held.whose[0].ids(row)
    assert [found["people"] for found in backed_up] == [[told]]
    left = held.stays(row, {told})
    await here.messaging.db.write("reviewers").update({"_id": row["_id"]}, {"$set": left})
    for _ in range(2):
        await here.messaging.transact(lambda uow: keep_likely_conflicts(uow, backed_up))
    await here.messaging.transact(lambda uow: erase_restored(uow, told))
    found = await selection(here)
    assert [*found.cases[0].counting(found.method)] == []
    (kept,) = found.cases[0].review.conflicts
    assert (kept.kind, ADA in kept.reviewer) == ("same_trust", False)


async def test_a_reviewer_who_was_erased_is_again_after_a_restore(here):
    await score_all(here, 5, 3, 4)
    held = HOLDINGS.of("reviewers")
    row = await here.messaging.db.read("reviewers").find_one({"email": ADA})
    (whose,) = held.whose
    (told,) = whose.ids(row)
    left = held.stays(row, {told})
    assert (left["name"], left["email"]) == ("(erased)", ADA)
    # as a restore leaves it of whose key is gone
    await here.messaging.db.write("reviewers").update({"_id": row["_id"]}, {"$set": left})
    await here.messaging.transact(lambda uow: erase_restored(uow, told))
    for name in ("reviewers", "reviews"):
        assert ADA not in await _texts_of(here, name)
    key = await here.messaging.db.read("_person_keys").get(told)
    assert key["key"] is None
    words = await here.messaging.db.read("_erased_words").find({"_id": {"$ne": "key"}})
    assert [one["tokens"] for one in words] == [3]  # the address, and not "(erased)"


async def test_after_a_restore_no_panellists_erasure_is_said_in_the_name_of_applications(here):
    await take(here, 1)
    (application,) = await here.applications()
    for person in ("a panellist of awards", application.person_id):
        await here.messaging.transact(lambda uow, who=person: erase_restored(uow, who))
    rows = await here.messaging.db.read("_outbox").find({"type": {"$regex": "PersonErased"}})
    assert [json.loads(row["body"])["person_id"] for row in rows] == [application.person_id]


async def ranks(here):
    found = await selection(here)
    return ranked(found.method, found.cases)


async def invitations(here):
    wanted = {"type": "applications.ReviewerInvited.v1"}
    return await here.messaging.db.read("_outbox").find(wanted, sort=[("position", 1)])


async def _texts_of(here, name):
    return str(await here.messaging.db.read(name).find({})).casefold()


async def test_a_reviewer_is_told_once_by_email_and_again_only_after_standing_down(here):
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Cyd", None)
    for name in ("Cyd", "Dr Cyd"):  # a second press, then a correction
        await do(here, reviewing.add_reviewer, OFFICE, CYD, name, "Papworth")
    await do(here, reviewing.stand_down, OFFICE, CYD, "On leave.")
    await do(here, reviewing.add_reviewer, OFFICE, CYD, "Dr Cyd", "Papworth")
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    told = [json.loads(row["body"]) for row in rows if ".ReviewerInvited." in row["type"]]
    assert [(one["reviewer"]["email"], one["revision"]) for one in told] == [
        (ADA, 1),
        (BEN, 1),
        (CYD, 1),
        (CYD, 2),
    ]
    assert len({one["reviewer"]["person_id"] for one in told}) == 3
