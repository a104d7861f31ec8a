"""Stage a decision, look, then apply it or drop it."""

from typing import Literal

from awards.fellows.act import Act
from awards.fellows.typed_text import required
from awards.panel.colleagues import needs_to_know_all
from awards.result import decision
from awards.result.decision import AwardsDecision
from awards.result.result import Result
from awards.result.store import known_result
from nextstep_contracts import AlreadySo, Refused


async def stage(act: Act, reason: str = "") -> AwardsDecision:
    """Prepare a decision from the result as it stands. Nothing is published."""
    result = await _result(act)
    _may_stage(result)
    if result.announced:
        reason = required(reason, "Say why the announced decision is revised")
    number = len(result.decisions) + 1
    staged = AwardsDecision(
        id=f"{act.cohort.id}:{number}",
        cohort=act.cohort.id,
        revision=number,
        state="staged",
        basis=result.basis,
        method=result.judging.method.fingerprint,
        winners=result.winners(),
        reason=reason.strip(),
        staged_by=act.by,
        staged_at=act.now,
    )
    act.audit("staged the decision", staged.id, reason=reason)
    return await act.save(staged)


async def _result(act: Act) -> Result:
    """The result, to whoever may know all of it.

    Raises:
        Refused: something is kept from them.

    """
    result = await known_result(act.read, act.here, act.people)
    await needs_to_know_all(act, result.judging.panel, whole=result.judging.whole)
    return result


def _may_stage(result: Result) -> None:
    if result.staged and result.staged.basis == result.basis:
        raise AlreadySo("This decision is staged already. Apply it or drop it.")
    if result.staged:
        raise Refused("A decision is staged already. Apply it or drop it first.")
    if result.deciding_problems:
        raise Refused("The result is not complete yet. " + " ".join(result.deciding_problems))
    if result.announced and not result.stale:
        raise Refused("Nothing has changed since the decision was announced.")


async def apply(act: Act, decision_id: str) -> AwardsDecision:
    """Announce the staged decision, all winners together."""
    result = await _result(act)
    staged = _staged(result, decision_id, "applied")
    if result.deciding_problems:
        raise Refused("The result is no longer complete. " + " ".join(result.deciding_problems))
    before = result.announced.published or 0 if result.announced else 0
    applied = decision.apply(staged, result.basis, act.by, act.now, before)
    applied = applied.but(winners=result.winners())
    act.uow.publish(decision.decided(applied, act.now))
    act.audit("applied the decision", applied.id, revision=applied.published)
    return await act.save(applied)


async def drop(act: Act, decision_id: str) -> AwardsDecision:
    """Give up the staged decision."""
    result = await _result(act)
    dropped = decision.drop(_staged(result, decision_id, "dropped"), act.by, act.now)
    act.audit("dropped the decision", dropped.id)
    return await act.save(dropped)


def _staged(
    result: Result, decision_id: str, wanted: Literal["applied", "dropped"]
) -> AwardsDecision:
    staged = result.staged
    if any(one.id == decision_id and one.state == wanted for one in result.decisions):
        raise AlreadySo(f"This decision is {wanted} already.")
    if staged is None or staged.id != decision_id:
        raise Refused("This decision is not staged any more. Look at the result again.")
    return staged
