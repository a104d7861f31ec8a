"""Who may leave the panel."""

import pytest

from awards.judging.standing_down import stand_down
from awards.panel.deciding_conflicts import decide_conflict, declare_conflict
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Actor

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


async def test_who_stood_down_and_comes_back_is_kept_from_what_they_declared(service):
    made = await service.with_projects("f1", "f2", "f3")
    judges = await service.with_panel("Ada")
    before = judges["Ada"]
    declared, lifted = (made["f1"], before), (made["f3"], before)
    about = {"kind": "personal", "note": "Kin."}
    for pair in (declared, lifted):
        await service.act(
            lambda act, p=pair: declare_conflict(act, p, **about), Actor("person", before)
        )
    await service.act(lambda act: decide_conflict(act, lifted, **about, effective=False))
    await service.act(lambda act: stand_down(act, before, "Cannot come"))
    again = (await service.with_panel("Ada"))["Ada"]
    seen = {one.id for one in (await service.panel()).visible_to(again)}
    assert seen == {made["f2"], made["f3"]}
