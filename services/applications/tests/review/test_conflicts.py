"""Which conflicts of a reviewer with an applicant are suggested, and that each is found again."""

from dataclasses import replace

import pytest
from pymongo import MongoClient

from applications.admissions.store import APPLICATIONS
from applications.admissions.traits import Traits
from applications.employers.keeping import begin_list, merge_employers, say_who_is_meant
from applications.review import reviewing
from applications.review.conflicts import Suggestion, likely, same_person
from applications.review.deciding_conflicts import decide_conflict
from applications.review.store import hidden_from
from nextstep_contracts import NoSuch, Refused
from nextstep_programme import Criterion

from ..admitting import OFFICE, admitting, submitted
from ..builders import answers, cohort
from ..reviewing import reviewer

ADA = "ada@x.org"
SMITH = {
    "name": "Jane Ann Smith",
    "email": "jane.smith@nhs.example",
    "gmc_number": "7012345",
    "trust": "Guy's and St Thomas' NHS Foundation Trust",
}
ALIKE = [
    (
        {"name": "Dr J. Smith"},
        "own_application",
        "Reviewer and applicant: the same surname and initial.",
    ),
    (
        {"name": "Smith, Jane Ann, FRCP"},
        "own_application",
        "Reviewer and applicant: the same name.",
    ),
    (
        {"trust": "Guys & St Thomas NHS FT"},
        "same_trust",
        "Guy's and St Thomas' NHS Foundation Trust and Guys & St Thomas NHS FT: the same employer.",
    ),
    (
        {"trust": "guy's and st thomas' nhs foundation trust"},
        "same_trust",
        "Both are at Guy's and St Thomas' NHS Foundation Trust.",
    ),
    (
        {"registration": "GMC 701 2345"},
        "own_application",
        "Both give the same GMC or GDC number.",
    ),
    (
        {"name": "Jane Smith", "trust": "GSTT"},
        "own_application",
        (
            "Reviewer and applicant: one name is part of the other. Guy's and St Thomas' NHS "
            "Foundation Trust and GSTT: one may be short for the other."
        ),
    ),
]


@pytest.mark.parametrize(("about", "kind", "why"), ALIKE)
def test_what_is_alike_suggests_a_conflict_that_can_be_dismissed(about, kind, why):
    applicant = Traits.of_applicant(answers(**SMITH))
    found = likely(reviewer(ADA).model_validate(_entries(ADA, about)), applicant, "p1", {})
    assert found == Suggestion(kind, why, certain=False)


def test_an_address_with_a_tag_leads_to_the_same_mailbox_and_an_equal_one_is_certain():
    applicant = Traits.of_applicant(answers(**SMITH))
    tagged = likely(reviewer("jane.smith+reviews@nhs.example"), applicant, "p1", {})
    assert (tagged.kind, tagged.certain) == ("own_application", False)
    equal = likely(reviewer("jane.smith@nhs.example"), applicant, "p1", {})
    assert (equal.kind, equal.certain) == ("own_application", True)


@pytest.mark.parametrize(
    "about", [{"name": "John Smith"}, {"name": "Jane Jones", "trust": "King's College London"}, {}]
)
def test_somebody_clearly_different_suggests_nothing(about):
    applicant = Traits.of_applicant(answers(**SMITH))
    assert likely(reviewer(ADA).model_validate(_entries(ADA, about)), applicant, "p1", {}) is None


def test_a_reviewer_is_known_by_the_mailbox():
    reviewers = ["ada@x.org", "eve@gmail.com", "erased-0123"]
    assert same_person(reviewers, "Ada+Work@X.org") == ["ada@x.org"]
    assert same_person(reviewers, "eve@googlemail.com") == ["eve@gmail.com"]
    assert same_person(reviewers, "ben@x.org") == same_person(reviewers, "") == []


