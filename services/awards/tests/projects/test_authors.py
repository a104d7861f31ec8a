"""Who can be an author, and who is an author of nothing yet."""

import pytest

from awards.fellows.fellow import hear_withdrawal
from awards.projects.authors import check_authors, unsubmitted, without_project
from nextstep_contracts import Refused

from ..builders import a_fellow, a_project, withdrawn

FELLOWS = {"f1": a_fellow("f1"), "f2": a_fellow("f2")}
GONE = {"f1": hear_withdrawal(a_fellow("f1"), withdrawn("f1"))}


def test_every_author_must_be_a_fellow_now():
    assert check_authors(["f1", "f2", "f1"], FELLOWS) == ("f1", "f2")
    for authors, fellows in [([], FELLOWS), (["nobody"], FELLOWS), (["f1"], GONE)]:
        with pytest.raises(Refused):
            check_authors(authors, fellows)


def test_fellows_without_a_project_are_those_still_here_who_registered_none():
    registered = a_project("p1", "f2", submitted_at=None)
    fellows = [*FELLOWS.values(), hear_withdrawal(a_fellow("f3"), withdrawn("f3"))]
    assert without_project(fellows, [registered]) == (FELLOWS["f1"],)
    assert unsubmitted(fellows, [registered]) == {"f1", "f2"}
    assert unsubmitted(fellows, [a_project("p1", "f2")]) == {"f1"}
