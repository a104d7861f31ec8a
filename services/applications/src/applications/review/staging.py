"""Decisions prepared one by one or by rank, looked at as a whole, and applied together."""

from uuid import uuid4

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.deciding import rejected
from applications.admissions.once_eligible import accepted_late, offered, waitlisted
from applications.admissions.outcome import Outcome
from applications.admissions.states import By
from applications.review.blindness import closed
from applications.review.case import Case, Draft, Selection
from applications.review.ranking import ranked
from applications.review.rounds import Round, line_of
from applications.review.staged_decisions import (
    Plan,
    StagedByRank,
    ToStage,
    by_rank,
    planned,
    staged,
)
from applications.review.store import hidden_from, keep_reviews, keep_round, load_selection
from nextstep_contracts import AlreadySo, NoSuch, Refused


async def stage(act: Act, application_id: str, wanted: ToStage) -> None:
    """Prepare a decision, in place of one prepared before.

    Raises:
        Refused: the draft does not fit, or this person must not compare.

    """
    selection = await _open_selection(act)
    case = _case(selection, application_id)
    draft = staged(case, selection.method, wanted, act.actor.name, act.now)
    await keep_reviews(act.uow, [case.review.model_copy(update={"draft": draft})])
    act.audit("stage", application_id, why="")


async def drop(act: Act, application_id: str) -> None:
    """Forget what was prepared for one application: it is undecided again.

    Raises:
        Refused: this person must not compare.

    """
    selection = await _open_selection(act)
    case = _case(selection, application_id)
    if case.review.draft:
        await keep_reviews(act.uow, [case.review.model_copy(update={"draft": None})])
        act.audit("drop-draft", application_id, why="")


async def drop_all(act: Act) -> int:
    """Forget everything that was prepared and not applied; returns how much.

    Raises:
        Refused: this person must not compare.

    """
    selection = await _open_selection(act)
    drafted = [case.review for case in selection.cases if case.review.draft]
    await keep_reviews(act.uow, [review.model_copy(update={"draft": None}) for review in drafted])
    act.audit("drop-drafts", act.cohort.id, why=f"{len(drafted)} drafts")
    return len(drafted)


async def stage_by_rank(act: Act, offer: int, waiting: int) -> StagedByRank:
    """Prepare offers for the first and turns on the waiting list for the next.

    Replaces every draft for an offer or the waiting list. Rejections that were prepared stay, and
    these applications are passed over.

    Raises:
        Refused: this person must not compare.

    """
    selection = await _open_selection(act)
    rows = [row for row in ranked(selection.method, selection.cases) if not _rejection(row.case)]
    bulk = by_rank(rows, offer, waiting, selection.method)
    chosen: dict[str, Draft] = {
        case.id: staged(case, selection.method, wanted, act.actor.name, act.now)
        for case, wanted in bulk.wanted
    }
    changed = []
    for case in selection.cases:
        draft = case.review.draft if _rejection(case) else chosen.get(case.id)
        if draft != case.review.draft:
            changed.append(case.review.model_copy(update={"draft": draft}))
    await keep_reviews(act.uow, changed)
    said = f"the first {offer} offers, the next {waiting} on the waiting list"
    act.audit("stage-by-rank", act.cohort.id, why=said)
    return bulk


async def apply(act: Act, digest: str) -> str:
    """Make every decision that was prepared and still fits, all or none; the person is named.

    Places that stay free then go to the waiting list in its order, until the cut-off.

    Args:
        act: where it happens.
        digest: names the drafts that this person looked at.

    Returns:
        the id of the record that says line by line what was applied and what was refused.

    Raises:
        Refused: the drafts are not those that were looked at, or do not fit together, or there
            are fewer places than offers.

    """
    selection = await _open_selection(act)
    plan = plan_of(selection, (await act.ledger()).free)
    if not any(case.review.draft for case in selection.cases):
        raise AlreadySo("No draft is left: they were applied or dropped already.")
    if plan.digest != digest:
        raise Refused("The drafts changed since you opened the page. Look at it again.")
    if plan.faults:
        raise Refused(" ".join(plan.faults))
    if not plan.count:
        raise Refused("There is nothing to apply: no draft fits its application.")
    ranks = {row.case.id: row.rank for row in ranked(selection.method, selection.cases)}
    held = await act.applications([case.id for case in plan.decided])
    for case, application in zip(plan.decided, held, strict=True):
        so_far = await act.about(application)
        await act.keep(made(so_far, act.by, case, compared=case.id in ranks))
    turns = (await act.ledger()).waiting
    await act.promote()
    promoted = [one for one in turns if (await act.ledger()).offer_to(one)]
    reviews = [case.review.model_copy(update={"draft": None}) for case in plan.decided]
    await keep_reviews(act.uow, reviews)
    return await _record(act, plan, ranks, promoted)


