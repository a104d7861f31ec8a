"""Somebody of the office who is a Fellow: their own project is judged and changed by others."""

import pytest

from awards.panel.inviting import add_panellist, amend_panellist
from awards.result.deciding import stage
from nextstep_contracts import Refused
from nextstep_messaging import Actor

from .service import Service

pytestmark = pytest.mark.stack


async def test_who_is_a_fellow_as_well_neither_reads_nor_changes_what_is_theirs(service: Service):
    made, _ = await service.judged()
    await service.lock_all((await service.judging()).expected)
    address = (await service.panel()).fellows["f1"].email
    own = f"/awards/projects/{made['f1']}"
    async with service.client("office", subject=address.upper()) as me:
        for path in (own, f"{own}/edit"):
            assert (await me.get(path)).status_code == 404
        for path in ("projects?format=csv", "scoring/sheets.csv", "result?format=csv"):
            text = (await me.get(f"/awards/{path}")).text
            assert (made["f1"] in text, made["f2"] in text) == (False, True)
        for deed in ("remove", "give-back", "poster"):
            assert (await me.post(f"{own}/{deed}", data={"reason": "Mine"})).status_code == 404
        for path in ("graduation", "audit", "dead-letters"):
            assert (await me.get(f"/awards/{path}")).status_code == 403
    with pytest.raises(Refused, match="partly kept from you"):
        await service.act(stage, Actor("staff", address))
    async with service.client("office", subject="ola@example.org") as colleague:
        assert (await colleague.get(own)).status_code == 200


async def test_who_is_a_fellow_as_well_arranges_nobody_who_judges_them(service: Service):
    _, judges = await service.judged()
    me = Actor("staff", (await service.panel()).fellows["f1"].email)
    # by the trust of the own project a judge would be kept from it, and their sheet would not count
    ben = {"name": "Ben", "email": "ben@panel.example", "organisation": "FMLM"}
    ben |= {"trust": "Project Trust"}
    eve = {"name": "Eve", "email": "eve@panel.example", "organisation": "KBS"}
    with pytest.raises(Refused, match="partly kept from you"):
        await service.act(lambda act: amend_panellist(act, judges["Ben"], **ben), me)
    with pytest.raises(Refused, match="partly kept from you"):
        await service.act(lambda act: add_panellist(act, **eve), me)
