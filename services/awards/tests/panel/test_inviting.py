"""Panellists invited, corrected and invited again."""

import pytest

from awards.panel.inviting import amend_panellist
from nextstep_contracts import PanellistInvited, Refused

pytestmark = pytest.mark.stack


async def test_a_panellist_is_invited_and_after_a_correction_invited_again(service):
    judges = await service.with_panel("Ada")
    await service.act(
        lambda act: amend_panellist(
            act, judges["Ada"], name="Ada", email="ada@new.example", organisation="KBS"
        )
    )
    said = await service.said(PanellistInvited)
    assert [(e.revision, e.panellist.email, e.organisation) for e in said] == [
        (1, "ada@panel.example", "KHP"),
        (2, "ada@new.example", "KBS"),
    ]


async def test_two_panellists_cannot_share_an_address(service):
    await service.with_panel("Ada")
    with pytest.raises(Refused) as refused:
        await service.with_panel("ADA")
    assert list(refused.value.fields) == ["email"]
