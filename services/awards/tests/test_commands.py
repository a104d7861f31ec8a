"""Use cases on a real database: what they keep, what they say, what they refuse."""

import pytest

from awards import store
from awards.commands import awarding, graduating, panel, projects, scoring
from awards.decision import Decision
from awards.graduation import Graduation
from nextstep_contracts import (
    AwardsDecided,
    DiscountIssued,
    FellowGraduated,
    NoSuch,
    PanellistInvited,
    ProjectRegistered,
    ProjectScored,
    ProjectSubmitted,
    Refused,
)
from nextstep_messaging.operating.audit import ENTRIES, Actor, first_break

from .builders import accepted, details, requirements, withdrawn
from .desk import OFFICE, Desk

pytestmark = pytest.mark.stack


async def judged(desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    """Three projects and two judges, scoring open."""
    made = await desk.with_projects("f1", "f2", "f3")
    judges = await desk.with_panel("Ada", "Ben")
    await desk.opened()
    return made, judges


async def test_registering_and_submitting_say_so_with_rising_revisions(desk):
    await desk.hear(accepted("f1"), accepted("f2"))
    project = await desk.act(lambda act: projects.register(act, details(), ["f1", "f2"]))
    await desk.act(lambda act: projects.edit(act, project.id, details(trust="Other"), ["f1", "f2"]))
    await desk.act(lambda act: projects.edit(act, project.id, details(title="New"), ["f1"]))
    await desk.act(lambda act: projects.submit(act, project.id))
    said = await desk.said()
    assert [(type(e), e.revision, e.title, len(e.authors)) for e in said] == [
        (ProjectRegistered, 1, "Fewer falls", 2),
        (ProjectRegistered, 2, "New", 1),
        (ProjectSubmitted, 3, "New", 1),
    ]


async def test_a_fellow_has_one_project_and_is_free_again_after_leaving_it(desk):
    await desk.hear(accepted("f1"), accepted("f2"))
    first = await desk.act(lambda act: projects.register(act, details(), ["f1", "f2"]))
    with pytest.raises(Refused) as refused:
        await desk.act(lambda act: projects.register(act, details(), ["f2"]))
    assert list(refused.value.fields) == ["authors"]
    await desk.act(lambda act: projects.leave(act, first, "f2"))
    await desk.act(lambda act: projects.register(act, details(), ["f2"]))


async def test_a_refused_use_case_leaves_nothing_behind(desk):
    await desk.hear(accepted("f1"))
    before = await desk.contents()
    with pytest.raises(Refused):
        await desk.act(lambda act: projects.register(act, details(), ["f1", "nobody"]))
    assert (await desk.contents(), await desk.said()) == (before, [])
    assert (await desk.board()).projects == {}


async def test_a_crash_at_the_end_of_a_use_case_leaves_nothing_behind(desk):
    await desk.hear(accepted("f1"))

    async def crashes(act):
        await projects.register(act, details(), ["f1"])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        await desk.act(crashes)
    assert (await desk.board()).projects == {}
    assert await desk.said() == []
    assert await desk.messaging.db.read(ENTRIES).count({}) == 0
    await desk.act(lambda act: projects.register(act, details(), ["f1"]))


async def test_a_panellist_is_invited_and_after_a_correction_invited_again(desk):
    judges = await desk.with_panel("Ada")
    await desk.act(
        lambda act: panel.amend_panellist(
            act, judges["Ada"], name="Ada", email="ada@new.example", organisation="KBS"
        )
    )
    said = await desk.said(PanellistInvited)
    assert [(e.revision, e.panellist.email, e.organisation) for e in said] == [
        (1, "ada@panel.example", "KHP"),
        (2, "ada@new.example", "KBS"),
    ]


async def test_two_panellists_cannot_share_an_address(desk):
    await desk.with_panel("Ada")
    with pytest.raises(Refused) as refused:
        await desk.with_panel("ADA")
    assert list(refused.value.fields) == ["email"]


async def test_a_panellist_stands_down_only_before_locking_a_sheet(desk):
    made, judges = await judged(desk)
    await desk.lock(made["f1"], judges["Ada"])
    with pytest.raises(Refused, match="has locked sheets"):
        await desk.act(lambda act: panel.stand_down(act, judges["Ada"], "Cannot come"))
    await desk.act(lambda act: panel.stand_down(act, judges["Ben"], "Cannot come"))
    assert [one.id for one in (await desk.board()).judges] == [judges["Ada"]]
    with pytest.raises(NoSuch):
        await desk.lock(made["f1"], judges["Ben"])


async def test_scoring_cannot_open_while_a_suggestion_is_unanswered(desk):
    await desk.with_projects("f1", trust="Same Trust")
    judges = await desk.with_panel("Ada", "Ben")
    await desk.with_panel("Cat", trust="same trust")
    await desk.act(scoring.register_method)
    with pytest.raises(Refused, match="1 suggested conflicts"):
        await desk.act(scoring.open_scoring)
    assert await desk.act(panel.confirm_suggestions) == 1
    await desk.act(scoring.open_scoring)
    board = await desk.board()
    assert sorted(judge for _, judge in board.expected) == sorted(judges.values())


async def test_a_locked_sheet_is_published_with_its_weighted_total(desk):
    made, judges = await judged(desk)
    await desk.lock(made["f1"], judges["Ada"], impact=5, comment="Convincing")
    (event,) = await desk.said(ProjectScored)
    assert (event.project_id, event.panellist_id, event.revision) == (
        made["f1"],
        judges["Ada"],
        1,
    )
    assert (event.scores["impact"], event.total, event.organisation) == (5, 17.0, "KHP")


async def test_sending_the_same_locked_sheet_again_publishes_nothing_more(desk):
    made, judges = await judged(desk)
    await desk.lock(made["f1"], judges["Ada"])
    await desk.lock(made["f1"], judges["Ada"])
    assert len(await desk.said(ProjectScored)) == 1
    with pytest.raises(Refused, match="locked"):
        await desk.lock(made["f1"], judges["Ada"], impact=1)


async def test_a_correction_is_published_as_the_next_revision(desk):
    made, judges = await judged(desk)
    pair = (made["f1"], judges["Ada"])
    await desk.lock(*pair)
    await desk.act(lambda act: scoring.unlock(act, pair, "Wrong line"))
    await desk.lock(*pair, impact=1)
    assert [(e.revision, e.scores["impact"]) for e in await desk.said(ProjectScored)] == [
        (1, 3),
        (2, 1),
    ]


async def test_a_recused_panellist_is_refused_as_if_the_project_did_not_exist(desk):
    made, judges = await judged(desk)
    await desk.with_panel("Cat", "Dan")
    pair = (made["f1"], judges["Ada"])
    await desk.act(lambda act: panel.decide_conflict(act, pair, kind="personal", effective=True))
    with pytest.raises(NoSuch) as recused:
        await desk.lock(*pair)
    with pytest.raises(NoSuch) as absent:
        await desk.lock("no-such-project", judges["Ada"])
    assert str(recused.value) == str(absent.value)


async def test_before_scoring_opens_nobody_can_score(desk):
    made = await desk.with_projects("f1")
    judges = await desk.with_panel("Ada")
    with pytest.raises(Refused, match="not been opened"):
        await desk.lock(made["f1"], judges["Ada"])


async def test_after_scoring_opens_a_late_submission_needs_the_office_and_a_reason(desk):
    await judged(desk)
    await desk.hear(accepted("late"))
    project = await desk.act(lambda act: projects.register(act, details(), ["late"]))
    with pytest.raises(Refused, match="Ask the programme office"):
        await desk.act(lambda act: projects.submit(act, project.id))
    await desk.act(lambda act: projects.submit(act, project.id, reason="Was ill"))
    assert len((await desk.board()).competing) == 4


async def test_the_decision_is_refused_until_every_sheet_is_locked_or_excluded(desk):
    made, judges = await judged(desk)
    await desk.lock_all((p, judges["Ada"]) for p in made.values())
    with pytest.raises(Refused, match="3 score sheets"):
        await desk.act(awarding.stage)
    number = await desk.act(lambda act: scoring.exclude_rest(act, judges["Ben"], "Taken ill"))
    assert number == 3
    decision = await desk.decided()
    assert len(decision.winners) == 3
    (event,) = await desk.said(AwardsDecided)
    assert (event.revision, event.method) == (1, (await desk.board()).method.fingerprint)
    assert {person.person_id for won in event.winners for person in won.people} == set(made)


async def test_a_tie_across_the_last_bursary_waits_for_the_panel(desk):
    made = await desk.with_projects(*(f"f{n}" for n in range(7)))
    judges = await desk.with_panel("Ada", "Ben")
    await desk.opened()
    for name, project in made.items():
        impact = 5 if name in ("f0", "f1", "f2", "f3") else 3
        await desk.lock_all([(project, judge) for judge in judges.values()], impact=impact)
    with pytest.raises(Refused, match="3 projects are equal"):
        await desk.act(awarding.stage)
    order = [made["f6"], made["f4"], made["f5"]]
    await desk.act(lambda act: awarding.resolve_tie(act, order, "Show of hands, 2 to 0"))
    decision = await desk.decided()
    assert [won.project_id for won in decision.winners][-1] == made["f6"]
    assert [won.rank for won in decision.winners] == [1, 1, 1, 1, 5]


async def test_a_changed_score_stops_a_staged_decision_and_a_revision_needs_a_reason(desk):
    await judged(desk)
    board = await desk.board()
    await desk.lock_all(board.expected)
    pair = board.expected[0]
    staged = await desk.act(awarding.stage)
    await desk.act(lambda act: scoring.unlock(act, pair, "Slip"))
    await desk.lock(*pair, impact=5)
    with pytest.raises(Refused, match="changed since"):
        await desk.act(lambda act: awarding.apply(act, staged.id))
    await desk.act(lambda act: awarding.drop(act, staged.id))
    await desk.decided()
    with pytest.raises(Refused, match="Nothing has changed"):
        await desk.act(awarding.stage)
    await desk.act(lambda act: scoring.unlock(act, pair, "Slip again"))
    await desk.lock(*pair, impact=1)
    with pytest.raises(Refused, match="Say why"):
        await desk.act(awarding.stage)
    again = await desk.act(lambda act: awarding.stage(act, "A sheet was corrected"))
    await desk.act(lambda act: awarding.apply(act, again.id))
    assert [e.revision for e in await desk.said(AwardsDecided)] == [1, 2]
    states = [one.state for one in await store.find(desk.messaging.db.read, Decision)]
    assert sorted(states) == ["applied", "applied", "dropped"]


async def plan(desk: Desk) -> graduating.DryRun:
    return await graduating.dry_run(desk.messaging.db.read, desk.terms, await desk.board())


async def test_graduation_tells_each_fellow_once_and_keeps_back_who_falls_short(desk):
    made, _ = await judged(desk)
    await desk.lock_all((await desk.board()).expected)
    await desk.decided()
    await desk.hear(accepted("f4"), accepted("f5"), withdrawn("f5"))
    await desk.hear(*(requirements(f, met=f != "f4") for f in ("f1", "f2", "f3", "f4", "f5")))
    run = await plan(desk)
    assert await desk.act(lambda act: graduating.graduate(act, run.fingerprint)) == 3
    said = await desk.said(FellowGraduated)
    assert sorted((e.person.person_id, e.bursary, e.revision) for e in said) == [
        ("f1", True, 1),
        ("f2", True, 1),
        ("f3", True, 1),
    ]
    (discount, *_) = await desk.said(DiscountIssued)
    assert (discount.fee_pounds, discount.valid_until.isoformat()) == (200, "2027-07-22")
    with pytest.raises(Refused, match="changed since you looked"):
        await desk.act(lambda act: graduating.graduate(act, run.fingerprint))
    after = await plan(desk)
    with pytest.raises(Refused, match="Nobody is left"):
        await desk.act(lambda act: graduating.graduate(act, after.fingerprint))
    await desk.hear(requirements("f1", revision=2, met=False))
    outcomes = {line.person_id: line.outcome for line in (await plan(desk)).lines}
    assert outcomes["f1"] == "discrepancy"
    assert outcomes["f4"] == outcomes["f5"] == "not_yet"
    assert len(made) == len(await store.find(desk.messaging.db.read, Graduation))


async def test_every_act_of_a_person_is_on_the_chained_audit_trail(desk):
    made, judges = await judged(desk)
    await desk.lock(made["f1"], judges["Ada"])
    entries = await desk.messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert first_break(entries) is None
    assert [one["action"] for one in entries] == [
        *(["registered the project", "submitted the project"] * 3),
        *(["added the panellist"] * 2),
        "registered the method",
        "opened scoring",
        "locked the sheet",
    ]
    assert {one["who"] for one in entries} == {OFFICE.who, judges["Ada"]}
    assert Actor("person", judges["Ada"]).where == ""
