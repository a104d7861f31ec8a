"""Cases of a reviewed selection for tests of its rules."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from applications.admissions.application import Application
from applications.review.case import Case, Review, Selection, case_of
from applications.review.conflicts import Reviewer
from applications.review.method import Method
from applications.review.sheets import Sheet, locked, written
from nextstep_programme import Criterion

from .builders import IN_TIME, answers

NOW = datetime(2024, 9, 12, 9, tzinfo=UTC)
ENDS = {1: "Nothing.", 5: "Everything."}
METHOD = Method(
    criteria=(
        Criterion(key="motivation", title="Motivation", weight=2, anchors=ENDS),
        Criterion(key="potential", title="Potential", anchors=ENDS),
    ),
    scale=5,
    required=2,
    tie_breaks=("potential",),
    spread_flag=Fraction(1),
)


def reviewer(email, **changes):
    return Reviewer(email=email, name=email.split("@")[0].title(), added_at=NOW, **changes)


def application(number, **changes):
    about = {"name": f"Person Number{number}", "email": f"person{number}@example.org"}
    given = {key: changes.pop(key) for key in ("trust", "email") if key in changes}
    fields = {
        "id": f"app-{number:02d}",
        "cohort": "2024-25",
        "person_id": f"person-{number:02d}",
        "reference": f"NS24-{number:04d}",
        "answers": answers(**(about | given)),
        "state": "eligible",
        "first_submitted_at": IN_TIME + timedelta(minutes=number),
        "submitted_at": IN_TIME,
        "arrived": number,
        "updated_at": IN_TIME,
    }
    return Application(**(fields | changes))


def case(number, sheets=(), *, reviewers=(), conflicts=(), owners=None, draft=None, **changes):
    held = application(number, **changes)
    review = Review(
        application_id=held.id,
        cohort=held.cohort,
        person_id=held.person_id,
        sheets=tuple(sheets),
        conflicts=tuple(conflicts),
        draft=draft,
    )
    return case_of(held, review, reviewers, owners or {})


def open_sheet(who, *points, comment=""):
    scores = dict(zip(METHOD.keys, points, strict=False))
    return written(Sheet(reviewer=who), METHOD, scores, comment)


def locked_sheet(who, *points, comment="", content="x"):
    return locked(open_sheet(who, *points, comment=comment), METHOD, content, NOW)


def scored(number, *pairs, **changes):
    """A case with a locked sheet for each pair of points."""
    sheets = [locked_sheet(f"r{n}@x.org", *points) for n, points in enumerate(pairs)]
    return case(number, sheets, **changes)


def selection(*cases: Case, reviewers=()):
    return Selection(METHOD, tuple(cases), {one.email: one for one in reviewers})
