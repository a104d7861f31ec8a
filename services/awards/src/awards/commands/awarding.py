"""Settle a tie, stage a decision, apply or drop it."""

from awards import decision, store
from awards.board import Board
from awards.commands import events
from awards.commands.act import Act
from awards.decision import Decision, Scoring, TieResolution
from awards.records import required
from nextstep_contracts import Refused


async def resolve_tie(act: Act, order: list[str], reason: str) -> Scoring:
    """Record how the panel settled a tie across the last bursary."""
    board = await store.load_board(act.read, act.terms)
    resolution = TieResolution(order=tuple(order), reason=reason.strip(), by=act.who, at=act.now)
    scoring = decision.resolve_tie(board.scoring, board.rows, resolution, board.deciding_problems)
    await act.note("settled the tie", scoring.id, order=order, reason=reason)
    return await act.save(scoring)


async def stage(act: Act, reason: str = "") -> Decision:
    """Prepare a decision from the result as it stands. Nothing is published."""
    board = await store.load_board(act.read, act.terms)
    _may_stage(board)
    if board.announced:
        reason = required(reason, "Say why the announced decision is revised")
    number = len(board.decisions) + 1
    staged = Decision(
        id=f"{board.cohort}:{number}",
        cohort=board.cohort,
        revision=number,
        state="staged",
        basis=board.basis,
        method=board.method.fingerprint,
        winners=board.winners(),
        reason=reason.strip(),
        staged_by=act.who,
        staged_at=act.now,
    )
    await act.note("staged the decision", staged.id, reason=reason)
    return await act.save(staged)


def _may_stage(board: Board) -> None:
    if board.staged:
        raise Refused("A decision is staged already. Apply it or drop it first.")
    if board.deciding_problems:
        raise Refused("The result is not complete yet. " + " ".join(board.deciding_problems))
    if board.announced and not board.stale:
        raise Refused("Nothing has changed since the decision was announced.")


async def apply(act: Act, decision_id: str) -> Decision:
    """Announce the staged decision, all winners together."""
    board = await store.load_board(act.read, act.terms)
    staged = _staged(board, decision_id)
    if board.deciding_problems:
        raise Refused("The result is no longer complete. " + " ".join(board.deciding_problems))
    before = board.announced.published or 0 if board.announced else 0
    applied = decision.settle(staged, board.basis, act.who, act.now, before)
    applied = applied.but(winners=board.winners())
    applied = await act.save(applied)
    act.publish(events.decided(applied, applied.published or 1, act.now))
    await act.note("applied the decision", applied.id, revision=applied.published)
    return applied


async def drop(act: Act, decision_id: str) -> Decision:
    """Give up the staged decision."""
    board = await store.load_board(act.read, act.terms)
    dropped = decision.drop(_staged(board, decision_id), act.who, act.now)
    await act.note("dropped the decision", dropped.id)
    return await act.save(dropped)


def _staged(board: Board, decision_id: str) -> Decision:
    staged = board.staged
    if staged is None or staged.id != decision_id:
        raise Refused("This decision is not staged any more. Look at the result again.")
    return staged
