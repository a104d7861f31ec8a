"""Many applications at once: rehearsed first, then each changed in a transaction of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from applications.admissions import deciding
from applications.admissions.act import Act, Applications
from applications.admissions.application import Application
from applications.admissions.looked_at import look_at_all
from applications.office.list.bulk import BulkChange, BulkItem, BulkOutcome, Effect
from applications.office.list.store import add_change, add_outcome, find_change, has_outcome
from nextstep_contracts import Refused
from nextstep_messaging import Actor, DuplicateKey, StaleDocument, UnitOfWork

Step = Callable[[Act, Application, str], Awaitable[None]]
STEPS: Mapping[str, Step] = {
    "eligible": deciding.decide_eligible,
    "reject": deciding.reject,
    "documents": deciding.ask_for_documents,
    "seen": look_at_all,
}


class _OverError(Exception):
    """A rehearsal is over: whatever was written in its transaction is dropped."""

    def __init__(self, result: "Rehearsed") -> None:
        super().__init__("rehearsed")
        self.result = result


class Rehearsal(Act):
    """An act on which the real use cases are played through, one after another, for nothing.

    What it says is what would happen, effects on places included, because the same rules say it.
    It is never flushed.
    """

    async def try_out(self, item: BulkItem, step: Step) -> BulkOutcome:
        """What would happen to one application after those before it."""
        before = self.remembered()
        try:
            await step(self, await _unchanged(self, item), "(reason)")
        except Refused as no:
            self.back_to(before)
            return BulkOutcome(item.application_id, done=False, text=str(no))
        return BulkOutcome(item.application_id, done=True, text=_told(self, item))


Rehearsed = tuple[list[BulkOutcome], Effect]


async def rehearse(
    here: Applications, items: Sequence[BulkItem], action: str, who: Actor
) -> Rehearsed:
    """What an action would do to each of these applications, and to the places.

    It runs in a transaction that is always given up, so that nothing of it can stay.
    """

    async def play(uow: UnitOfWork) -> None:
        act = Rehearsal(uow, here.cohort, who)
        await act.applications([item.application_id for item in items])
        before = await act.ledger()
        outcomes = [await act.try_out(item, STEPS[action]) for item in items]
        raise _OverError((outcomes, Effect(before, await act.ledger())))

    try:
        await here.messaging.transact(play)
    except _OverError as over:
        return over.result
    raise AssertionError("a rehearsal ends by being given up")


async def begin(here: Applications, change: BulkChange) -> None:
    """Remember what was confirmed.

    Raises:
        Refused: something else was confirmed under its key.

    """
    try:
        await add_change(here.db, change)
    except DuplicateKey:
        before = await find_change(here.db.read, change.key)
        if before is None or not before.confirms(change):
            raise Refused("This was confirmed for something else. Begin again.") from None


async def do_apart(
    here: Applications,
    item: BulkItem,
    change: BulkChange,
    reason: str,
    *,
    who: Actor,
    correlation_id: UUID,
) -> None:
    """Change one application in a transaction of its own; a refusal is an outcome like any other.

    Nothing is said where others were in the way, or did it: the report says which.
    """
    with suppress(StaleDocument, DuplicateKey):
        try:
            await here.perform(
                lambda act: do_one(act, item, change, reason), who, correlation_id=correlation_id
            )
        except Refused as no:
            outcome = BulkOutcome(item.application_id, done=False, text=str(no))
            # pressed twice: the other press may have said what became of it
            await add_outcome(here.db.write, change.key, outcome)


async def do_one(act: Act, item: BulkItem, change: BulkChange, reason: str) -> None:
    """Change one application, once however often it is asked for.

    Raises:
        Refused: the rules or the ledger refuse it, or it changed after somebody looked at it.
        NoSuch: there is none with that id.

    """
    if await has_outcome(act.read, change.key, item.application_id):
        return
    await STEPS[change.action](act, await _unchanged(act, item), reason)
    outcome = BulkOutcome(item.application_id, done=True, text=_told(act, item))
    await add_outcome(act.uow.collection, change.key, outcome)


async def _unchanged(act: Act, item: BulkItem) -> Application:
    application = await act.application(item.application_id)
    deciding.refuse_if_changed(application, item.version)
    return application


def _told(act: Act, item: BulkItem) -> str:
    return ". ".join(line.what for line in act.noted(item.application_id)) + "."