def plan_of(selection: Selection, free: int) -> Plan:
    """What applying would do."""
    ranks = {row.case.id: row.rank for row in ranked(selection.method, selection.cases)}
    return planned(selection.cases, selection.method, ranks, free)


async def _open_selection(act: Act) -> Selection:
    selection = await load_selection(act.read, act.cohort)
    hidden = await hidden_from(act.read, act.cohort, act.actor.who)
    if why := closed(selection, act.actor.who, hidden):
        raise Refused(why)
    return selection


def _case(selection: Selection, application_id: str) -> Case:
    case = selection.case(application_id)
    if case is None:
        raise NoSuch(f"There is no application {application_id}.")
    return case


def _rejection(case: Case) -> bool:
    return case.review.draft is not None and case.review.draft.choice == "reject"


def made(so_far: Outcome, by: By, case: Case, *, compared: bool) -> Outcome:
    """The decision that was staged for the applicant is made; `compared` if it had a rank.

    The rank itself stays with the round: the history, the ledger and the trail are read by people
    from whom comparisons are kept.

    Raises:
        ValueError: none was staged.

    """
    draft = case.review.draft
    if draft is None:
        raise ValueError("only what was staged is decided")
    if draft.choice == "offer":
        return chosen(so_far, by, case, compared=compared)
    if draft.choice == "waitlist":
        return placed(so_far, by, case)
    return rejected(so_far, by, draft.reason)


def chosen(so_far: Outcome, by: By, case: Case, *, compared: bool) -> Outcome:
    """The applicant is offered a place after the review."""
    ends = offers.expiry(so_far.cohort, so_far.now)
    waited = so_far.ledger.position(case.id) is not None
    why = "Selected after review." if compared else "Selected by the office."
    late = accepted_late(so_far.application)
    outcome = so_far.moved(place_ledger.offer, ends, f"{why} ({by.name})", accepted_late=late)
    why = _with_exception(why, case)
    return offered(outcome, ends, by, why, from_waiting_list=waited).audited("offer", why)


def placed(so_far: Outcome, by: By, case: Case) -> Outcome:
    """The applicant joins the waiting list after the review."""
    late, why = accepted_late(so_far.application), f"Placed after review. ({by.name})"
    outcome = so_far.moved(place_ledger.wait, why, accepted_late=late)
    why = _with_exception("Placed after review.", case)
    return waitlisted(outcome, by, why).audited("waitlist", why)


def _with_exception(why: str, case: Case) -> str:
    draft = case.review.draft
    return f"{why} {draft.exception}" if draft and draft.exception else why


async def _record(act: Act, plan: Plan, ranks: dict[str, int], promoted: list[str]) -> str:
    """Say line by line what was applied."""
    applied = [line_of(case, "applied", rank=ranks.get(case.id)) for case in plan.decided]
    refused = [line_of(case, "refused", why, rank=ranks.get(case.id)) for case, why in plan.refused]
    record = Round(
        id=uuid4().hex,
        cohort=act.cohort.id,
        at=act.now,
        by=act.actor.name,
        who=act.actor.who,
        lines=(*applied, *refused),
        promoted=tuple(promoted),
    )
    await keep_round(act.uow, record)
    said = f"{len(applied)} applied, {len(refused)} refused"
    act.audit("apply-drafts", act.cohort.id, why=said)
    return record.id
