"""Somebody of the office who is a Fellow: their own project is judged and changed by others."""

from datetime import timedelta

import pytest

from awards.panel.deciding_conflicts import confirm_suggestions, decide_conflict
from awards.panel.inviting import add_panellist, amend_panellist
from awards.projects.inviting import invite
from awards.result.deciding import stage
from nextstep_contracts import AccessEnded, RecusalChanged, Refused
from nextstep_local.testing import emailed_link
from nextstep_messaging import Actor

from .builders import accepted, amended
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


async def test_a_new_address_closes_as_well_and_the_old_one_goes_on_doing_so(service: Service):
    made, _ = await service.judged()
    work, later, old = "Me+x@Trust.example", "me@home.example", "f1@example.org"
    own = f"/awards/projects/{made['f1']}"

    async def statuses() -> list[int]:
        found = []
        for address in (work, later, old, "ola@example.org"):
            async with service.client("office", subject=address) as browser:
                found.append((await browser.get(own)).status_code)
        return found

    assert await statuses() == [200, 200, 404, 200]
    await service.hear(amended("f1", later, revision=7), amended("f1", "me@trust.example"))
    assert await statuses() == [404, 404, 404, 200]
    async with service.client("office", subject=work) as me:
        assert (await me.post(f"{own}/remove", data={"reason": "Mine"})).status_code == 404
        assert (await me.get("/awards/graduation")).status_code == 403
    with pytest.raises(Refused, match="partly kept from you"):
        await service.act(stage, Actor("staff", work))


async def test_who_judges_by_an_address_that_they_had_as_a_fellow_is_kept_from_their_project(
    service: Service,
):
    made, judges = await service.judged()
    await service.hear(amended("f1", "Ben+x@panel.example"), amended("f1", revision=7))
    (suggestion,) = (await service.panel()).suggestions
    assert suggestion.pair == (made["f1"], judges["Ben"])
    (said,) = await service.said(RecusalChanged)
    assert (said.viewer, said.person_id, said.closed) == ("ben@panel.example", "f1", True)
    async with service.client("panel", subject="ben@panel.example") as ben:
        sheet = await ben.get(f"/awards/panel/projects/{made['f1']}")
        assert sheet.status_code == 404


async def test_a_link_from_before_another_address_opens_nothing(service: Service):
    await service.with_projects("f1", "f2")
    before = service.clock.now()
    links = [emailed_link("awards", key, "fellow", before) for key in ("f1", "f2")]
    service.clock.advance(timedelta(minutes=1))
    now = service.clock.now()
    links.append(emailed_link("awards", "f1", "fellow", now))
    async with service.client() as browser:
        browser.cookies.clear()
        assert [(await browser.get(one)).status_code for one in links] == [200, 200, 200]
        over = AccessEnded(who="f1", before=now, reason="address_changed")
        await service.hear(amended("f1"), over)
        assert [(await browser.get(one)).status_code for one in links] == [403, 200, 200]


async def test_who_was_cleared_and_turns_out_to_be_the_author_judges_no_more(service: Service):
    made, judges = await service.judged()
    pair = (made["f1"], judges["Ben"])
    cleared = {"kind": "personal", "effective": False, "note": "Another of this name."}
    await service.act(lambda act: decide_conflict(act, pair, **cleared))
    await service.lock(*pair)
    assert (await service.panel()).recused == frozenset()
    await service.hear(amended("f1", "ben+home@panel.example"))
    assert (await service.panel()).recused == {pair}
    assert pair not in (await service.judging()).expected
    page = f"/awards/projects/{made['f1']}"
    for role, path in (("office", page), ("panel", f"/awards/panel/projects/{made['f1']}")):
        async with service.client(role, subject="ben@panel.example") as ben:
            assert (await ben.get(path)).status_code == 404
    with pytest.raises(Refused, match="Nobody judges their own project"):
        await service.act(lambda act: decide_conflict(act, pair, **cleared))
    async with service.client("office", subject="ola@example.org") as ola:
        assert "Dismiss" not in (await ola.get("/awards/conflicts")).text
    await service.act(confirm_suggestions)
    panel = await service.panel()
    assert (panel.suggestions, panel.recused) == ((), {pair})


async def test_who_was_asked_to_be_an_author_is_not_named_to_who_must_not_know_them(
    service: Service,
):
    await service.hear(accepted("f1"), accepted("f2"))
    project = await service.registered("f2")
    await service.act(lambda act: invite(act, project, ["f1"], "f2"), Actor("person", "f2"))
    page, shown = f"/awards/projects/{project.id}", {}
    for address in ("f1@example.org", "ola@example.org"):
        async with service.client("office", subject=address) as browser:
            answer = await browser.get(page)
            shown[address] = (answer.status_code, "Fellow f1" in answer.text)
    assert shown == {"f1@example.org": (200, False), "ola@example.org": (200, True)}


async def test_who_is_a_fellow_as_well_changes_nothing_about_how_others_are_judged(
    service: Service,
):
    """Their own would stand higher without another's project or sheet."""
    made, judges = await service.judged()
    pair = (made["f2"], judges["Ada"])
    await service.lock(*pair)
    project, sheet = f"/awards/projects/{pair[0]}", f"/awards/sheets/{pair[0]}/{pair[1]}"
    conflict = {"project_id": pair[0], "panellist_id": pair[1], "kind": "personal"}
    deeds = [
        *((f"{project}/{deed}", {"reason": "Mine is better"}) for deed in ("remove", "give-back")),
        *((f"{sheet}/{deed}", {"reason": "Too high"}) for deed in ("unlock", "exclude")),
        (f"/awards/panellists/{judges['Ben']}/exclude", {"reason": "Too slow"}),
        ("/awards/conflicts", conflict),
        ("/awards/conflicts/confirm", {}),
    ]
    before = (await service.result()).basis
    await service.hear(amended("f1", "me@trust.example"))
    for address in ("me@trust.example", "f1@example.org"):
        async with service.client("office", subject=address) as me:
            for path, sent in deeds:
                answer = await me.post(path, data=sent)
                assert (answer.status_code, "of your own" in answer.text) == (409, True), path
            assert (await me.get(project)).status_code == 200
    result = await service.result()
    assert (result.basis, result.judging.panel.conflicts) == (before, ())
    async with service.client("office", subject="ola@example.org") as ola:
        assert (await ola.post(f"{sheet}/unlock", data={"reason": "A slip"})).status_code == 200
