"""Whom people mean by what they wrote of their employer; and the list that a cohort begins with."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme import load
from nextstep_programme.employers import NONE_KNOWN, Employers, spelling

NNUH = "Norfolk and Norwich University Hospitals NHS Foundation Trust"


@dataclass(frozen=True)
class Entry:
    id: str
    name: str
    spellings: tuple[str, ...] = ()
    successor: str | None = None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norfolk & Norwich University Hospitals", NNUH),
        ("  norfolk AND norwich   university hospitals nhs ft", NNUH),
        ("The Princess Alexandra Hospital NHS Trust", "Princess Alexandra Hospital"),
        ("Addenbrooke\u2019s", "Addenbrookes"),
        ("N.N.U.H.", "nnuh"),
        ("N&N", "n and n"),
        ("Queen Elizabeth Hospital King's Lynn", "Queen Elizabeth Hospital, Kings Lynn"),
        ("Café Surgery", "Cafe surgery"),
    ],
)
def test_case_accents_punctuation_and_the_form_in_law_make_no_difference(one, other):
    assert spelling(one) == spelling(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("West Suffolk Hospital", "West Suffolk NHS Foundation Trust"),
        ("Bedford Hospital", "Bedfordshire Hospitals"),
        ("Riverside Surgery, Ely", "Riverside Surgery, Diss"),
    ],
)
def test_what_is_only_alike_is_not_one(one, other):
    assert spelling(one) != spelling(other)


def test_a_name_of_nothing_but_its_form_in_law_is_a_name_and_punctuation_is_none():
    assert spelling("The NHS Trust") == "the nhs trust"
    assert spelling(" - ?! ") == ""


def test_somebody_means_the_employer_whose_spelling_it_is_and_else_nobody_is_guessed():
    known = Employers.of([Entry("n", NNUH, ("NNUH", "N&N")), Entry("c", "Castle Dental Care")])
    assert known.called("n&n") == NNUH
    assert known.called("castle dental care.") == "Castle Dental Care"
    assert known.called("Norwich") == "Norwich"
    assert known.meant_by("Norwich") is None
    assert known.called(None) is None
    assert (known.called(""), known.names("")) == ("", ())
    assert NONE_KNOWN.called("NNUH") == "NNUH"


def test_an_employer_that_another_followed_leads_on_and_its_names_go_with_it():
    known = Employers.of(
        [
            Entry("a", "Ipswich Hospital", ("IHT",), successor="b"),
            Entry("b", "East Suffolk", (), successor="c"),
            Entry("c", "ESNEFT"),
        ]
    )
    assert known.called("IHT") == "ESNEFT"
    assert known.names("iht") == ("ESNEFT", "Ipswich Hospital", "IHT", "East Suffolk", "iht")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg")))
def test_a_way_from_one_to_another_ends_whatever_the_entries_say(ways):
    known = Employers.of([Entry(one, one, (), ways.get(one)) for one in "abcdef"])
    for one in "abcdef":
        found = known.meant_by(one)
        assert found is None or found.id in "abcdef"


@given(st.text(max_size=300), st.sampled_from(["NHS FT", "\tNHS Foundation Trust.", " -", "…"]))
def test_what_a_name_may_lack_makes_no_difference_after_any_text(text, end):
    name = f"Ely {text} "
    assert spelling(name + end) == spelling(name)
    assert spelling(name) == spelling(name).strip()


def test_the_packaged_cohort_begins_with_its_regions_trusts_under_all_they_are_called():
    known = load("2024-25").cohort.employers
    by_code = {one.ods_code: one.name for one in known}
    assert by_code["RM1"] == NNUH
    assert len(by_code) == len(known) == 22
    names = Employers.of([Entry(one.key, one.name, one.spellings) for one in known])
    assert {names.called(text) for text in ("N&N", "NNUH", NNUH.upper())} == {NNUH}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("key: west-suffolk\n", "key: james-paget\n", "already in the list"),
        ("spellings: [CPFT, Fulbourn Hospital]", "spellings: [NSFT]", "is called, too"),
        ("ods_code: RGR", "ods_code: rgr", ""),
        ("key: west-suffolk\n", "key: West Suffolk\n", ""),
    ],
)
def test_two_employers_of_one_name_and_a_code_that_is_none_are_refused(
    problems_of, before, after, words
):
    (problem,) = problems_of((before, after))
    assert problem.field.startswith("employers")
    assert words in problem.message
