"""Scoring opens once every suggested conflict is answered."""

import pytest

from awards.judging.opening import open_scoring, register_method
from awards.panel.deciding_conflicts import confirm_suggestions
from nextstep_contracts import Refused

pytestmark = pytest.mark.stack


async def test_scoring_cannot_open_while_a_suggestion_is_unanswered(service):
    await service.with_projects("f1", trust="Same Trust")
    judges = await service.with_panel("Ada", "Ben")
    await service.with_panel("Cat", trust="same trust")
    await service.act(register_method)
    with pytest.raises(Refused, match="1 suggested conflicts"):
        await service.act(open_scoring)
    assert await service.act(confirm_suggestions) == 1
    await service.act(open_scoring)
    expected = (await service.judging()).expected
    assert sorted(judge for _, judge in expected) == sorted(judges.values())
