"""Who may leave the panel."""

import pytest

from awards.judging.standing_down import stand_down
from nextstep_contracts import NoSuch, Refused

pytestmark = pytest.mark.stack


async def test_a_panellist_stands_down_only_before_locking_a_sheet(service):
    made, judges = await service.judged()
    await service.lock(made["f1"], judges["Ada"])
    with pytest.raises(Refused, match="has locked sheets"):
        await service.act(lambda act: stand_down(act, judges["Ada"], "Cannot come"))
    await service.act(lambda act: stand_down(act, judges["Ben"], "Cannot come"))
    assert [one.id for one in (await service.panel()).judges] == [judges["Ada"]]
    with pytest.raises(NoSuch):
        await service.lock(made["f1"], judges["Ben"])