@pytest.mark.stack
async def test_who_spells_their_address_otherwise_is_kept_from_the_same(mongo_url, mongo_database):
    ends = {1: "Nothing.", 5: "Everything."}
    criteria = (Criterion(key="motivation", title="Motivation", anchors=ends),)
    rules = cohort(mode="reviewed", criteria=criteria, tie_breaks=("submitted",))
    async with admitting(mongo_url, mongo_database, rules) as here:
        await here.take(submitted(1, 1))
        await here.take(submitted(2, 2))
        await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, ADA, "Ada Lovelace", None))
        first, second = [one.id for one in await here.applications()]

        def deciding(application: str, *, effective: bool):
            given = {"kind": "personal", "reason": "Kin.", "effective": effective}
            return lambda act: decide_conflict(act, application, ADA, **given)

        await here.act(OFFICE, deciding(first, effective=True))
        me = replace(OFFICE, who="Ada+Work@x.org")
        assert await hidden_from(here.messaging.db.read, here.cohort, me.who) == {first}
        with pytest.raises(NoSuch):
            await here.act(me, deciding(first, effective=False))
        with pytest.raises(Refused, match="nobody decides about a conflict of their own"):
            await here.act(me, deciding(second, effective=True))


def _entries(email, about):
    return reviewer(email).model_dump() | {"name": "Ada Lovelace"} | about


@pytest.mark.stack
@pytest.mark.parametrize("stored", ["by this release", "by an earlier one", "before there was any"])
@pytest.mark.parametrize("about", [about for about, _, _ in ALIKE])
async def test_whatever_is_alike_is_found_again_in_the_database(
    mongo_url, mongo_database, about, stored
):
    """Pages ask by an index for what is hidden from a reviewer."""
    ends = {1: "Nothing.", 5: "Everything."}
    criteria = (Criterion(key="motivation", title="Motivation", anchors=ends),)
    rules = cohort(mode="reviewed", criteria=criteria, tie_breaks=("submitted",))
    async with admitting(mongo_url, mongo_database, rules) as here:
        await here.take(submitted(1, 1, **SMITH))
        await here.take(submitted(2, 2, trust="Papworth"))
        changes = {
            "by an earlier one": {"$set": {"in_common": ["email:x", "trust:y"]}},
            "before there was any": {"$unset": {"in_common": ""}},
        }
        if stored in changes:
            with MongoClient(mongo_url) as client:
                client[mongo_database][APPLICATIONS].update_many({}, changes[stored])
        given = _entries(ADA, about)
        entries = [given[key] for key in ("email", "name", "trust", "registration")]
        await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, *entries))
        first, _ = [one.id for one in await here.applications()]
        assert await hidden_from(here.messaging.db.read, here.cohort, ADA) == {first}


async def test_whoever_reviews_where_the_office_says_that_an_applicant_works_is_kept_from_them(
    mongo_url, mongo_database
):
    ends = {1: "Nothing.", 5: "Everything."}
    criteria = (Criterion(key="motivation", title="Motivation", anchors=ends),)
    rules = cohort(mode="reviewed", criteria=criteria, tie_breaks=("submitted",))
    async with admitting(mongo_url, mongo_database, rules) as here:
        await here.act(None, begin_list)
        await here.take(submitted(1, 1, trust="Zebra ward"))
        await here.take(submitted(2, 2, trust="Papworth"))
        await here.act(OFFICE, lambda act: reviewing.add_reviewer(act, ADA, "Ada Quill", "NNUH"))
        read = here.messaging.db.read
        assert await hidden_from(read, here.cohort, ADA) == frozenset()
        nnuh = "norfolk-and-norwich"
        await here.act(OFFICE, lambda act: say_who_is_meant(act, nnuh, "Zebra ward"))
        first, second = [one.id for one in await here.applications()]
        assert await hidden_from(read, here.cohort, ADA) == {first}
        await here.act(OFFICE, lambda act: merge_employers(act, "royal-papworth", nnuh))
        assert await hidden_from(read, here.cohort, ADA) == {first, second}
