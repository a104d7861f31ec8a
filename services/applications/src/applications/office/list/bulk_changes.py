"""Many applications at once: rehearsed first, then each changed in a transaction of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from applications.admissions import deciding, store
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.office.list.bulk import Effect, Item, Outcome
from nextstep_contracts import Refused
from nextstep_messaging import Actor, Messaging, UnitOfWork
from nextstep_programme import Cohort

Step = Callable[[Act, Application, str], Awaitable[None]]
STEPS: Mapping[str, Step] = {
    "eligible": deciding.decide_eligible,
    "reject": deciding.reject,
    "documents": deciding.ask_for_documents,
    "seen": deciding.mark_seen,
}
CHANGED = "It was changed after you looked at it. Look again, then decide."


@dataclass(frozen=True)
class Change:
    """What somebody confirmed for many applications."""

    key: str
    """Made with the dry run: what is confirmed twice is done once."""
    action: str
    reason: str


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

    async def try_out(self, item: Item, step: Step) -> Outcome:
        """What would happen to one application after those before it."""
        before = self.remembered()
        try:
            await step(self, await _unchanged(self, item), "(reason)")
        except Refused as no:
            self.back_to(before)
            return Outcome(item.application_id, done=False, text=str(no))
        return Outcome(item.application_id, done=True, text=_told(self, item))


Rehearsed = tuple[list[Outcome], Effect]


async def rehearse(
    messaging: Messaging, cohort: Cohort, items: Sequence[Item], action: str, who: Actor
) -> Rehearsed:
    """What an action would do to each of these applications, and to the places.

    It runs in a transaction that is always given up, so that nothing of it can stay.
    """

    async def play(uow: UnitOfWork) -> None:
        act = Rehearsal(uow, cohort, who)
        await act.applications([item.application_id for item in items])
        before = await act.ledger()
        outcomes = [await act.try_out(item, STEPS[action]) for item in items]
        raise _OverError((outcomes, Effect(before, await act.ledger())))

    try:
        await messaging.transact(play)
    except _OverError as over:
        return over.result
    raise AssertionError("a rehearsal ends by being given up")


async def do_one(act: Act, item: Item, change: Change) -> Outcome | None:
    """Change one application, once however often it is asked for; None if it was done before.

    Raises:
        Refused: the rules or the ledger refuse it, or it changed after somebody looked at it.
        NoSuch: there is none with that id.

    """
    outcomes = act.uow.collection(store.BULK_OUTCOMES)
    if await outcomes.get(outcome_key(change.key, item)) is not None:
        return None
    await STEPS[change.action](act, await _unchanged(act, item), change.reason)
    outcome = Outcome(item.application_id, done=True, text=_told(act, item))
    await outcomes.insert(outcome_row(change.key, item, outcome))
    return outcome


def outcome_key(bulk_id: str, item: Item) -> str:
    """One outcome for each application of a bulk change."""
    return f"{bulk_id}:{item.application_id}"


def outcome_row(bulk_id: str, item: Item, outcome: Outcome) -> dict[str, Any]:
    """The stored form of an outcome."""
    return {
        "_id": outcome_key(bulk_id, item),
        "bulk": bulk_id,
        "application_id": item.application_id,
        "done": outcome.done,
        "text": outcome.text,
    }


async def _unchanged(act: Act, item: Item) -> Application:
    application = await act.application(item.application_id)
    if application.version != item.version:
        raise Refused(CHANGED)
    return application


def _told(act: Act, item: Item) -> str:
    return ". ".join(act.noted(item.application_id)) + "."
