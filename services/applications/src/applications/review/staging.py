"""Decisions prepared one by one or by rank, looked at as a whole, and applied together."""

from functools import partial
from typing import Any
from uuid import uuid4

from applications.admissions import offers, place_ledger, store
from applications.admissions.act import Desk, Doer, NoSuchApplicationError
from applications.admissions.application import stepped
from applications.admissions.deciding import reject
from applications.admissions.settling import offered, promote
from applications.review.blindness import open_sheets
from applications.review.case import Board, Case, Draft, Review
from applications.review.ranking import ranked
from applications.review.sheets import ReviewRefusedError
from applications.review.staged_decisions import Bulk, Plan, Wanted, by_rank, planned, staged
from applications.review.store import load_board, review_to_document
from nextstep_contracts import ApplicationWaitlisted

STILL_BLIND = (
    "You are a reviewer yourself and have not locked all your sheets. "
    "Comparisons and decisions open for you once they are locked."
)


async def stage(desk: Desk, who: Doer, application_id: str, wanted: Wanted) -> None:
    """Prepare a decision, in place of one prepared before.

    Raises:
        ReviewRefusedError: the draft does not fit, or this person must not see scores yet.

    """
    board = await _open_board(desk, who)
    case = _seen(board, who, application_id)
    draft = staged(case, board.method, wanted, who.name, desk.now)
    await _save(desk, [case.review.model_copy(update={"draft": draft})])
    # the choice follows from scores, and the trail is open to reviewers who are still blind
    await desk.audit(who, "stage", application_id, "")


async def drop(desk: Desk, who: Doer, application_id: str) -> None:
    """Forget what was prepared for one application: it is undecided again.

    Raises:
        ReviewRefusedError: this person must not see scores yet.

    """
    board = await _open_board(desk, who)
    case = _seen(board, who, application_id)
    if case.review.draft:
        await _save(desk, [case.review.model_copy(update={"draft": None})])
        await desk.audit(who, "drop-draft", application_id, "")


async def drop_all(desk: Desk, who: Doer) -> int:
    """Forget everything that was prepared and not applied; returns how much.

    Raises:
        ReviewRefusedError: this person must not see scores yet.

    """
    board = await _open_board(desk, who)
    drafted = [case.review for case in _visible(board, who) if case.review.draft]
    await _save(desk, [review.model_copy(update={"draft": None}) for review in drafted])
    await desk.audit(who, "drop-drafts", desk.cohort.id, f"{len(drafted)} drafts")
    return len(drafted)


async def stage_by_rank(desk: Desk, who: Doer, offer: int, waiting: int) -> Bulk:
    """Prepare offers for the first and turns on the waiting list for the next.

    Replaces every draft for an offer or the waiting list. Rejections that were prepared stay, and
    these applications are passed over.

    Raises:
        ReviewRefusedError: this person must not see scores yet.

    """
    board = await _open_board(desk, who)
    visible = {case.id for case in _visible(board, who)}
    rows = [row for row in ranked(board.method, board.cases) if not _rejection(row.case)]
    bulk = by_rank(rows, offer, waiting, board.method)
    chosen: dict[str, Draft] = {
        case.id: staged(case, board.method, wanted, who.name, desk.now)
        for case, wanted in bulk.wanted
    }
    changed = []
    for case in board.cases:
        draft = case.review.draft if _rejection(case) else chosen.get(case.id)
        if case.id in visible and draft != case.review.draft:
            changed.append(case.review.model_copy(update={"draft": draft}))
    await _save(desk, changed)
    said = f"the first {offer} offers, the next {waiting} on the waiting list"
    await desk.audit(who, "stage-by-rank", desk.cohort.id, said)
    return Bulk(
        tuple(one for one in bulk.wanted if one[0].id in visible),
        tuple(case for case in bulk.tied if case.id in visible),
    )


async def apply(desk: Desk, who: Doer, digest: str) -> str:
    """Make every decision that was prepared and still fits, all or none; the person is named.

    Places that stay free then go to the waiting list in its order, until the cut-off.

    Args:
        desk: where it happens.
        who: the person who decides.
        digest: names the drafts that this person looked at.

    Returns:
        the id of the record that says line by line what was applied and what was refused.

    Raises:
        ReviewRefusedError: the drafts are not those that were looked at, or do not fit together.
        PlaceRefusedError: there are fewer places than offers.

    """
    board = await _open_board(desk, who)
    plan = plan_of(board, who.actor.who, (await desk.ledger()).free)
    if plan.digest != digest:
        raise ReviewRefusedError("The drafts changed since you opened the page. Look at it again.")
    if plan.faults:
        raise ReviewRefusedError(" ".join(plan.faults))
    if not plan.count:
        raise ReviewRefusedError("There is nothing to apply: no draft fits its application.")
    ranks = {row.case.id: row.rank for row in ranked(board.method, board.cases)}
    for case in plan.offers:
        await _offer(desk, who, case, ranks.get(case.id))
    for case in plan.waiting:
        await _wait(desk, who, case)
    for case in plan.rejections:
        await reject(desk, case.id, who, case.review.draft.reason if case.review.draft else "")
    turns = (await desk.ledger()).waiting
    await promote(desk)
    promoted = [one for one in turns if (await desk.ledger()).offer_to(one)]
    done = (*plan.offers, *plan.waiting, *plan.rejections)
    await _save(desk, [case.review.model_copy(update={"draft": None}) for case in done])
    return await _record(desk, who, plan, promoted)


