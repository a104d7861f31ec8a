"""Nobody is an author of a project because somebody else said so."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.projects import invitation as rules
from awards.projects.invitation import MOST_OPEN, MOST_TIMES, Invitation
from awards.projects.project import Project, Removal
from nextstep_contracts import NoSuch, Refused

from ..builders import NOW, a_project

OPEN = a_project("p1", "f1", submitted_at=None)
SUBMITTED = a_project("p1", "f1")
REMOVED = OPEN.but(removed=Removal(reason="Not a QIP", by="office", at=NOW))


def asked(known: Invitation | None = None, person: str = "f2") -> Invitation:
    return rules.invite(known, OPEN, person, "f1", NOW)


def test_who_is_asked_has_not_said_yes():
    one = asked()
    assert (one.id, one.open, one.answered_at, one.revision) == ("p1:f2", True, None, 1)
    assert asked(one) == one


def test_a_yes_is_the_invited_ones_and_counts_once():
    later = NOW + timedelta(days=1)
    yes = rules.accept(asked(), OPEN, later)
    assert (yes.state, yes.answered_at, yes.revision) == ("accepted", later, 2)
    assert rules.accept(yes, OPEN.but(authors=("f1", "f2")), NOW) == yes
    with pytest.raises(Refused, match="You have left this project"):
        rules.accept(yes, OPEN, NOW)  # an old page sent once more puts nobody back


def test_who_said_no_is_not_asked_again_and_may_still_say_yes():
    no = rules.decline(asked(), NOW)
    assert (no.state, rules.decline(no, NOW)) == ("declined", no)
    with pytest.raises(Refused) as refused:
        asked(no)
    assert list(refused.value.fields) == ["co_authors"]
    assert rules.accept(no, OPEN, NOW).state == "accepted"


def test_an_invitation_can_be_taken_back_until_it_is_accepted():
    back = rules.withdraw(asked())
    assert (back.state, rules.withdraw(back)) == ("withdrawn", back)
    for answer in (lambda: rules.accept(back, OPEN, NOW), lambda: rules.decline(back, NOW)):
        with pytest.raises(Refused, match="open no longer"):
            answer()
    with pytest.raises(Refused, match="Only they or the programme office"):
        rules.withdraw(rules.accept(asked(), OPEN, NOW))


def test_nobody_answers_or_ends_what_was_not_asked():
    for deed in (
        lambda: rules.accept(None, OPEN, NOW),
        lambda: rules.decline(None, NOW),
        lambda: rules.withdraw(None),
    ):
        with pytest.raises(NoSuch):
            deed()


@pytest.mark.parametrize("project", [SUBMITTED, REMOVED], ids=["submitted", "removed"])
def test_a_project_that_cannot_be_changed_gets_no_author_and_asks_nobody(project: Project):
    with pytest.raises(Refused):
        rules.invite(None, project, "f2", "f1", NOW)
    with pytest.raises(Refused):
        rules.accept(asked(), project, NOW)
    assert rules.decline(asked(), NOW).state == "declined"


def test_nobody_is_emailed_without_end():
    one = asked()
    for _ in range(MOST_TIMES - 1):
        one = asked(rules.withdraw(one))
    with pytest.raises(Refused, match="more than 3 times"):
        asked(rules.withdraw(one))
    many = [asked(person=f"g{number}") for number in range(MOST_OPEN)]
    rules.check_waiting(many)
    with pytest.raises(Refused, match="No more than 10"):
        rules.check_waiting([*many, one])


Course = tuple[Project, Invitation | None, bool]
"""The project, the invitation of f2, and whether f2 wants to be an author."""


def say_no(project: Project, known: Invitation | None, _: bool) -> Course:
    return project, rules.decline(known, NOW), False


def say_yes(project: Project, known: Invitation | None, _: bool) -> Course:
    return project.but(authors=("f1", "f2")), rules.accept(known, project, NOW), True


def leave(project: Project, known: Invitation | None, agreed: bool) -> Course:
    if project.submitted_at:
        return project, known, agreed
    return project.but(authors=("f1",)), known, False


def submit(project: Project, known: Invitation | None, agreed: bool) -> Course:
    ended = rules.withdraw(known) if known and known.open else known
    return project.but(submitted_at=NOW), ended, agreed


DEEDS = {
    "invite": lambda project, known, agreed: (
        project, rules.invite(known, project, "f2", "f1", NOW), agreed,
    ),
    "withdraw": lambda project, known, agreed: (project, rules.withdraw(known), agreed),
    "give back": lambda project, known, agreed: (project.but(submitted_at=None), known, agreed),
    "yes": say_yes,
    "no": say_no,
    "leave": leave,
    "submit": submit,
}  # fmt: skip


@given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=25))
def test_whatever_happens_only_who_said_yes_since_is_an_author(deeds: list[str]):
    course: Course = (OPEN, None, False)
    revision = 0
    for deed in deeds:
        with suppress(Refused, NoSuch):
            course = DEEDS[deed](*course)
        project, known, agreed = course
        assert ("f2" in project.authors) == agreed
        assert not (project.submitted_at and known and known.open)
        assert known is None or revision <= known.revision <= 4 * MOST_TIMES
        revision = known.revision if known else 0
