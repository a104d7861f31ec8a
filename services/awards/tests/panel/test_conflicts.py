"""Conflicts of interest: suggested, decided, lifted."""

import pytest

from awards.panel import conflicts as rules
from nextstep_contracts import Refused

from ..builders import a_conflict, a_fellow, a_panellist, a_project, details

PROJECT = a_project("p1", "f1")
FELLOWS = {"f1": a_fellow("f1")}


def only(panellist, conflicts=()):
    return rules.suggestions([PROJECT], [panellist], conflicts, FELLOWS)


def test_an_equal_supervisor_name_suggests_a_conflict_whatever_its_case_and_spacing():
    (found,) = only(a_panellist(name="  dr sam   SUPERVISOR"))
    assert (found.pair, found.kind) == (("p1", "j1"), "supervisor")


def test_an_equal_trust_suggests_a_conflict():
    (found,) = only(a_panellist(trust="project trust"))
    assert found.kind == "same_trust"


def test_an_authors_address_suggests_a_conflict():
    (found,) = only(a_panellist(email="F1@example.org"))
    assert found.kind == "personal"


def test_a_similar_name_or_an_empty_trust_suggests_nothing():
    assert only(a_panellist(name="Sam Supervisor")) == ()
    blank = a_project("p1", details=details(trust=""))
    assert rules.suggestions([blank], [a_panellist(trust="")], [], FELLOWS) == ()


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


def test_lifting_a_conflict_or_choosing_other_needs_a_note():
    effective = a_conflict("p1", "j1", version=4)
    lifted = a_conflict("p1", "j1", effective=False)
    with pytest.raises(Refused, match="Say why"):
        rules.decided(effective, lifted)
    with pytest.raises(Refused, match="Say why"):
        rules.decided(None, a_conflict("p1", "j1", kind="other"))
    decided = rules.decided(effective, lifted.but(note="Different trust after all"))
    assert (decided.effective, decided.version) == (False, 4)
