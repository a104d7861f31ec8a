"""Two people at the same moment: one of them is served, and nothing is lost or counted twice."""

import asyncio

import pytest

from awards.judging.filling_in_sheets import unlock
from awards.judging.opening import open_scoring, register_method
from awards.projects.registering import register
from awards.projects.submitting import submit
from awards.result.deciding import apply, stage
from nextstep_contracts import AwardsDecided, ProjectRegistered, ProjectScored, Refused
from nextstep_messaging.testing import audit_trail

from .builders import accepted, details
from .service import Service

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


async def test_of_two_different_locks_of_one_sheet_exactly_one_counts(service: Service):
    made = await service.with_projects("f1")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    pair = (made["f1"], judges["Ada"])
    results = await both(*(service.lock(*pair, impact=n) for n in (1, 2, 4, 5)))
    assert refusals(results) == 3
    (event,) = await service.said(ProjectScored)
    sheet = (await service.judging()).sheet(pair)
    assert (sheet.revision, sheet.scores) == (1, event.scores)


async def test_a_late_correction_never_slips_between_looking_and_deciding(service: Service):
    made = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    await service.lock_all((await service.judging()).expected)
    pair = (made["f1"], judges["Ada"])
    staged = await service.act(stage)
    await both(
        service.act(lambda act: unlock(act, pair, "Slip")),
        service.act(lambda act: apply(act, staged.id)),
    )
    result = await service.result()
    announced = await service.said(AwardsDecided)
    # either the decision came first and stands as announced, or it was refused
    assert (result.announced is not None) == (len(announced) == 1)
    await both(service.lock(*pair, impact=5))
    result = await service.result()
    if result.announced:
        assert result.stale
        assert result.announced.basis == staged.basis
    else:
        assert result.staged.basis != result.basis


async def test_a_decision_never_leaves_out_a_sheet_locked_at_the_same_moment(service: Service):
    await service.with_projects("f1", "f2")
    await service.with_panel("Ada", "Ben")
    await service.opened()
    *most, last = (await service.judging()).expected
    await service.lock_all(most)
    locked, staged = await both(service.lock(*last), service.act(stage))
    assert not isinstance(locked, Refused)
    result = await service.result()
    if isinstance(staged, Refused):
        assert result.staged is None
    else:
        assert result.staged.basis == result.basis


async def test_of_two_people_who_apply_one_decision_exactly_one_announces_it(service: Service):
    await service.with_projects("f1")
    await service.with_panel("Ada", "Ben")
    await service.opened()
    await service.lock_all((await service.judging()).expected)
    staged = await service.act(stage)
    thrice = [service.act(lambda act: apply(act, staged.id)) for _ in range(3)]
    assert refusals(await both(*thrice)) == 2
    assert len(await service.said(AwardsDecided)) == 1


async def test_a_fellow_who_registers_twice_at_once_has_one_project(service: Service):
    await service.hear(accepted("f1"))
    twice = [service.act(lambda act: register(act, details(), ["f1"])) for _ in range(3)]
    assert refusals(await both(*twice)) == 2
    assert len((await service.panel()).projects) == 1
    assert len(await service.said(ProjectRegistered)) == 1


async def test_opening_scoring_and_a_submission_cannot_miss_each_other(service: Service):
    await service.with_projects("f1")
    await service.with_panel("Ada", "Ben")
    await service.hear(accepted("f2"))
    project = await service.act(lambda act: register(act, details(), ["f2"]))
    await service.act(register_method)
    _, submitted = await both(
        service.act(open_scoring), service.act(lambda act: submit(act, project))
    )
    judging = await service.judging()
    assert judging.scoring.open
    assert len(judging.panel.competing) == (1 if isinstance(submitted, Refused) else 2)


async def test_the_audit_trail_stays_whole_under_simultaneous_acts(service: Service):
    await service.with_projects("f1", "f2", "f3")
    await service.with_panel("Ada", "Ben", "Cat")
    await service.opened()
    await both(*(service.lock(*pair) for pair in (await service.judging()).expected))
    entries = await audit_trail(service.messaging)
    assert sum(one["action"] == "locked the sheet" for one in entries) == 9
