"""The demo's own arithmetic, checked on cases a person can count."""

from datetime import date

import pytest

from nextstep_local.demo.record import DemoRecord, HeldSession, Mark
from nextstep_local.demo.recount import Place, most_places_held, ranking, tally


def held(kind: str, number: int, **marks: Mark) -> HeldSession:
    return HeldSession(f"{kind}-{number}", kind, date(2024, 10, number), marks)


def attended(masterclasses: int, modules: int, missed: int = 0) -> DemoRecord:
    sessions = [held("masterclass", n + 1, ann="attended") for n in range(masterclasses)]
    sessions += [held("masterclass", n + 10, ann="absent") for n in range(missed)]
    sessions += [held("module", n + 1, ann="attended") for n in range(modules)]
    return DemoRecord(held=sessions)


@pytest.mark.parametrize(
    ("record", "standing"),
    [
        (attended(0, 0), "on_track"),
        (attended(4, 4), "met"),
        (attended(4, 3), "on_track"),
        (attended(2, 1, missed=2), "no_slack"),
        (attended(2, 1, missed=3), "impossible"),
        (attended(4, 4, missed=2), "met"),
    ],
)
def test_standing_follows_from_what_was_attended(record: DemoRecord, standing: str) -> None:
    assert tally("ann", record).standing == standing


def test_a_missed_module_ends_it_unless_the_office_excused_it() -> None:
    record = attended(4, 3)
    record.held.append(held("module", 4, ann="absent"))
    assert tally("ann", record).standing == "impossible"
    record.waived.add(("ann", "module-4"))
    assert (tally("ann", record).standing, tally("ann", record).excused) == ("met", 1)


def test_somebody_who_was_not_on_a_register_was_not_there() -> None:
    assert tally("late", attended(3, 0)).standing == "impossible"


def test_means_of_different_panels_are_compared_exactly_and_ties_broken_in_order() -> None:
    weights = {"impact": 2, "method": 1}
    sheets = {
        ("A", "p1"): {"impact": 3, "method": 3},  # 9
        ("A", "p2"): {"impact": 4, "method": 2},  # 10: mean 9.5
        ("B", "p1"): {"impact": 3, "method": 4},  # 10
        ("B", "p2"): {"impact": 3, "method": 3},  # 9
        ("B", "p3"): {"impact": 3, "method": 3},  # 9: mean 9.33
        ("C", "p1"): {"impact": 4, "method": 1},  # 9
        ("C", "p2"): {"impact": 4, "method": 2},  # 10: mean 9.5, impact 4 beats 3.5
        ("C", "p3"): {"impact": 1, "method": 1},  # recused
    }
    record = DemoRecord(sheets=sheets, recused={("C", "p3")})
    assert ranking(record, weights, ["impact", "method"]) == (
        Place(1, "C", 2, 19),
        Place(2, "A", 2, 19),
        Place(3, "B", 3, 28),
    )


def test_equals_share_a_rank() -> None:
    record = DemoRecord(sheets={("A", "p"): {"x": 3}, ("B", "p"): {"x": 3}, ("C", "p"): {"x": 1}})
    assert [place.rank for place in ranking(record, {"x": 1}, ["x"])] == [1, 1, 3]


def test_the_most_places_held_counts_offers_and_acceptances_once() -> None:
    history = [
        {"application": "a", "kind": "offered"},
        {"application": "a", "kind": "accepted"},
        {"application": "b", "kind": "offered"},
        {"application": "b", "kind": "lapsed"},
        {"application": "c", "kind": "waitlisted"},
        {"application": "c", "kind": "offered"},
    ]
    assert most_places_held(history) == 2
