"""Fellows: facts of applications merged in any order."""

from datetime import UTC, date, datetime
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import ApplicationAmended, FellowGraduated, PlaceAccepted
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.who_is_a_fellow import accept, amend, erase, graduate, withdraw

from ..builders import accepted, amended, fellow, person, person_id, withdrawn

NOBODY = Fellow(cohort="2024-25", person_id=person_id(1))


def merged(events):
    def take(known, event):
        match event:
            case PlaceAccepted():
                return accept(known, event)
            case ApplicationAmended():
                return amend(known, event)
            case _:
                return withdraw(known, event)

    return reduce(take, events, NOBODY)


def test_an_acceptance_makes_a_fellow():
    one = fellow()
    assert (one.active, one.name, one.email) == (True, "Fellow 01", "f1@example.org")


def test_a_withdrawal_ends_the_fellowship():
    gone = merged([accepted(), withdrawn()])
    assert (gone.active, gone.left_at) == (False, withdrawn().withdrawn_at)


def test_a_withdrawal_that_comes_before_the_acceptance_is_kept():
    early = merged([withdrawn()])
    assert (early.active, early.current) == (False, None)
    assert merged([withdrawn(), accepted()]) == merged([accepted(), withdrawn()])


def test_an_acceptance_with_a_higher_revision_brings_the_fellow_back():
    assert merged([withdrawn(), accepted(revision=5)]).active is True


def test_the_newest_name_holds_whatever_order_the_events_come_in():
    renamed = accepted(revision=6, person=person(1).model_copy(update={"name": "Fellow New"}))
    assert merged([renamed, accepted()]).name == "Fellow New"
    assert merged([accepted(), renamed]).name == "Fellow New"


def test_every_address_that_somebody_had_stays_theirs():
    there_and_back = [
        accepted(),
        amended(1, "work@example.org"),
        amended(1, "f1@example.org", revision=7),
    ]
    one = merged(there_and_back)
    assert (one.email, one.addresses) == ("f1@example.org", {"f1@example.org", "work@example.org"})
    assert [kept.revision for kept in one.applications[0].contacts] == [5, 7]
    assert one.called == one.addresses | {"Fellow 01"}


def test_another_address_alone_makes_nobody_a_fellow():
    early = merged([amended(revision=5)])
    assert (early.active, early.on_record, early.addresses) == (False, False, {"new1@example.org"})
    assert merged([amended(revision=5), accepted()]).email == "new1@example.org"


FACTS = [
    accepted(),
    withdrawn(),
    accepted(revision=5),
    amended(revision=4),
    amended(1, "newest@example.org", revision=8),
    withdrawn(revision=6),
    accepted(application_id="application-other", revision=2),
]


@given(st.permutations(FACTS), st.lists(st.sampled_from(FACTS)))
def test_any_order_and_duplication_of_the_facts_gives_the_same_fellow(order, again):
    assert merged([*order, *again]) == merged(FACTS)


def test_a_person_was_a_fellow_from_the_day_of_joining_to_the_day_before_leaving():
    gone = merged([accepted(accepted_at=datetime(2024, 8, 1, 23, 30, tzinfo=UTC)), withdrawn()])
    days = [date(2024, 8, 1), date(2024, 8, 2), date(2024, 10, 19), date(2024, 10, 20)]
    assert [gone.fellow_on(day, "Europe/London") for day in days] == [False, True, True, False]


def test_an_erased_person_is_forgotten_and_does_not_come_back():
    gone = erase(fellow(), datetime(2024, 12, 1, tzinfo=UTC))
    again = amend(accept(gone, accepted(revision=9)), amended(revision=11))
    assert (again.name, again.email, again.active) == ("Erased person", "", False)
    assert (again.addresses, again.called) == (frozenset(), frozenset())
    assert [word for word in ("Fellow 01", "example.org") if word in again.model_dump_json()] == []


def test_erasing_before_or_after_the_acceptance_is_the_same():
    moment = datetime(2024, 12, 1, tzinfo=UTC)
    assert erase(fellow(), moment) == accept(erase(NOBODY, moment), accepted())
    moved = merged([accepted(), amended()])
    early = amend(erase(NOBODY, moment), amended())
    assert (
        erase(moved, moment)
        == accept(early, accepted())
        == amend(erase(fellow(), moment), amended())
    )


def test_a_graduation_heard_before_the_acceptance_is_kept():
    event = FellowGraduated(
        cohort="2024-25",
        revision=1,
        person=person(1),
        graduated_on=date(2025, 7, 22),
        bursary=False,
    )
    known = accept(graduate(NOBODY, event), accepted())
    assert known == graduate(accept(NOBODY, accepted()), event)
    assert known.graduated == date(2025, 7, 22)
