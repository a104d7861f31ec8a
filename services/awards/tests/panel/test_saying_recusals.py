"""Whom a recusal closes to a panellist is said to the other services."""

import pytest

from awards.panel.deciding_conflicts import confirm_suggestions, decide_conflict, declare_conflict
from awards.panel.inviting import amend_panellist
from awards.panel.saying_recusals import say_recusals
from awards.panel.store import known_panel
from awards.projects.registering import edit_for_authors
from nextstep_contracts import ConflictChanged, PersonErased, RecusalChanged, Refused
from nextstep_messaging import Actor
from nextstep_messaging.testing import hear
from nextstep_web.kept_conflicts import SAID

from ..builders import accepted, details

pytestmark = pytest.mark.stack


async def told(service):
    found = await service.said(RecusalChanged)
    return [(one.viewer[:3], one.person_id, one.closed, one.revision, one.reason) for one in found]


async def test_a_recusal_is_said_when_it_is_declared_recorded_and_cleared(service):
    projects = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben")
    assert await told(service) == []
    pair, other = (projects["f1"], judges["Ada"]), (projects["f2"], judges["Ben"])
    await service.act(
        lambda act: declare_conflict(act, pair, kind="personal", note="Kin."),
        Actor("person", judges["Ada"]),
    )
    with pytest.raises(Refused):
        await service.act(lambda act: decide_conflict(act, other, kind="other", effective=True))
    for effective in (True, True, False):
        await service.act(
            lambda act, e=effective: decide_conflict(
                act, other, kind="supervisor", effective=e, note="So it is."
            )
        )
    expected = [
        ("ada", "f1", True, 1, "personal"),
        ("ben", "f2", True, 1, "supervises"),
        ("ben", "f2", False, 2, "supervises"),
    ]
    assert await told(service) == expected
    assert "Kin." not in str(await service.said(RecusalChanged))
    for _ in range(2):
        await service.messaging.transact(lambda uow: say_recusals(uow, service.here))
    assert await told(service) == expected
    await service.messaging.db.write(SAID).delete({})
    await service.messaging.transact(lambda uow: say_recusals(uow, service.here))
    assert (await told(service))[3:] == expected[:1]


async def test_a_likeness_closes_every_author_until_it_is_answered(service):
    for fellow in ("f1", "f2"):
        await service.hear(accepted(fellow))
    judges = await service.with_panel("Ada", "Ben", trust="Trust A")
    project = await service.registered("f1", trust="Elsewhere")
    assert await told(service) == []
    project = await service.act(
        lambda act: edit_for_authors(
            act, project, details(trust="Trust A"), ("f1", "f2"), reason="They agreed."
        )
    )
    expected = [(who, f, True, 1, "same_trust") for f in ("f1", "f2") for who in ("ada", "ben")]
    assert await told(service) == expected
    await service.act(confirm_suggestions)
    assert await told(service) == expected
    await service.act(
        lambda act: amend_panellist(
            act, judges["Ada"], name="Ada", email="new@panel.example", organisation="KBS"
        )
    )
    assert sorted(await told(service))[0:2] == [
        ("ada", "f1", False, 2, "same_trust"),
        ("ada", "f1", True, 1, "same_trust"),
    ]
    assert {one.viewer_id for one in await service.said(RecusalChanged)} == {*judges.values()}


async def test_another_address_lifts_nothing_that_the_one_before_told(service):
    """Unanswered, it goes on record; what else was alike is compared anew."""
    projects = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", trust="Project Trust")
    about = {"viewer": "ada@panel.example", "person_id": "f2", "since": service.clock.now()}
    await hear(service.messaging, ConflictChanged(**about, revision=1, closed=True, reason="other"))
    new = {"name": "Ada", "email": "ada@new.example", "organisation": "KHP", "trust": "Elsewhere"}
    await service.act(lambda act: amend_panellist(act, judges["Ada"], **new))
    panel = await service.panel()
    pair = (projects["f2"], judges["Ada"])
    assert (panel.suggestions, panel.recused) == ((), {pair})
    assert ("ada", "f2", True, 1, "other") in await told(service)  # of the address that is new
    await service.act(lambda act: decide_conflict(
        act, pair, kind="other", effective=False, note="Another Ada."))  # fmt: skip
    assert (await service.panel()).recused == frozenset()


async def test_nothing_is_kept_of_a_fellow_or_a_panellist_who_was_erased(service):
    projects = await service.with_projects("f1")
    judges = await service.with_panel("Ada", "Ben")
    for judge in judges.values():
        pair = (projects["f1"], judge)
        await service.act(lambda act, p=pair: decide_conflict(
            act, p, kind="personal", effective=True))  # fmt: skip
    erased_at = service.clock.now()
    await hear_from(service, "awards", PersonErased(person_id=judges["Ada"], erased_at=erased_at))
    (left,) = await service.messaging.db.read(SAID).find({})
    assert left["viewer_id"] == judges["Ben"]
    await hear_from(service, "applications", PersonErased(person_id="f1", erased_at=erased_at))
    assert await service.messaging.db.read(SAID).find({}) == []
    await service.messaging.transact(lambda uow: say_recusals(uow, service.here))
    assert len(await told(service)) == 2


async def hear_from(service, sender, event):
    await hear(service.messaging, event, sender=sender)


async def test_a_conflict_when_a_fellow_applied_suggests_one_with_their_project(service):
    """It hides the project until the office here has decided, whose word then counts."""
    projects = await service.with_projects("f1")
    judges = await service.with_panel("Ada", "Ben")
    pair = (projects["f1"], judges["Ada"])
    about = {"viewer": "ada@panel.example", "person_id": "f1", "since": service.clock.now()}
    event = ConflictChanged(**about, revision=1, closed=True, reason="supervises")
    await hear(service.messaging, event, event)
    (suggestion,) = (await service.panel()).suggestions
    assert (suggestion.pair, suggestion.kind) == (pair, "supervisor")
    assert await told(service) == [("ada", "f1", True, 1, "supervises")]
    await service.act(lambda act: decide_conflict(
        act, pair, kind="supervisor", effective=False, note="Of long ago."))  # fmt: skip
    assert (await service.panel()).recused == frozenset()
    assert (await told(service))[1:] == [("ada", "f1", False, 2, "supervises")]
    ada = Actor("staff", "ada@panel.example")
    known = await known_panel(service.here.read, service.here, [ada])
    assert (pair[0] in known.projects, "f1" in known.fellows, known.left_out) == (True, True, False)
    other = Actor("staff", "Ada+x@Panel.example")
    await service.act(lambda act: decide_conflict(
        act, pair, kind="supervisor", effective=True))  # fmt: skip
    known = await known_panel(service.here.read, service.here, [other])
    assert (pair[0] in known.projects, "f1" in known.fellows, known.left_out) == (
        False,
        False,
        True,
    )
