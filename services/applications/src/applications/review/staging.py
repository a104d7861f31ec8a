"""Decisions prepared one by one or by rank, looked at as a whole, and applied together."""

from functools import partial
from typing import Any
from uuid import uuid4

from applications.admissions import offers, place_ledger, store
from applications.admissions.act import Act
from applications.admissions.application import stepped
from applications.admissions.deciding import reject
from applications.admissions.settling import offered, promote
from applications.review.blindness import open_sheets
from applications.review.case import Board, Case, Draft, Review
from applications.review.ranking import ranked
from applications.review.staged_decisions import Bulk, Plan, Wanted, by_rank, planned, staged
from applications.review.store import load_board, review_to_document
from nextstep_contracts import ApplicationWaitlisted, NoSuch, Refused
from nextstep_messaging import Actor

STILL_BLIND = (
    "You are a reviewer yourself and have not locked all your sheets. "
    "Comparisons and decisions open for you once they are locked."
)


async def stage(act: Act, who: Actor, application_id: str, wanted: Wanted) -> None:
    """Prepare a decision, in place of one prepared before.

    Raises:
        Refused: the draft does not fit, or this person must not see scores yet.

    """
    board = await _open_board(act, who)
    case = _seen(board, who, application_id)
    draft = staged(case, board.method, wanted, who.name, act.now)
    await _save(act, [case.review.model_copy(update={"draft": draft})])
    # the choice follows from scores, and the trail is open to reviewers who are still blind
    await act.audit(who, "stage", application_id, "")


async def drop(act: Act, who: Actor, application_id: str) -> None:
    """Forget what was prepared for one application: it is undecided again.

    Raises:
        Refused: this person must not see scores yet.

    """
    board = await _open_board(act, who)
    case = _seen(board, who, application_id)
    if case.review.draft:
        await _save(act, [case.review.model_copy(update={"draft": None})])
        await act.audit(who, "drop-draft", application_id, "")


async def drop_all(act: Act, who: Actor) -> int:
    """Forget everything that was prepared and not applied; returns how much.

    Raises:
        Refused: this person must not see scores yet.

    """
    board = await _open_board(act, who)
    drafted = [case.review for case in _visible(board, who) if case.review.draft]
    await _save(act, [review.model_copy(update={"draft": None}) for review in drafted])
    await act.audit(who, "drop-drafts", act.cohort.id, f"{len(drafted)} drafts")
    return len(drafted)


async def stage_by_rank(act: Act, who: Actor, offer: int, waiting: int) -> Bulk:
    """Prepare offers for the first and turns on the waiting list for the next.

    Replaces every draft for an offer or the waiting list. Rejections that were prepared stay, and
    these applications are passed over.

    Raises:
        Refused: this person must not see scores yet.

    """
    board = await _open_board(act, who)
    visible = {case.id for case in _visible(board, who)}
    rows = [row for row in ranked(board.method, board.cases) if not _rejection(row.case)]
    bulk = by_rank(rows, offer, waiting, board.method)
    chosen: dict[str, Draft] = {
        case.id: staged(case, board.method, wanted, who.name, act.now)
        for case, wanted in bulk.wanted
    }
    changed = []
    for case in board.cases:
        draft = case.review.draft if _rejection(case) else chosen.get(case.id)
        if case.id in visible and draft != case.review.draft:
            changed.append(case.review.model_copy(update={"draft": draft}))
    await _save(act, changed)
    said = f"the first {offer} offers, the next {waiting} on the waiting list"
    await act.audit(who, "stage-by-rank", act.cohort.id, said)
    return Bulk(
        tuple(one for one in bulk.wanted if one[0].id in visible),
        tuple(case for case in bulk.tied if case.id in visible),
    )


