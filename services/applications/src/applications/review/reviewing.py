"""Who reviews what, and what reviewers write. Each changes one review, or asks many at once."""

from collections.abc import Mapping

from applications.admissions.act import Act
from applications.admissions.states import STATES
from applications.review import dealing
from applications.review.blindness import CONFLICTED
from applications.review.case import Case, Review
from applications.review.conflicts import Reviewer, same_person, told_as
from applications.review.opening_a_case import acting, case_for, own_case, put_review
from applications.review.saying_conflicts import say_of_reviewer
from applications.review.sheets import Sheet, locked, repeats, unlocked, written
from applications.review.store import hidden_from, keep_reviewer, load_reviewer, load_selection
from nextstep_contracts import AlreadySo, NoSuch, Person, Refused, ReviewerInvited
from nextstep_web.access_ended import was_erased


async def add_reviewer(
    act: Act, email: str, name: str, trust: str | None, registration: str | None = None
) -> None:
    """Make somebody a reviewer and tell them by email, or bring up to date what is known of one.

    Raises:
        Refused: the address or the name is missing, it is one's own entry, whoever had this
            address was erased, or a conflict hides an application from whoever asks.

    """
    address, called = email.strip().casefold(), " ".join(name.split())
    wrong = {}
    if address.count("@") != 1 or any(c.isspace() for c in address):
        wrong["email"] = "Enter the address that the reviewer signs in with"
    if not called:
        wrong["name"] = "Enter the name of the reviewer"
    if wrong:
        raise Refused("The reviewer's details are not complete.", wrong)
    await _arranges(act)
    if await was_erased(act.read, [told_as(act.cohort.id, address)]):
        # no service would keep any more what is closed to them, nor send them an email
        raise Refused.field("email", "Who reviewed under this address was erased: enter another")
    known = await load_reviewer(act.read, act.cohort, address)
    if known and same_person([address], acting(act)):
        raise Refused("Ask a colleague: nobody changes their own entry, which suggests conflicts.")
    reviewer = Reviewer(
        email=address,
        name=called,
        trust=(trust or "").strip() or None,
        registration=(registration or "").strip() or None,
        added_at=known.added_at if known else act.now,
        invited=known.invited if known else 0,
        version=known.version if known else 0,
    )
    if known is None or known.left:  # whoever reviews already has the address
        reviewer = reviewer.model_copy(update={"invited": reviewer.invited + 1})
        act.uow.publish(invitation(act.cohort.id, reviewer))
    await keep_reviewer(act.uow, act.cohort, reviewer)
    await say_of_reviewer(act, reviewer.email)
    act.audit("add-reviewer", act.cohort.id, why=address)


def invitation(cohort: str, reviewer: Reviewer) -> ReviewerInvited:
    """What tells a reviewer that they review, and where."""
    person_id = told_as(cohort, reviewer.email)
    return ReviewerInvited(
        cohort=cohort,
        revision=reviewer.invited,
        reviewer=Person(person_id=person_id, name=reviewer.name, email=reviewer.email),
    )


async def stand_down(act: Act, email: str, reason: str) -> int:
    """A reviewer takes no more part. Locked sheets count on; open ones can go to somebody else.

    Returns:
        how many open sheets were taken back.

    Raises:
        Refused: there is no such reviewer, no reason, it is oneself, or a conflict hides an
            application from whoever asks.

    """
    _needs(reason)
    _by_a_colleague(act, email, "stands themselves down")
    await _arranges(act)
    known = await load_reviewer(act.read, act.cohort, email)
    if known is not None and known.left:
        raise AlreadySo(f"{known.name} has stood down already.")
    if known is None:
        raise Refused("There is no such reviewer.")
    await keep_reviewer(act.uow, act.cohort, known.model_copy(update={"left": True}))
    selection = await load_selection(act.read, act.cohort, reviewer=email)
    taken = [case for case in selection.cases if _is_open(case.review.sheet_of(email))]
    for case in taken:
        await put_review(act, _without(case.review, email))
        what = f"Review no longer asked of {known.name}"
        act.note(case.id, "review_taken_back", what, act.actor.name)
    act.audit("stand-down-reviewer", act.cohort.id, why=f"{email}: {reason.strip()}")
    return len(taken)


async def assign(act: Act, application_id: str, email: str) -> None:
    """Ask a reviewer to review an application.

    Raises:
        Refused: it is not under review, this reviewer cannot be asked, or it is oneself.

    """
    _by_a_colleague(act, email, "asks themselves to review")
    selection, case = await case_for(act, application_id)
    if email not in selection.active:
        raise Refused("Choose a reviewer from the list.")
    if case.review.sheet_of(email):
        raise AlreadySo(f"{selection.name(email)} was asked already.")
    if email in case.hidden_from:
        raise Refused(
            f"{selection.name(email)} has a conflict of interest here, or one that nobody has "
            "answered yet. Choose somebody else, or look at the conflicts first."
        )
    _under_review(case)
    await put_review(act, case.review.with_sheet(Sheet(reviewer=email)))
    what = f"Review asked of {selection.name(email)}"
    act.done(application_id, "assign-review", "review_asked", what)


