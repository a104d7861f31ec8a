"""Conflicts of interest: declared, decided by the office, carried over at a merge."""

from applications.admissions.act import Act
from applications.admissions.history import Kind
from applications.review.case import Case, carried
from applications.review.conflicts import Conflict, checked_kind, decided, inherited, same_person
from applications.review.opening_a_case import acting, case_for, own_case, put_review
from applications.review.saying_conflicts import say_of_applications
from applications.review.store import load_selection
from nextstep_contracts import AlreadySo, NoSuch, Refused


async def declare(act: Act, application_id: str, kind: str, reason: str) -> None:
    """A reviewer has a conflict of interest: the application disappears for them.

    Raises:
        AlreadySo: they said the same before.
        NoSuch: not asked, hidden, or none.
        Refused: no kind or no reason.

    """
    if await _declared(act, application_id, kind, reason):
        raise AlreadySo("You have said so already. You will not see this application again.")
    _, case, _ = await own_case(act, application_id)
    await _decide(act, case, acting(act), kind=kind, reason=reason, effective=True)


async def _declared(act: Act, application_id: str, kind: str, reason: str) -> bool:
    """Whether they themselves have said just this, and nobody has lifted it since."""
    case = (await load_selection(act.read, act.cohort, ids=[application_id])).case(application_id)
    mine = (acting(act), kind, reason, act.actor.name)
    return case is not None and any(
        one.effective and (one.reviewer, one.kind, one.reason, one.by) == mine
        for one in case.review.conflicts
    )


async def decide_conflict(
    act: Act,
    application_id: str,
    email: str,
    *,
    kind: str,
    reason: str,
    effective: bool,
) -> None:
    """The office records a conflict, confirms one that was suggested, or lifts one.

    Raises:
        Refused: no such reviewer, no kind or reason, or it cannot be lifted.

    """
    selection, case = await case_for(act, application_id)
    if email not in selection.reviewers:
        raise Refused("Choose a reviewer from the list.")
    if same_person([email], acting(act)):
        raise Refused("Ask a colleague: nobody decides about a conflict of their own.")
    await _decide(act, case, email, kind=kind, reason=reason, effective=effective)


async def carry_conflicts(act: Act, duplicate_id: str, surviving_id: str) -> None:
    """Whoever may not see a duplicate may not see the application that counts either."""
    if act.cohort.selection.mode != "reviewed":
        return
    ids = [duplicate_id, surviving_id]
    selection = await load_selection(act.read, act.cohort, ids=ids)
    duplicate, surviving = selection.case(duplicate_id), selection.case(surviving_id)
    if duplicate is None or surviving is None:
        raise NoSuch(duplicate_id)
    await _inherit(act, surviving, carried(duplicate, surviving, act.actor.name, act.now))


async def _inherit(act: Act, case: Case, found: tuple[Conflict, ...]) -> None:
    if not found:
        return
    conflicts = case.review.conflicts
    for conflict in found:
        conflicts = decided(conflicts, conflict)
        what = f"Conflict of interest: {conflict.reviewer}"
        why = f"Carried from {conflict.carried_from}. {conflict.reason}"
        act.done(case.id, "review-conflict", "conflict", what, why)
    await put_review(act, case.review.model_copy(update={"conflicts": conflicts}))


async def _decide(
    act: Act, case: Case, email: str, *, kind: str, reason: str, effective: bool
) -> None:
    wanted = Conflict(
        reviewer=email,
        kind=checked_kind(kind),
        reason=reason,
        effective=effective,
        by=act.actor.name,
        at=act.now,
    )
    same = {"by", "at"}
    if any(
        one.model_dump(exclude=same) == wanted.model_dump(exclude=same)
        for one in case.review.conflicts
    ):
        raise AlreadySo("This is recorded already.")
    conflicts = decided(case.review.conflicts, wanted)
    await put_review(act, case.review.model_copy(update={"conflicts": conflicts}))
    found: Kind = "conflict" if effective else "no_conflict"
    what = f"{'Conflict' if effective else 'No conflict'} of interest: {email}"
    act.done(case.id, "review-conflict", found, what, reason.strip())
    await _pass_on(act, case, wanted)
    await say_of_applications(act, [case.id])


async def _pass_on(act: Act, case: Case, conflict: Conflict) -> None:
    """What is decided on a duplicate after the merge holds on the one that counts as well."""
    counts = case.application.duplicate_of
    if counts is None:
        return
    surviving = (await load_selection(act.read, act.cohort, ids=[counts])).case(counts)
    if surviving is None:
        raise NoSuch(counts)
    known, reference = surviving.review.conflicts, case.application.reference
    await _inherit(act, surviving, inherited(known, [conflict], reference))
    await _pass_on(act, surviving, conflict)
