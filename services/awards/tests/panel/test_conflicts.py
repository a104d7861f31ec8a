"""Conflicts of interest: suggested, decided, lifted."""

import pytest

from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.panel import conflicts as rules
from nextstep_contracts import Employer, Refused
from nextstep_programme.employers import Employers

from ..builders import a_conflict, a_fellow, a_panellist, a_project, details

PROJECT = a_project("p1", "f1")
FELLOWS = {"f1": a_fellow("f1")}


def only(panellist, conflicts=()):
    return rules.suggestions([PROJECT], [panellist], conflicts, FELLOWS, {})


@pytest.mark.parametrize(
    ("panellist", "kind", "why"),
    [
        (
            {"name": "  dr sam   SUPERVISOR"},
            "supervisor",
            "The supervisor, Dr Sam Supervisor: the same name",
        ),
        (
            {"name": "Prof. S. Supervisor"},
            "supervisor",
            "The supervisor, Dr Sam Supervisor: the same surname and initial",
        ),
        (
            {"name": "Supervisor, Samuel"},
            "supervisor",
            "The supervisor, Dr Sam Supervisor: the same name in another form",
        ),
        (
            {"trust": "project NHS FT"},
            "same_trust",
            "Where they work, Project Trust and project NHS FT: the same employer",
        ),
        (
            {"trust": "Project Trust"},
            "same_trust",
            "Where they work, Project Trust: the same employer",
        ),
        (
            {"email": "F1+panel@example.org"},
            "personal",
            "An author, Fellow f1: the same email address",
        ),
        ({"name": "Dr F1 Fellow"}, "personal", "An author, Fellow f1: the same name"),
        (
            {"name": "S Supervisor", "trust": "The Project Trust"},
            "supervisor",
            (
                "The supervisor, Dr Sam Supervisor: the same surname and initial. "
                "Where they work, Project Trust and The Project Trust: the same employer"
            ),
        ),
    ],
)
def test_what_is_alike_suggests_a_conflict_and_says_why(panellist, kind, why):
    (found,) = only(a_panellist(**panellist))
    assert (found.pair, found.kind, found.why) == (("p1", "j1"), kind, why)


LISTED = Employers.of(
    [Employer(id="p", name="Project Trust", kind="trust", spellings=("The Old Infirmary",))]
)


def test_whoever_writes_the_same_employer_otherwise_is_suggested_where_the_office_has_said_so():
    panellist = a_panellist(trust="the old INFIRMARY")
    assert only(panellist) == ()
    (found,) = rules.suggestions([PROJECT], [panellist], (), FELLOWS, {}, employers=LISTED)
    assert found.why == "Where they work, Project Trust and the old INFIRMARY: the same employer"


def test_what_goes_on_record_of_a_suggestion_names_nobody():
    (found,) = only(a_panellist(name="S Supervisor", trust="Project Trust"))
    assert found.note == (
        "The supervisor: the same surname and initial. Where they work: the same employer"
    )


def test_another_name_an_empty_trust_or_an_erased_name_suggests_nothing():
    assert only(a_panellist(name="Kit Supervisor")) == ()
    blank = a_project("p1", details=details(trust="", supervisor=ERASED_NAME))
    nobody = a_panellist(name=ERASED_NAME, trust="", email="")
    assert rules.suggestions([blank], [nobody], [], {"f-p1": Fellow(id="f-p1")}, {}) == ()


def test_a_decided_conflict_is_not_suggested_again():
    judge = a_panellist(trust="Project Trust")
    assert only(judge, [a_conflict("p1", "j1")]) == ()
    assert only(judge, [a_conflict("p1", "j1", effective=False)]) == ()


def test_a_suggestion_hides_the_project_until_it_is_dismissed():
    judge = a_panellist(trust="Project Trust")
    dismissed = [a_conflict("p1", "j1", effective=False)]
    assert rules.recused([], only(judge)) == {("p1", "j1")}
    assert rules.recused(dismissed, only(judge, dismissed)) == frozenset()
    assert rules.recused([a_conflict("p1", "j2")], ()) == {("p1", "j2")}


def test_whoever_has_an_authors_address_judges_no_more_though_somebody_cleared_them():
    judge, cleared = a_panellist(email="F1+x@example.org"), a_conflict("p1", "j1", effective=False)
    (found,) = only(judge, [cleared])
    assert rules.recused([cleared], [found]) == {("p1", "j1")}
    assert only(judge, [a_conflict("p1", "j1")]) == ()
    assert (only(judge)[0].own, only(a_panellist(name="Dr F1 Fellow"))[0].own) == (True, False)


def test_lifting_a_conflict_or_choosing_other_needs_a_note():
    effective = a_conflict("p1", "j1", version=4)
    lifted = a_conflict("p1", "j1", effective=False)
    with pytest.raises(Refused, match="Say why"):
        rules.decided(effective, lifted)
    with pytest.raises(Refused, match="Say why"):
        rules.decided(None, a_conflict("p1", "j1", kind="other"))
    decided = rules.decided(effective, lifted.but(note="Different trust after all"))
    assert (decided.effective, decided.version) == (False, 4)