async def unassign(act: Act, application_id: str, email: str, reason: str) -> None:
    """Take back what was asked, as long as the sheet is not locked.

    Raises:
        Refused: the reviewer was not asked, has locked, it is oneself, or no reason is given.

    """
    _needs(reason)
    _by_a_colleague(act, email, "takes back what they were asked")
    selection, case = await case_for(act, application_id)
    sheet = case.review.sheet_of(email)
    if sheet is None:
        raise AlreadySo("This reviewer is not asked.")
    if not _is_open(sheet):
        raise Refused("A sheet that was locked stays. Record a conflict if it must go.")
    await put_review(act, _without(case.review, email))
    what = f"Review no longer asked of {selection.name(email)}"
    act.done(application_id, "unassign-review", "review_taken_back", what, reason)


async def deal(act: Act, seed: str) -> dealing.Deal:
    """Ask as many reviewers as each application still needs, evenly and without conflicts.

    Raises:
        Refused: a conflict hides an application from whoever asks.

    """
    await _arranges(act)
    selection = await load_selection(act.read, act.cohort)
    result = dealing.dealt(dealing.needs(selection), dealing.loads(selection.cases), seed)
    changed: dict[str, Review] = {}
    for application_id, email in result.assignments:
        case = selection.case(application_id)
        if case is None:
            raise NoSuch(application_id)
        review = changed.get(application_id, case.review)
        changed[application_id] = review.with_sheet(Sheet(reviewer=email))
        what = f"Review asked of {selection.name(email)}"
        act.note(application_id, "review_asked", what, act.actor.name, "Dealt evenly.")
    for review in changed.values():
        await put_review(act, review)
    said = f"{len(result.assignments)} sheets, seed {seed}"
    act.audit("deal-reviews", act.cohort.id, why=said)
    return result


async def score(
    act: Act,
    application_id: str,
    scores: Mapping[str, int],
    comment: str,
    *,
    lock: bool,
) -> Sheet:
    """Keep the reviewer's own sheet as a draft, or lock it.

    Raises:
        NoSuch: not asked, hidden, or none: all look the same.
        Refused: locked already, incomplete, or points off the scale.

    """
    selection, case, sheet = await own_case(act, application_id)
    if not case.under_review:
        raise Refused("This application is no longer under review.")
    if repeats(sheet, scores, comment):
        return sheet
    sheet = written(sheet, selection.method, scores, comment)
    if lock:
        sheet = locked(sheet, selection.method, case.content, act.now)
        act.done(application_id, "lock-review", "review_locked", "Review locked")
    else:
        act.audit("draft-review", application_id, why="")
    await put_review(act, case.review.with_sheet(sheet))
    return sheet


async def unlock(act: Act, application_id: str, email: str, reason: str) -> None:
    """The office opens a locked sheet again.

    The reason stands on the sheet and in the audit trail, which is closed to who still scores; not
    in the history: it may give away what a sheet said.

    Raises:
        Refused: it is not locked, it is one's own, the application is decided, or there
            is no reason.

    """
    if same_person([email], acting(act)):
        raise Refused("Ask a colleague: nobody unlocks their own sheet.")
    selection, case = await case_for(act, application_id)
    sheet = case.review.sheet_of(email)
    if sheet is None:
        raise Refused("This reviewer was not asked.")
    _under_review(case)
    await put_review(act, case.review.with_sheet(unlocked(sheet, reason, act.actor.name, act.now)))
    what = f"Review of {selection.name(email)} unlocked"
    act.note(application_id, "review_unlocked", what, act.actor.name)
    act.audit("unlock-review", application_id, why=reason.strip())


def _by_a_colleague(act: Act, email: str, what: str) -> None:
    """Who reviews and works in the office would otherwise open a comparison that is closed to them.

    Without their open sheet they read what the others gave; asked again they would write it after.
    """
    if same_person([email], acting(act)):
        raise Refused(f"Ask a colleague: nobody {what}.")


async def _arranges(act: Act) -> None:
    """Who reviews is arranged for all applications together, so by somebody who may know all."""
    if await hidden_from(act.read, act.cohort, act.actor.who):
        raise Refused(CONFLICTED)


def _needs(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason.", {"reason": "Give a reason"})


def _is_open(sheet: Sheet | None) -> bool:
    """Whether it can be taken back without losing what was once locked."""
    return sheet is not None and sheet.revision == 0


def _without(review: Review, email: str) -> Review:
    kept = tuple(sheet for sheet in review.sheets if sheet.reviewer != email)
    return review.model_copy(update={"sheets": kept})


def _under_review(case: Case) -> None:
    if not case.under_review:
        state = STATES[case.application.state].office
        raise Refused(f"{case.application.reference} is “{state}”, not under review.")