async def apply(act: Act, who: Actor, digest: str) -> str:
    """Make every decision that was prepared and still fits, all or none; the person is named.

    Places that stay free then go to the waiting list in its order, until the cut-off.

    Args:
        act: where it happens.
        who: the person who decides.
        digest: names the drafts that this person looked at.

    Returns:
        the id of the record that says line by line what was applied and what was refused.

    Raises:
        Refused: the drafts are not those that were looked at, or do not fit together.
        Refused: there are fewer places than offers.

    """
    board = await _open_board(act, who)
    plan = plan_of(board, who.who, (await act.ledger()).free)
    if plan.digest != digest:
        raise Refused("The drafts changed since you opened the page. Look at it again.")
    if plan.faults:
        raise Refused(" ".join(plan.faults))
    if not plan.count:
        raise Refused("There is nothing to apply: no draft fits its application.")
    ranks = {row.case.id: row.rank for row in ranked(board.method, board.cases)}
    for case in plan.offers:
        await _offer(act, who, case, ranks.get(case.id))
    for case in plan.waiting:
        await _wait(act, who, case)
    for case in plan.rejections:
        await reject(act, case.id, who, case.review.draft.reason if case.review.draft else "")
    turns = (await act.ledger()).waiting
    await promote(act)
    promoted = [one for one in turns if (await act.ledger()).offer_to(one)]
    done = (*plan.offers, *plan.waiting, *plan.rejections)
    await _save(act, [case.review.model_copy(update={"draft": None}) for case in done])
    return await _record(act, who, plan, promoted)


def plan_of(board: Board, person: str, free: int) -> Plan:
    """What applying would do for this person, who decides nothing that a conflict hides."""
    ranks = {row.case.id: row.rank for row in ranked(board.method, board.cases)}
    cases = [case for case in board.cases if person.casefold() not in case.hidden_from]
    return planned(cases, board.method, ranks, free)


def blind(board: Board, person: str) -> bool:
    """Whether comparisons must stay closed to this person, who has a sheet to lock first."""
    email = person.casefold()
    return email in board.active and bool(open_sheets(board.cases, email, board.method))


async def _open_board(act: Act, who: Actor) -> Board:
    board = await load_board(act.uow.collection, act.cohort)
    if blind(board, who.who):
        raise Refused(STILL_BLIND)
    return board


def _visible(board: Board, who: Actor) -> list[Case]:
    email = who.who.casefold()
    return [case for case in board.cases if email not in case.hidden_from]


def _seen(board: Board, who: Actor, application_id: str) -> Case:
    for case in _visible(board, who):
        if case.id == application_id:
            return case
    raise NoSuch(f"There is no application {application_id}.")


def _rejection(case: Case) -> bool:
    return case.review.draft is not None and case.review.draft.choice == "reject"


async def _offer(act: Act, who: Actor, case: Case, rank: int | None) -> None:
    ends = offers.expiry(act.cohort, act.now)
    await act.application(case.id)
    waited = (await act.ledger()).position(case.id) is not None
    why = f"Selected after review, rank {rank}." if rank else "Selected by the office."
    change = partial(place_ledger.offer, application_id=case.id, at=act.now, expires_at=ends)
    await act.move(partial(change, reason=f"{why} ({who.name})"))
    why = _with_exception(why, case)
    await offered(act, case.id, ends, from_waiting_list=waited, why=why, by="office", who=who.name)
    await act.audit(who, "offer", case.id, why)


async def _wait(act: Act, who: Actor, case: Case) -> None:
    why = _with_exception("Placed after review.", case)
    application = act.put(stepped(await act.application(case.id), "waitlist", "office", why))
    change = partial(place_ledger.wait, application_id=case.id, at=act.now)
    await act.move(partial(change, reason=f"Placed after review. ({who.name})"))
    position = (await act.ledger()).position(case.id)
    await act.done_by(who, case.id, "waitlist", f"Waiting list, position {position}", why)
    act.tell(case.id, ApplicationWaitlisted, reference=application.reference, position=position)


def _with_exception(why: str, case: Case) -> str:
    draft = case.review.draft
    return f"{why} {draft.exception}" if draft and draft.exception else why


async def _record(act: Act, who: Actor, plan: Plan, promoted: list[str]) -> str:
    """Say line by line what was applied. No reasons: these are with each application."""
    done = (*plan.offers, *plan.waiting, *plan.rejections)
    lines = [_line(case, "applied") for case in done]
    lines += [_line(case, "refused", why) for case, why in plan.refused]
    record: dict[str, Any] = {
        "_id": uuid4().hex,
        "cohort": act.cohort.id,
        "at": act.now,
        "by": who.name,
        "who": who.who,
        "lines": lines,
        "promoted": promoted,
    }
    await act.uow.collection(store.ROUNDS).insert(record)
    said = f"{len(done)} applied, {len(plan.refused)} refused"
    await act.audit(who, "apply-drafts", act.cohort.id, said)
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


async def _save(act: Act, reviews: list[Review]) -> None:
    documents = [review_to_document(review) for review in reviews]
    collection = act.uow.collection(store.REVIEWS)
    await collection.save_many([one for one in documents if one["version"]])
    for new in (one for one in documents if not one["version"]):
        await collection.save(new)
