"""A review as somebody may work on it: loaded as they see it, and put back."""

from applications.admissions.act import Act
from applications.review.blindness import sight
from applications.review.case import Case, Review, Selection
from applications.review.sheets import Sheet
from applications.review.store import hidden_from, keep_reviews, load_selection
from nextstep_contracts import NoSuch


def acting(act: Act) -> str:
    """The address of whoever acts, as reviewers are known by."""
    return act.actor.who.casefold()


async def case_for(act: Act, application_id: str) -> tuple[Selection, Case]:
    """The case as the office sees it; one that a conflict hides from this person does not exist."""
    selection = await load_selection(act.read, act.cohort, ids=[application_id])
    case = selection.case(application_id)
    if case is None or case.application.erased:
        raise NoSuch(f"There is no application {application_id}.")
    if application_id in await hidden_from(act.read, act.cohort, acting(act)):
        raise NoSuch(f"There is no application {application_id}.")
    return selection, case


async def own_case(act: Act, application_id: str) -> tuple[Selection, Case, Sheet]:
    """A reviewer's own case and sheet; without one, there is no such application."""
    selection, case = await case_for(act, application_id)
    email = acting(act)
    view = sight(case, email, selection.method)
    if view is None or email not in selection.active:
        raise NoSuch(f"There is no application {application_id}.")
    return selection, case, view.mine


async def put_review(act: Act, review: Review) -> None:
    """Store it, if nobody changed it meanwhile."""
    await keep_reviews(act.uow, [review])