def plan_of(board: Board, person: str, free: int) -> Plan:
    """What applying would do for this person, who decides nothing that a conflict hides."""
    ranks = {row.case.id: row.rank for row in ranked(board.method, board.cases)}
    cases = [case for case in board.cases if person.casefold() not in case.hidden_from]
    return planned(cases, board.method, ranks, free)


def blind(board: Board, person: str) -> bool:
    """Whether comparisons must stay closed to this person, who has a sheet to lock first."""
    email = person.casefold()
    return email in board.active and bool(open_sheets(board.cases, email, board.method))


async def _open_board(desk: Desk, who: Doer) -> Board:
    board = await load_board(desk.uow.collection, desk.cohort)
    if blind(board, who.actor.who):
        raise ReviewRefusedError(STILL_BLIND)
    return board


def _visible(board: Board, who: Doer) -> list[Case]:
    email = who.actor.who.casefold()
    return [case for case in board.cases if email not in case.hidden_from]


def _seen(board: Board, who: Doer, application_id: str) -> Case:
    for case in _visible(board, who):
        if case.id == application_id:
            return case
    raise NoSuchApplicationError(f"There is no application {application_id}.")


def _rejection(case: Case) -> bool:
    return case.review.draft is not None and case.review.draft.choice == "reject"


async def _offer(desk: Desk, who: Doer, case: Case, rank: int | None) -> None:
    ends = offers.expiry(desk.cohort, desk.now)
    await desk.application(case.id)
    waited = (await desk.ledger()).position(case.id) is not None
    why = f"Selected after review, rank {rank}." if rank else "Selected by the office."
    act = partial(place_ledger.offer, application_id=case.id, at=desk.now, expires_at=ends)
    await desk.move(partial(act, reason=f"{why} ({who.name})"))
    why = _with_exception(why, case)
    await offered(desk, case.id, ends, from_waiting_list=waited, why=why, by="office", who=who.name)
    await desk.audit(who, "offer", case.id, why)


async def _wait(desk: Desk, who: Doer, case: Case) -> None:
    why = _with_exception("Placed after review.", case)
    application = desk.put(stepped(await desk.application(case.id), "waitlist", "office", why))
    act = partial(place_ledger.wait, application_id=case.id, at=desk.now)
    await desk.move(partial(act, reason=f"Placed after review. ({who.name})"))
    position = (await desk.ledger()).position(case.id)
    await desk.done_by(who, case.id, "waitlist", f"Waiting list, position {position}", why)
    desk.tell(case.id, ApplicationWaitlisted, reference=application.reference, position=position)


def _with_exception(why: str, case: Case) -> str:
    draft = case.review.draft
    return f"{why} {draft.exception}" if draft and draft.exception else why


async def _record(desk: Desk, who: Doer, plan: Plan, promoted: list[str]) -> str:
    """Say line by line what was applied. No reasons: these are with each application."""
    done = (*plan.offers, *plan.waiting, *plan.rejections)
    lines = [_line(case, "applied") for case in done]
    lines += [_line(case, "refused", why) for case, why in plan.refused]
    record: dict[str, Any] = {
        "_id": uuid4().hex,
        "cohort": desk.cohort.id,
        "at": desk.now,
        "by": who.name,
        "who": who.actor.who,
        "lines": lines,
        "promoted": promoted,
    }
    await desk.uow.collection(store.ROUNDS).insert(record)
    said = f"{len(done)} applied, {len(plan.refused)} refused"
    await desk.audit(who, "apply-drafts", desk.cohort.id, said)
    return str(record["_id"])


def _line(case: Case, outcome: str, why: str = "") -> dict[str, Any]:
    draft = case.review.draft
    return {
        "application_id": case.id,
        "reference": case.application.reference,
        "choice": draft.choice if draft else None,
        "position": draft.position if draft else None,
        "outcome": outcome,
        "why": why,
    }


async def _save(desk: Desk, reviews: list[Review]) -> None:
    documents = [review_to_document(review) for review in reviews]
    collection = desk.uow.collection(store.REVIEWS)
    await collection.save_many([one for one in documents if one["version"]])
    for new in (one for one in documents if not one["version"]):
        await collection.save(new)
