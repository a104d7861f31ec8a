"""A decision from the first sheet to its revision."""

import pytest

from awards.fellows.records import find
from awards.judging.excluding_sheets import exclude_rest
from awards.judging.filling_in_sheets import unlock
from awards.result.deciding import apply, drop, stage
from awards.result.decision import AwardsDecision
from awards.result.settling_a_tie import resolve_tie
from nextstep_contracts import AwardsDecided, Refused

pytestmark = pytest.mark.stack


async def test_the_decision_is_refused_until_every_sheet_is_locked_or_excluded(service):
    made, judges = await service.judged()
    await service.lock_all((p, judges["Ada"]) for p in made.values())
    with pytest.raises(Refused, match="3 score sheets"):
        await service.act(stage)
    number = await service.act(lambda act: exclude_rest(act, judges["Ben"], "Taken ill"))
    assert number == 3
    decision = await service.decided()
    assert len(decision.winners) == 3
    (event,) = await service.said(AwardsDecided)
    assert (event.revision, event.method) == (1, (await service.judging()).method.fingerprint)
    assert {person.person_id for won in event.winners for person in won.people} == set(made)


async def test_a_tie_across_the_last_bursary_waits_for_the_panel(service):
    made = await service.with_projects(*(f"f{n}" for n in range(7)))
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    for name, project in made.items():
        impact = 5 if name in ("f0", "f1", "f2", "f3") else 3
        await service.lock_all([(project, judge) for judge in judges.values()], impact=impact)
    with pytest.raises(Refused, match="3 projects are equal"):
        await service.act(stage)
    order = [made["f6"], made["f4"], made["f5"]]
    await service.act(lambda act: resolve_tie(act, order, "Show of hands, 2 to 0"))
    decision = await service.decided()
    assert [won.project_id for won in decision.winners][-1] == made["f6"]
    assert [won.rank for won in decision.winners] == [1, 1, 1, 1, 5]


async def test_a_changed_score_stops_a_staged_decision_and_a_revision_needs_a_reason(service):
    await service.judged()
    expected = (await service.judging()).expected
    await service.lock_all(expected)
    pair = expected[0]
    staged = await service.act(stage)
    await service.act(lambda act: unlock(act, pair, "Slip"))
    await service.lock(*pair, impact=5)
    with pytest.raises(Refused, match="changed since"):
        await service.act(lambda act: apply(act, staged.id))
    await service.act(lambda act: drop(act, staged.id))
    await service.decided()
    with pytest.raises(Refused, match="Nothing has changed"):
        await service.act(stage)
    await service.act(lambda act: unlock(act, pair, "Slip again"))
    await service.lock(*pair, impact=1)
    with pytest.raises(Refused, match="Say why"):
        await service.act(stage)
    again = await service.act(lambda act: stage(act, "A sheet was corrected"))
    await service.act(lambda act: apply(act, again.id))
    assert [e.revision for e in await service.said(AwardsDecided)] == [1, 2]
    states = [one.state for one in await find(service.here.read, AwardsDecision)]
    assert sorted(states) == ["applied", "applied", "dropped"]
