"""A project from registration to the panel."""

import pytest

from awards.fellows.fellow import hear_withdrawal
from awards.projects import project as rules
from awards.projects.project import Removal
from nextstep_contracts import AlreadySo, NoSuch, Refused

from ..builders import NOW, a_fellow, a_project, details, withdrawn

OPEN = a_project("p1", "f1", submitted_at=None)
FELLOWS = {"f1": a_fellow("f1"), "f2": a_fellow("f2")}
GONE = {"f1": hear_withdrawal(a_fellow("f1"), withdrawn("f1"))}


def test_details_are_trimmed_and_what_is_missing_is_named_by_field():
    assert details(title="  Falls ").checked().title == "Falls"
    with pytest.raises(Refused) as refused:
        details(title="", supervisor=" ", trust="", summary="x" * 4001).checked()
    assert sorted(refused.value.fields) == ["summary", "supervisor", "title", "trust"]


def test_a_supervisor_or_trust_of_pages_is_refused_by_field():
    long = details(supervisor="x" * 201, trust="y" * 100_000)
    with pytest.raises(Refused) as refused:
        long.checked()
    assert refused.value.fields == dict.fromkeys(
        ("supervisor", "trust"), "The name must be 200 characters or fewer"
    )


def test_a_project_can_be_changed_until_it_is_submitted():
    changed = rules.edit(OPEN, details(title="New"), ("f1", "f2"))
    assert (changed.title, changed.authors) == ("New", ("f1", "f2"))
    submitted = rules.submit(changed, NOW)
    assert (submitted.state, submitted.submitted_at) == ("submitted", NOW)
    with pytest.raises(Refused, match="can no longer be changed"):
        rules.edit(submitted, details(), ("f1",))


def test_a_project_without_a_summary_cannot_be_submitted():
    with pytest.raises(Refused, match="Write a summary"):
        rules.submit(OPEN.but(details=details(summary="")), NOW)


def test_a_submitted_project_can_be_given_back_once():
    given = rules.give_back(a_project())
    assert given.state == "registered"
    with pytest.raises(AlreadySo):
        rules.give_back(given)


def test_a_project_is_judged_while_submitted_not_removed_and_with_a_fellow_left():
    project = a_project("p1", "f1")
    removal = Removal(reason="Not a QIP", by="office", at=NOW)
    assert rules.competes(project, FELLOWS)
    assert not rules.competes(OPEN, FELLOWS)
    assert not rules.competes(project, GONE)
    assert not rules.competes(rules.remove(project, removal), FELLOWS)
    assert rules.competes(rules.restore(rules.remove(project, removal)), FELLOWS)
    assert rules.competes(a_project("p1", "f1", "f2"), GONE | {"f2": FELLOWS["f2"]})


def test_only_an_author_finds_the_project():
    assert rules.own(OPEN, "f1") == OPEN
    for project, person in [(None, "f1"), (OPEN, "f2")]:
        with pytest.raises(NoSuch):
            rules.own(project, person)
