"""A review as somebody may work on it: loaded as they see it, and put back."""

from applications.admissions import store
from applications.admissions.act import Act
from applications.review.blindness import sight
from applications.review.case import Board, Case, Review
from applications.review.sheets import Sheet
from applications.review.store import load_board, review_to_document
from nextstep_contracts import NoSuch


def acting(act: Act) -> str:
    """The address of whoever acts, as reviewers are known by."""
    return act.actor.who.casefold()


async def case_for(act: Act, application_id: str) -> tuple[Board, Case]:
    """The case as the office sees it; one that a conflict hides from this person does not exist."""
    board = await load_board(act.read, act.cohort, ids=[application_id])
    case = board.case(application_id)
    if case is None or case.application.erased or acting(act) in case.hidden_from:
        raise NoSuch(f"There is no application {application_id}.")
    return board, case


async def own_case(act: Act, application_id: str) -> tuple[Board, Case, Sheet]:
    """A reviewer's own case and sheet; without one, there is no such application."""
    board, case = await case_for(act, application_id)
    email = acting(act)
    view = sight(case, email, board.method)
    if view is None or email not in board.active:
        raise NoSuch(f"There is no application {application_id}.")
    return board, case, view.mine


async def put_review(act: Act, review: Review) -> None:
    """Store it, if nobody changed it meanwhile."""
    await act.read(store.REVIEWS).save(review_to_document(review))
