"""Which documents an applicant may still replace: until the deadline, while nothing is decided."""

from datetime import timedelta

import pytest

from applications.admissions.application import Application, Document
from applications.applicant.replacing_documents import refuse_if_too_late, replaceable
from nextstep_contracts import Refused

from ..builders import IN_TIME, answers, cohort

COHORT = cohort()
AFTER = COHORT.deadline + timedelta(seconds=1)


def paper(key, problem=None):
    return Document(
        key=key, name="a.pdf", content_type="application/pdf", size=10, file_id=key,
        problem=problem, sent_at=IN_TIME,
    )  # fmt: skip


def application(state="referred"):
    """With a CV that can be used, one statement that cannot, and no second statement."""
    return Application(
        id="a", cohort=COHORT.id, person_id="p", reference="NS24-0001", answers=answers(),
        documents={"cv": paper("cv"), "statement_1": paper("statement_1", "the file was empty")},
        state=state, first_submitted_at=IN_TIME, submitted_at=IN_TIME, arrived=1,
        updated_at=IN_TIME,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "now", "keys"),
    [
        ("referred", IN_TIME, ["cv"]),
        ("referred", COHORT.deadline, ["cv"]),
        ("referred", AFTER, []),
        ("offered", IN_TIME, []),
    ],
)
def test_what_can_be_used_is_replaced_in_time_alone(state, now, keys):
    assert replaceable(application(state), COHORT, now) == keys


def test_after_the_deadline_only_what_is_missing_is_taken():
    refuse_if_too_late(application(), COHORT, AFTER, {"statement_1", "statement_2"})
    refuse_if_too_late(application(), COHORT, COHORT.deadline, {"cv"})
    with pytest.raises(Refused, match="The deadline has passed"):
        refuse_if_too_late(application(), COHORT, AFTER, {"cv", "statement_1"})


def test_what_comes_after_a_decision_is_refused_elsewhere():
    refuse_if_too_late(application("offered"), COHORT, AFTER, {"cv"})
