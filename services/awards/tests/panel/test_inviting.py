"""Panellists invited, corrected and invited again."""

import pytest

from awards.panel.inviting import add_panellist, amend_panellist
from nextstep_contracts import AlreadySo, PanellistInvited, Refused

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


async def test_the_same_press_of_the_button_invites_once(service):
    judges = await service.with_panel("Ada")
    given = {"name": "Ada", "email": "ada@panel.example", "organisation": "KHP", "invited": 1}
    await service.act(lambda act: amend_panellist(act, judges["Ada"], **given))
    with pytest.raises(AlreadySo, match="was sent already"):
        await service.act(lambda act: amend_panellist(act, judges["Ada"], **given))
    other = given | {"organisation": "KBS"}  # by another page that was opened before
    with pytest.raises(Refused, match="Nothing was sent now"):
        await service.act(lambda act: amend_panellist(act, judges["Ada"], **other))
    assert [event.revision for event in await service.said(PanellistInvited)] == [1, 2]


async def test_two_panellists_cannot_share_an_address(service):
    await service.with_panel("Ada")
    with pytest.raises(Refused) as refused:
        await service.with_panel("ADA")
    assert list(refused.value.fields) == ["email"]


async def test_who_is_added_twice_is_there_already_unless_the_trust_is_another(service):
    given = {"name": "Ada", "email": "ada@panel.example", "organisation": "KHP", "trust": "Ipswich"}
    await service.act(lambda act: add_panellist(act, **given))
    with pytest.raises(AlreadySo):
        await service.act(lambda act: add_panellist(act, **given))
    with pytest.raises(Refused) as refused:
        await service.act(lambda act: add_panellist(act, **given | {"trust": "Norwich"}))
    assert list(refused.value.fields) == ["email"]
