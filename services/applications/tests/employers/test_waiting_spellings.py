"""What waits for the office: spellings of which nobody has said whom they mean."""

import pytest

from applications.employers.employer_list import EmployerList, begun_with, meant
from applications.employers.waiting_spellings import Written, by_employer, likely_kind, waiting
from nextstep_programme import load

KNOWN = begun_with(EmployerList(), load("2024-25").cohort.employers)


def wrote(number, employer, discipline="secondary care"):
    return Written(f"a{number}", f"NS24-{number}", f"P {number}", "accepted", discipline, employer)


def test_what_is_known_waits_for_nobody_and_what_is_not_waits_once():
    found = waiting(
        KNOWN,
        [
            wrote(1, "NNUH"),
            wrote(2, "Riverside Surgery", "primary care"),
            wrote(3, "riverside surgery.", "primary care"),
            wrote(4, "riverside surgery.", "primary care"),
            wrote(5, "Norfolk Hospital, Norwich"),
            wrote(6, " ?"),
        ],
    )
    assert [(one.written, len(one.people), one.kind) for one in found] == [
        ("riverside surgery.", 3, "gp_practice"),
        ("Norfolk Hospital, Norwich", 1, "trust"),
    ]


def test_whom_a_spelling_may_mean_is_suggested_and_not_decided():
    (one,) = waiting(KNOWN, [wrote(1, "Cambridge University Hospital")])
    assert [entry.id for entry in one.like] == ["cambridge-university-hospitals"]
    assert waiting(meant(KNOWN, one.like[0].id, one.written), [wrote(1, one.written)]) == []


def test_somebody_who_named_one_employer_in_two_ways_is_there_once():
    (one,) = waiting(KNOWN, [wrote(1, "Castle Care"), wrote(1, "castle care")])
    assert [person.application_id for person in one.people] == ["a1"]


def test_people_are_at_the_employer_that_each_of_their_spellings_means():
    there = by_employer(KNOWN, [wrote(1, "N&N"), wrote(2, "nnuh"), wrote(2, "CUH"), wrote(3, "?")])
    assert {key: [one.application_id for one in found] for key, found in there.items()} == {
        "norfolk-and-norwich": ["a1", "a2"],
        "cambridge-university-hospitals": ["a2"],
    }


@pytest.mark.parametrize(
    ("written", "disciplines", "kind"),
    [
        ("Barts Health NHS Trust", ["dentistry"], "trust"),
        ("Castle Dental Care", ["dentistry"], "dental_practice"),
        ("Castle Care", ["dentistry", None], "dental_practice"),
        ("The Old Mill Practice", ["primary care"], "gp_practice"),
        ("Ely", ["primary care"], "gp_practice"),
        ("Ely", ["primary care", "dentistry"], "other"),
        ("Ministry of Defence", [], "other"),
    ],
)
def test_the_kind_of_a_new_employer_is_guessed_by_its_name_and_by_who_works_there(
    written, disciplines, kind
):
    assert likely_kind(written, disciplines) == kind
