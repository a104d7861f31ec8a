"""Where a Fellow works on which day: read, refused with the row, and found for a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.study_leave.rotations import (
    Rotation,
    RotationError,
    read_rotations,
    trust_on,
)

from ..builders import cohort

COHORT = cohort()
ADDENBROOKES = Rotation(trust="Addenbrooke's", from_date=date(2025, 2, 5))


def test_each_date_falls_into_the_rotation_that_began_by_then():
    later = Rotation(trust="Ipswich", from_date=date(2025, 6, 4))
    assert trust_on(date(2025, 2, 4), "Norwich", (later, ADDENBROOKES)) == "Norwich"
    assert trust_on(date(2025, 2, 5), "Norwich", (later, ADDENBROOKES)) == "Addenbrooke's"
    assert trust_on(date(2025, 7, 22), "Norwich", (later, ADDENBROOKES)) == "Ipswich"
    assert trust_on(date(2024, 10, 8), None, (ADDENBROOKES,)) is None


def test_rotations_are_read_in_the_order_of_their_days_and_empty_rows_say_nothing():
    rows = [("Ipswich", "2025-06-04"), ("", ""), ("Addenbrooke's", "2025-02-05")]
    assert read_rotations(rows, COHORT, "Norwich") == (
        ADDENBROOKES,
        Rotation(trust="Ipswich", from_date=date(2025, 6, 4)),
    )
    assert read_rotations([], COHORT, None) == ()


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([("", "2025-02-05")], {1: "Say where you go to."}),
        ([("Ipswich", "")], {1: "Give the first day at Ipswich."}),
        ([("Ipswich", "soon")], {1: "Give the first day at Ipswich."}),
        (
            [("Ipswich", "2026-02-05")],
            {1: "The first day at Ipswich is not within the programme's year."},
        ),
        (
            [("Ipswich", "2025-02-05"), ("Luton", "2025-02-05")],
            {2: "Two rotations begin on the same day."},
        ),
        (
            [("NORWICH", "2025-02-05")],
            {1: "You are at NORWICH before that day already."},
        ),
        ([("x" * 201, "2025-02-05")], {1: "Give the employer's name in at most 200 characters."}),
    ],
)
def test_rotations_that_cannot_be_are_refused_with_their_row(rows, faults):
    with pytest.raises(RotationError) as refused:
        read_rotations(rows, COHORT, "Norwich")
    assert refused.value.faults == faults


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=12)), max_size=4))
def test_whatever_is_typed_is_rotations_or_a_fault_for_a_row(rows):
    faults = {}
    found = ()
    try:
        found = read_rotations(rows, COHORT, "Norwich")
    except RotationError as refused:
        faults = refused.faults
    assert set(faults) <= set(range(1, len(rows) + 1))
    assert list(found) == sorted(found, key=lambda rotation: rotation.from_date)
