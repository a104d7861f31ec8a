"""Sheets written, locked and corrected: what is said, and who is refused."""

import pytest

from awards.judging.filling_in_sheets import unlock
from awards.panel.deciding_conflicts import decide_conflict
from nextstep_contracts import NoSuch, ProjectScored, Refused

pytestmark = pytest.mark.stack


async def test_a_locked_sheet_is_published_with_its_weighted_total(service):
    made, judges = await service.judged()
    await service.lock(made["f1"], judges["Ada"], impact=5, comment="Convincing")
    (event,) = await service.said(ProjectScored)
    assert (event.project_id, event.panellist_id, event.revision) == (
        made["f1"],
        judges["Ada"],
        1,
    )
    assert (event.scores["impact"], event.total, event.organisation) == (5, 17.0, "KHP")


async def test_sending_the_same_locked_sheet_again_publishes_nothing_more(service):
    made, judges = await service.judged()
    await service.lock(made["f1"], judges["Ada"])
    await service.lock(made["f1"], judges["Ada"])
    assert len(await service.said(ProjectScored)) == 1
    with pytest.raises(Refused, match="locked"):
        await service.lock(made["f1"], judges["Ada"], impact=1)


async def test_a_correction_is_published_as_the_next_revision(service):
    made, judges = await service.judged()
    pair = (made["f1"], judges["Ada"])
    await service.lock(*pair)
    await service.act(lambda act: unlock(act, pair, "Wrong line"))
    await service.lock(*pair, impact=1)
    assert [(e.revision, e.scores["impact"]) for e in await service.said(ProjectScored)] == [
        (1, 3),
        (2, 1),
    ]


async def test_a_recused_panellist_is_refused_as_if_the_project_did_not_exist(service):
    made, judges = await service.judged()
    await service.with_panel("Cat", "Dan")
    pair = (made["f1"], judges["Ada"])
    await service.act(lambda act: decide_conflict(act, pair, kind="personal", effective=True))
    with pytest.raises(NoSuch) as recused:
        await service.lock(*pair)
    with pytest.raises(NoSuch) as absent:
        await service.lock("no-such-project", judges["Ada"])
    assert str(recused.value) == str(absent.value)


async def test_before_scoring_opens_nobody_can_score(service):
    made = await service.with_projects("f1")
    judges = await service.with_panel("Ada")
    with pytest.raises(Refused, match="not been opened"):
        await service.lock(made["f1"], judges["Ada"])
