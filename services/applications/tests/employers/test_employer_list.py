"""How the list of employers may change, whom it means after that, and that no merger goes round."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.employers.employer_list import (
    MOST_SPELLINGS,
    EmployerDetails,
    EmployerList,
    added,
    begun_with,
    changed,
    forgotten,
    meant,
    merged,
    separated,
)
from applications.employers.store import employers_from_document, employers_to_document
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_programme import StartingEmployer
from nextstep_programme.employers import LONGEST_NAME, spelling

RIVERSIDE = "Riverside Surgery, Ely"


def practice(name, *spellings, **more):
    return EmployerDetails(name=name, kind="gp_practice", spellings=spellings, **more)


def listing(*names):
    """A list of practices, each under its own name in small letters."""
    known = EmployerList()
    for name in names:
        known = added(known, name.casefold(), practice(name))
    return known


def test_a_spelling_that_the_office_placed_means_that_employer_from_then_on():
    known = meant(listing("Riverside", "Castle"), "riverside", "The riverside surgery (Ely)")
    assert known.meant_by("Riverside Surgery, Ely").id == "riverside"
    assert known.entry("riverside").learnt == ("The riverside surgery (Ely)",)
    with pytest.raises(AlreadySo):
        meant(known, "riverside", "riverside surgery ely")
    with pytest.raises(Refused, match="is Riverside"):
        meant(known, "castle", "riverside surgery ely")
    with pytest.raises(NoSuch):
        meant(known, "nowhere", "Ely")
    with pytest.raises(Refused, match="names nobody"):
        meant(known, "castle", "\0 ?")


def test_two_employers_cannot_have_one_name_or_spelling():
    known = listing("Riverside")
    with pytest.raises(Refused) as no:
        added(known, "other", practice("Castle", "Castle Care", "the RIVERSIDE"))
    assert list(no.value.fields) == ["spellings"]
    with pytest.raises(Refused) as no:
        added(known, "other", practice("riverside."))
    assert "merge the two" in no.value.fields["name"]


def test_the_list_is_stored_and_read_again_with_contacts_apart_from_names():
    known = added(EmployerList(), "one", practice("Castle", "CDC", leave_contact="Jo Rota"))
    stored = employers_to_document(known)
    assert stored["contacts"] == {"one": "Jo Rota"}
    assert "Jo Rota" not in str(stored["entries"])
    assert employers_from_document(stored) == known


def test_the_same_employer_added_twice_is_one_and_says_so():
    known = added(EmployerList(), "one", practice("Castle", "CDC"))
    with pytest.raises(AlreadySo):
        added(known, "two", practice(" Castle ", "CDC", "cdc"))


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (practice("  "), "name"),
        (practice("- ?"), "name"),
        (practice("x" * (LONGEST_NAME + 1)), "name"),
        (practice("Castle", "y" * (LONGEST_NAME + 1)), "spellings"),
        (practice("Castle", *map(str, range(MOST_SPELLINGS + 1))), "spellings"),
        (practice("Castle", ods_code="R-1"), "ods_code"),
        (practice("Castle", leave_contact="z" * 301), "leave_contact"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(details, field):
    with pytest.raises(Refused) as no:
        added(EmployerList(), "one", details)
    assert list(no.value.fields) == [field]


def test_a_name_of_two_hundred_letters_is_kept():
    assert added(EmployerList(), "one", practice("x" * LONGEST_NAME)).meant_by("X" * LONGEST_NAME)


def test_a_renamed_employer_is_found_by_its_former_name_and_repeated_spellings_are_kept_once():
    known = changed(
        listing("Riverside"),
        "riverside",
        practice(
            "River Group",
            "RG",
            "rg",
            " ",
            "River  Group",
            ods_code=" d8 1 ".replace(" ", "") + "001",
        ),
    )
    entry = known.entry("riverside")
    assert (entry.name, entry.spellings, entry.ods_code) == (
        "River Group",
        ("RG", "Riverside"),
        "D81001",
    )
    assert known.meant_by("riverside").name == "River Group"


def test_a_form_that_renames_and_is_sent_twice_keeps_the_former_name():
    renamed = practice("River Group", "RG", "Riverside")  # the page adds the name that it showed
    known = changed(listing("Riverside"), "riverside", renamed)
    assert changed(known, "riverside", renamed) == known
    assert known.entry("riverside").spellings == ("RG", "Riverside")


def test_a_merger_moves_whoever_named_the_one_and_can_be_taken_back():
    known = merged(listing("Ipswich", "Colchester"), "ipswich", "colchester")
    assert known.meant_by("Ipswich").id == "colchester"
    assert [one.id for one in known.current] == ["colchester"]
    assert [one.id for one in known.predecessors(known.entry("colchester"))] == ["ipswich"]
    with pytest.raises(AlreadySo):
        merged(known, "ipswich", "colchester")
    back = separated(known, "ipswich")
    assert back.meant_by("Ipswich").id == "ipswich"
    with pytest.raises(AlreadySo):
        separated(back, "ipswich")


def test_an_employer_is_merged_neither_into_itself_nor_into_what_is_part_of_it():
    known = merged(listing("A1", "B1", "C1"), "a1", "b1")
    with pytest.raises(Refused, match="the one itself"):
        merged(known, "c1", "c1")
    with pytest.raises(Refused, match="part of B1 already"):
        merged(known, "b1", "a1")
    with pytest.raises(Refused, match="Separate the two first"):
        merged(known, "a1", "c1")
    with pytest.raises(NoSuch):
        merged(known, "c1", "nowhere")


def test_what_was_merged_can_be_merged_into_and_leads_on():
    known = merged(merged(listing("A1", "B1", "C1"), "a1", "b1"), "c1", "a1")
    assert known.entry("c1").successor == "b1"
    assert {known.meant_by(one).id for one in ("A1", "B1", "C1")} == {"b1"}


STEPS = st.one_of(
    st.tuples(st.just(merged), st.sampled_from("abcd"), st.sampled_from("abcd")),
    st.tuples(st.just(separated), st.sampled_from("abcd")),
    st.tuples(
        st.just(changed),
        st.sampled_from("abcd"),
        st.builds(practice, st.sampled_from("abcdxyz"), st.sampled_from("abcdxyz")),
    ),
    st.tuples(st.just(meant), st.sampled_from("abcd"), st.sampled_from("abcdxyz")),
)


@given(st.lists(STEPS, max_size=30))
def test_whatever_is_done_a_spelling_means_one_employer_and_nobody_is_nowhere(steps):
    known = listing(*"abcd")
    for change, *given_ in steps:
        with suppress(Refused):
            known = change(known, *given_)
        present = {one.id for one in known.current}
        assert {known.now(one).id for one in known.entries} == present
        whose = {}
        for one in known.entries:
            for name in (one.name, *one.spellings):
                assert whose.setdefault(spelling(name), known.now(one).id) == known.now(one).id
        assert all(known.meant_by(name).id == key for name, key in whose.items())


def test_a_merger_that_is_taken_back_gives_the_one_its_names_again():
    known = merged(listing("Ipswich", "Colchester"), "ipswich", "colchester")
    known = changed(known, "colchester", practice("Colchester", "Ipswich", "CGH"))
    back = separated(known, "ipswich")
    assert back.entry("colchester").spellings == ("CGH",)
    assert back.meant_by("ipswich").id == "ipswich"
    with pytest.raises(Refused, match="another name first"):
        separated(changed(known, "colchester", practice("Ipswich")), "ipswich")


STARTING = (
    StartingEmployer(key="ely", name=RIVERSIDE, kind="gp_practice", spellings=("RSE", "River")),
    StartingEmployer(key="diss", name="Old Mill", kind="gp_practice"),
)


def test_the_file_brings_its_employers_once_and_never_undoes_what_the_office_did():
    known = begun_with(EmployerList(), STARTING)
    assert [one.id for one in known.entries] == ["diss", "ely"]
    known = changed(known, "ely", practice("Ely Group"))
    known = merged(known, "diss", "ely")
    assert begun_with(known, STARTING) == known


def test_the_file_takes_no_spelling_from_an_employer_that_has_it():
    known = added(EmployerList(), "own", practice("My River", "River"))
    begun = begun_with(known, STARTING)
    assert begun.entry("ely").spellings == ("RSE",)
    assert begun.meant_by("river").id == "own"
    own = added(EmployerList(), "own", practice("Riverside Surgery Ely"))
    assert [one.id for one in begun_with(own, STARTING).entries] == ["diss", "own"]


def test_an_erased_persons_words_go_unless_others_use_them_or_the_office_typed_them():
    known = changed(listing("Castle"), "castle", practice("Castle", "Office word"))
    for words in ("My own word", "A shared word"):
        known = meant(known, "castle", words)
    left = forgotten(
        known, ["my own word", "Office word", "A shared word", "Castle"], ["a SHARED word"]
    )
    assert left.entry("castle").spellings == ("Office word", "A shared word")
    assert left.entry("castle").learnt == ("A shared word",)
    assert left.meant_by("Castle").id == "castle"


def test_somebodys_words_may_be_longer_than_a_name_and_do_not_stand_in_the_way_of_a_change():
    words = "Ely " * 120
    known = meant(listing("Castle"), "castle", words)
    entry = known.entry("castle")
    known = changed(known, "castle", practice("Castle Care", *entry.spellings))
    assert known.meant_by(words).name == "Castle Care"
    assert known.entry("castle").learnt == entry.learnt
