"""Two people at the same moment: one of them is served, and nothing is lost or counted twice."""

import asyncio

import pytest

from awards.commands import awarding, projects, scoring
from nextstep_contracts import AwardsDecided, ProjectRegistered, ProjectScored, Refused
from nextstep_messaging.operating.audit import ENTRIES, first_break

from .builders import accepted, details
from .desk import Desk

pytestmark = pytest.mark.stack


async def both(*work) -> list[object]:
    """The results of all at once, refusals included; anything else is a failure of the test."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException) and not isinstance(one, Refused):
            raise one
    return results


def refusals(results: list[object]) -> int:
    return sum(isinstance(one, Refused) for one in results)


async def test_of_two_different_locks_of_one_sheet_exactly_one_counts(desk: Desk):
    made = await desk.with_projects("f1")
    judges = await desk.with_panel("Ada", "Ben")
    await desk.opened()
    pair = (made["f1"], judges["Ada"])
    results = await both(*(desk.lock(*pair, impact=n) for n in (1, 2, 4, 5)))
    assert refusals(results) == 3
    (event,) = await desk.said(ProjectScored)
    sheet = (await desk.board()).sheet(pair)
    assert (sheet.revision, sheet.scores) == (1, event.scores)


async def test_a_late_correction_never_slips_between_looking_and_deciding(desk: Desk):
    made = await desk.with_projects("f1", "f2")
    judges = await desk.with_panel("Ada", "Ben")
    await desk.opened()
    await desk.lock_all((await desk.board()).expected)
    pair = (made["f1"], judges["Ada"])
    staged = await desk.act(awarding.stage)
    await both(
        desk.act(lambda act: scoring.unlock(act, pair, "Slip")),
        desk.act(lambda act: awarding.apply(act, staged.id)),
    )
    board = await desk.board()
    announced = await desk.said(AwardsDecided)
    # either the decision came first and stands as announced, or it was refused
    assert (board.announced is not None) == (len(announced) == 1)
    await both(desk.lock(*pair, impact=5))
    board = await desk.board()
    if board.announced:
        assert board.stale
        assert board.announced.basis == staged.basis
    else:
        assert board.staged.basis != board.basis


async def test_a_decision_never_leaves_out_a_sheet_locked_at_the_same_moment(desk: Desk):
    await desk.with_projects("f1", "f2")
    await desk.with_panel("Ada", "Ben")
    await desk.opened()
    *most, last = (await desk.board()).expected
    await desk.lock_all(most)
    locked, staged = await both(desk.lock(*last), desk.act(awarding.stage))
    assert not isinstance(locked, Refused)
    board = await desk.board()
    if isinstance(staged, Refused):
        assert board.staged is None
    else:
        assert board.staged.basis == board.basis


async def test_of_two_people_who_apply_one_decision_exactly_one_announces_it(desk: Desk):
    await desk.with_projects("f1")
    await desk.with_panel("Ada", "Ben")
    await desk.opened()
    await desk.lock_all((await desk.board()).expected)
    staged = await desk.act(awarding.stage)
    apply = [desk.act(lambda act: awarding.apply(act, staged.id)) for _ in range(3)]
    assert refusals(await both(*apply)) == 2
    assert len(await desk.said(AwardsDecided)) == 1


async def test_a_fellow_who_registers_twice_at_once_has_one_project(desk: Desk):
    await desk.hear(accepted("f1"))
    twice = [desk.act(lambda act: projects.register(act, details(), ["f1"])) for _ in range(3)]
    assert refusals(await both(*twice)) == 2
    assert len((await desk.board()).projects) == 1
    assert len(await desk.said(ProjectRegistered)) == 1


async def test_opening_scoring_and_a_submission_cannot_miss_each_other(desk: Desk):
    await desk.with_projects("f1")
    await desk.with_panel("Ada", "Ben")
    await desk.hear(accepted("f2"))
    project = await desk.act(lambda act: projects.register(act, details(), ["f2"]))
    await desk.act(scoring.register_method)
    _, submitted = await both(
        desk.act(scoring.open_scoring), desk.act(lambda act: projects.submit(act, project.id))
    )
    board = await desk.board()
    assert board.scoring.open
    assert len(board.competing) == (1 if isinstance(submitted, Refused) else 2)


async def test_the_audit_chain_stays_whole_under_simultaneous_acts(desk: Desk):
    await desk.with_projects("f1", "f2", "f3")
    await desk.with_panel("Ada", "Ben", "Cat")
    await desk.opened()
    await both(*(desk.lock(*pair) for pair in (await desk.board()).expected))
    entries = await desk.messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert first_break(entries) is None
    assert sum(one["action"] == "locked the sheet" for one in entries) == 9
