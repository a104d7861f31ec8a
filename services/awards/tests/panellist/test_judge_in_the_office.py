"""Somebody who judges and works in the office: nothing hidden, and nothing of their own decided."""

import pytest

from awards.judging.excluding_sheets import exclude, exclude_rest, include
from awards.judging.filling_in_sheets import unlock
from awards.judging.opening import open_scoring, register_method
from awards.judging.standing_down import stand_down
from awards.panel.deciding_conflicts import confirm_suggestions, decide_conflict
from awards.panel.inviting import amend_panellist
from awards.result.deciding import apply, drop, stage
from awards.result.settling_a_tie import resolve_tie
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Actor
from nextstep_web.testing import signed_in

from ..service import Service
from .test_blindness import with_a_recusal, without_tokens

pytestmark = pytest.mark.stack
ADA = Actor("staff", "ADA@panel.example", "Ada")
ASK = "Ask a colleague in the programme office who is not on the panel: office@example.org."
DETAILS = {"name": "Ada", "email": "another@example.org", "organisation": "KHP"}


async def refused(service: Service, use_case) -> str:
    with pytest.raises(Refused) as found:
        await service.act(use_case, ADA)
    return str(found.value)


async def test_nobody_decides_a_conflict_of_their_own(service: Service):
    _, made, judges = await with_a_recusal(service)
    pair = (made["f1"], judges["Ada"])
    for effective in (True, False):
        said = await refused(
            service,
            lambda act, e=effective: decide_conflict(
                act, pair, kind="personal", effective=e, note="Fine"
            ),
        )
        assert said == f"Nobody decides a conflict of their own. {ASK}"
    await service.act(
        lambda act: decide_conflict(
            act, (made["f1"], judges["Ben"]), kind="personal", effective=True
        ),
        ADA,
    )


async def test_a_conflict_with_a_hidden_project_is_like_one_with_none_at_all(service: Service):
    hidden, _, judges = await with_a_recusal(service)
    said = set()
    for project in (hidden, "no-such-project"):
        for judge in ("Ada", "Ben"):
            pair = (project, judges[judge])
            with pytest.raises(NoSuch) as found:
                await service.act(
                    lambda act, p=pair: decide_conflict(
                        act, p, kind="personal", effective=False, note="Fine"
                    ),
                    ADA,
                )
            said.add(str(found.value))
    assert said == {"There is no such project."}


async def test_whoever_confirms_all_suggestions_leaves_their_own_to_somebody_else(
    service: Service,
):
    await service.with_projects("f1", "f2", trust="Shared Trust")
    judges = await service.with_panel("Ada", trust="Shared NHS FT")
    judges |= {"Ben": (await service.with_panel("Ben", trust="shared"))["Ben"]}
    assert await service.act(confirm_suggestions, ADA) == 0
    waiting = {one.panellist_id for one in (await service.panel()).suggestions}
    assert waiting == set(judges.values())
    assert await service.act(confirm_suggestions) == 4


async def test_nobody_changes_their_place_on_the_panel_or_their_own_sheets(service: Service):
    _, made, judges = await with_a_recusal(service)
    me, pair = judges["Ada"], (made["f1"], judges["Ada"])
    await service.lock(*pair)
    acts = {
        "changes their own details on the panel": (
            lambda act: amend_panellist(act, me, **DETAILS),
        ),
        "takes themselves off the panel": (lambda act: stand_down(act, me, "Tired"),),
        "excludes their own sheets": (lambda act: exclude_rest(act, me, "Late"),),
        "opens, excludes or includes their own sheet": (
            lambda act: unlock(act, pair, "Slip"),
            lambda act: exclude(act, pair, "Late"),
            lambda act: include(act, pair),
        ),
    }
    for what, use_cases in acts.items():
        for use_case in use_cases:
            assert await refused(service, use_case) == f"Nobody {what}. {ASK}"
    assert (await service.judging()).sheet(pair).state == "locked"


async def test_what_rests_on_hidden_things_is_left_to_a_colleague(service: Service):
    _, made, judges = await with_a_recusal(service)
    pairs = (await service.judging()).expected
    await service.lock_all(pairs)
    sentence = "You are on the panel, and what this rests on is partly kept from you. " + ASK
    for use_case in (
        open_scoring,
        stage,
        lambda act: apply(act, "2024-25:1"),
        lambda act: drop(act, "2024-25:1"),
        lambda act: resolve_tie(act, [made["f1"]], "Lot"),
        lambda act: stand_down(act, judges["Ben"], "Tired"),
    ):
        assert await refused(service, use_case) == sentence
    await service.decided()


