"""What an applicant is told of files that they sent and that are not used, or not yet."""

from datetime import timedelta

import pytest

from applications.admissions.application import Application, Document
from applications.admissions.needed_documents import about_files
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Ledger
from applications.admissions.submissions import amended_by
from nextstep_contracts import ApplicationAmended, SubmissionAcknowledged

from ..builders import IN_TIME, answers, cohort

COHORT = cohort()
LATER = IN_TIME + timedelta(minutes=5)


def document(name="CV.pdf", **facts):
    """A CV that can be used."""
    known = {"key": "cv", "content_type": "application/pdf", "size": 10, "file_id": name}
    return Document(**(known | {"name": name, "sent_at": IN_TIME} | facts))


def application(cv=None, **facts):
    return Application(
        id="one",
        cohort=COHORT.id,
        person_id="person",
        reference="NS24-0001",
        answers=answers(),
        documents={"cv": cv or document()},
        state="referred",
        first_submitted_at=IN_TIME,
        submitted_at=IN_TIME,
        arrived=1,
        updated_at=IN_TIME,
        **facts,
    )


LOCKED = document("New.pdf", file_id=None, problem="it is locked", sent_at=LATER)
LINKED = document("New.docx", file_id=None, fetch_id="f", size=0, sent_at=LATER)
COSTLY = document("New.pdf", file_id=None, fetch_id="f", size=9, sent_at=LATER)
TWO = document("Two files.pdf", others=("Old.v2.pdf", "README"))


@pytest.mark.parametrize(
    ("held", "sent", "said"),
    [
        (document(), document(), ()),
        (document(), LOCKED, ("CV: we cannot use “New” (PDF): it is locked. We keep “CV” (PDF)",)),
        (LOCKED, LOCKED, ()),  # it is asked for
        (
            document(),
            LINKED,
            ("CV: we are still fetching “New” (DOCX). Until then we use “CV” (PDF)",),
        ),
        (
            document(),
            COSTLY,
            ("CV: we are still checking “New” (PDF). Until then we use “CV” (PDF)",),
        ),
        (LINKED, LINKED, ()),  # nobody needs to do anything yet
        (TWO, TWO, ("CV: we use “Two files” (PDF), not “Old.v2” (PDF) and “README”",)),
        (document(), TWO, ()),  # another file took its place
    ],
)
def test_what_is_said_of_a_file(held, sent, said):
    assert about_files(application(held), {"cv": sent}, COHORT) == said


def amend(before, *, minutes=5, cv=None, **changes):
    """What another form makes of an application, and what the applicant is told of it."""
    at = IN_TIME + timedelta(minutes=minutes)
    so_far = Outcome(before, Ledger(COHORT.id, COHORT.places), COHORT, at)
    sent = {"cv": cv} if cv else {}
    outcome = amended_by(so_far, answers(**changes), sent, at, 2)
    told = [
        one
        for one in outcome.events
        if isinstance(one, SubmissionAcknowledged | ApplicationAmended)
    ]
    (said,) = told
    return outcome, said


def test_a_form_with_a_file_of_no_use_is_not_said_to_change_nothing():
    _, said = amend(application(), cv=LOCKED)
    assert isinstance(said, SubmissionAcknowledged)
    assert (said.outcome, said.older, len(said.about_files)) == ("unchanged", False, 1)
    _, said = amend(application(), cv=LOCKED, trust="Another trust")
    assert isinstance(said, ApplicationAmended)
    assert (said.changed, len(said.about_files)) == (("trust",), 1)


def test_an_older_form_with_other_answers_is_not_said_to_say_the_same():
    outcome, said = amend(application(), minutes=-5, trust="Another trust")
    assert isinstance(said, SubmissionAcknowledged)
    assert (said.outcome, said.older) == ("unchanged", True)
    assert outcome.application.answers == answers()
    assert "An older form arrived" in outcome.history[0].what
    _, said = amend(application(), minutes=-5)
    assert (said.outcome, said.older) == ("unchanged", False)
