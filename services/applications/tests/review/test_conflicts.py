"""Which conflicts of a reviewer with an applicant are suggested, and that each is found again."""

import pytest
from pymongo import MongoClient

from applications.admissions.store import APPLICATIONS
from applications.admissions.traits import Traits
from applications.review import reviewing
from applications.review.conflicts import Suggestion, likely
from applications.review.store import hidden_from
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