async def test_a_judge_who_locked_everything_and_has_no_conflict_decides_as_any_colleague(
    service: Service,
):
    await service.with_projects("f1", "f2")
    ada = (await service.with_panel("Ada", "Ben"))["Ada"]
    await service.act(register_method, ADA)
    await service.act(open_scoring, ADA)
    *others, last = sorted((await service.judging()).expected, key=lambda pair: pair[1] == ada)
    await service.lock_all(others, impact=2)
    assert "partly kept from you" in await refused(service, stage)
    await service.lock(*last, impact=5)
    staged = await service.act(stage, ADA)
    assert (await service.act(lambda act: apply(act, staged.id), ADA)).state == "applied"


async def test_excluding_the_rest_of_a_colleague_leaves_what_is_hidden(service: Service):
    hidden, made, judges = await with_a_recusal(service)
    assert await service.act(lambda act: exclude_rest(act, judges["Ben"], "Away"), ADA) == 2
    judging = await service.judging()
    assert judging.sheet((hidden, judges["Ben"])).state == "missing"
    assert {judging.sheet((one, judges["Ben"])).state for one in made.values()} == {"excluded"}


async def test_every_page_and_form_about_a_hidden_project_reads_like_one_about_none(
    service: Service,
):
    hidden, _, judges = await with_a_recusal(service)
    project, reason = "/awards/projects/{}", {"reason": "To see"}
    asked = [
        (project, None),
        (f"{project}/edit", None),
        (f"{project}/poster", None),
        (f"/awards/sheets/{{}}/{judges['Ben']}", None),
        (f"/awards/sheets/{{}}/{judges['Ada']}", None),
        *(
            (f"{project}/{deed}", data)
            for deed in ("submit", "give-back", "remove", "restore", "edit", "poster")
            for data in (reason, {})
        ),
        *(
            (f"/awards/sheets/{{}}/{judges[judge]}/{deed}", reason)
            for deed in ("unlock", "exclude", "include", "nothing")
            for judge in ("Ada", "Ben")
        ),
    ]
    async with service.client("office", "panel", name="Ada", subject="ada@PANEL.example") as ada:
        for path, data in asked:
            answers = []
            for key in (hidden, "no-such-project"):
                url = path.format(key)
                answer = await (ada.get(url) if data is None else ada.post(url, data=data))
                answers.append((answer.status_code, without_tokens(answer.text.replace(key, ""))))
            assert answers[0] == answers[1], path
            assert answers[0][0] == 404, path
    assert (await service.panel()).projects[hidden].state == "submitted"


async def test_the_pages_say_that_something_is_left_out_and_not_what(service: Service):
    hidden, _, _ = await with_a_recusal(service)
    async with service.client("office", subject="ada@panel.example") as ada:
        for path in ("", "projects", "panellists", "conflicts", "scoring", "result"):
            page = (await ada.get(f"/awards/{path}")).text
            assert "What you must not know as a judge is left out" in page
            assert ("Aardvark" in page, hidden in page) == (False, False)
        closed = await ada.get("/awards/audit")
        assert (closed.status_code, "opens for you once" in closed.text) == (403, True)
    async with service.client("office", subject="ola@example.org") as office:
        page = (await office.get("/awards/projects")).text
        assert ("left out of these pages" in page, "Aardvark" in page) == (False, True)


async def test_a_link_opened_beside_a_staff_session_leaves_out_the_same(service: Service):
    """The office may sign in with an address that the panel does not know."""
    hidden, _, judges = await with_a_recusal(service)
    link = signed_in(service.settings, "panellist", person_id=judges["Ada"])
    async with service.client("office", subject="ada.private@example.org") as both:
        assert (await both.get(f"/awards/projects/{hidden}")).status_code == 200
        both.cookies.update(link.cookies)
        assert (await both.get(f"/awards/projects/{hidden}")).status_code == 404
        assert "Aardvark" not in (await both.get("/awards/projects")).text
        data = {"project_id": hidden, "panellist_id": judges["Ada"], "decision": "clear"}
        answer = await both.post("/awards/conflicts", data=data | {"kind": "personal"})
        assert answer.status_code == 404
