"""What conflicts of interest keep from reviewers, said to the other services.

Of an applicant their emails and their attendance tell as much as the application. So whoever must
not know an application must learn nothing of its person elsewhere, either: the event says whom and
since when, and never what was written about it. Suggestions that nobody has answered close as
well, as they do here.

A duplicate and the application that counts are one person under two ids: from whom the one that
counts is hidden, the other is hidden too.
"""

from collections.abc import Iterable, Iterator, Sequence

from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.review.case import Case
from applications.review.conflicts import told_as
from applications.review.store import hidden_cases, linked, load_reviewers, load_selection
from nextstep_contracts import ConflictChanged, ConflictReason
from nextstep_web import conflicts
from nextstep_web.conflicts import Closed, viewer_of


def closings(cases: Iterable[Case]) -> Iterator[Closed]:
    """Of whom which reviewers must learn nothing; with a duplicate the one that counts is given."""
    known = {case.id: case for case in cases}
    for case in known.values():
        if case.application.erased:
            continue
        one: Case | None = case
        while one is not None:
            for email in sorted(one.hidden_from):
                person = case.application.person_id
                # by this id an erasure of the reviewer finds what was said, in every service
                known_as = told_as(case.application.cohort, email)
                yield Closed(viewer_of(email), person, _reason(one, email), known_as)
            one = known.get(one.application.duplicate_of or "")


def _reason(case: Case, email: str) -> ConflictReason:
    for conflict in case.review.conflicts:
        if conflict.reviewer == email and conflict.effective:
            return conflict.kind
    suggested = case.suggested.get(email)
    return suggested.kind if suggested else "own_application"


async def say_of_applications(act: Act, ids: Sequence[str]) -> None:
    """Say what changed of who must not know these applications' people."""
    if act.cohort.selection.mode != "reviewed" or not await load_reviewers(act.read, act.cohort):
        return
    together = await linked(act.read, ids)
    cases = (await load_selection(act.read, act.cohort, ids=together)).cases
    people = {case.application.person_id for case in cases}
    await conflicts.say(act.uow, ConflictChanged, closings(cases), people=people)


async def say_of_reviewer(act: Act, email: str) -> None:
    """Say what changed of whom a reviewer must not know."""
    closed = closings(await hidden_cases(act.read, act.cohort, email))
    await conflicts.say(act.uow, ConflictChanged, closed, viewers=[viewer_of(email)])


async def say_of_changed(act: Act, changed: Sequence[Application]) -> None:
    """After a use case: whose answers are others now may be somebody that a reviewer knows."""
    await say_of_applications(act, [one.id for one in changed])


async def say_everything(act: Act) -> None:
    """Say what was not said yet: conflicts of an earlier release, or of two acts that crossed."""
    for email in await load_reviewers(act.read, act.cohort):
        await say_of_reviewer(act, email)
