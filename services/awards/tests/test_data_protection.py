"""Export and erasure of a person."""

import json
from base64 import b64decode
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

from awards.data_protection import (
    erase_fellow,
    erase_panellist,
    erase_restored,
    export_person,
    heeds_erasure,
    keep_likely_conflicts,
    likely_conflicts,
    without_judging,
)
from awards.fellows.fellow import ERASED_NAME
from awards.holdings import HOLDINGS
from awards.judging.excluding_sheets import exclude
from awards.judging.filling_in_sheets import unlock
from awards.panel.conflicts import pair_id
from awards.panel.deciding_conflicts import decide_conflict
from awards.projects.attaching_a_poster import (
    FILES,
    attach_poster,
    keep_poster,
    poster_data,
)
from awards.result.deciding import apply, stage
from nextstep_contracts import (
    PIECE_BYTES,
    AccessEnded,
    ConflictChanged,
    PersonDataGathered,
    PersonDataRequested,
    PersonErased,
    PersonFilePiece,
    PersonFileRequested,
    Refused,
)
from nextstep_messaging import NotEntitledError
from nextstep_messaging.testing import audit_trail, fire_due, hear

from .builders import NOW, PDF, accepted, details
from .service import Service

stack = pytest.mark.stack

# who says so, of a Fellow, of a panellist: erased (True), ignored (False), refused (who alone may)
ERASURES = [
    ("applications", True, False, True),
    ("applications", False, False, True),  # before anything else is heard of them
    ("applications", False, True, "awards"),
    ("awards", False, True, True),
    ("awards", True, True, True),  # erased as a panellist by a release that marked both
    ("awards", False, False, False),
    ("awards", True, False, "applications"),
    ("scheduling", False, False, False),
    ("scheduling", True, False, "applications"),
    ("scheduling", False, True, "awards"),
    ("notifications", True, False, "applications"),
]


@pytest.mark.parametrize(("sender", "fellow", "panellist", "becomes"), ERASURES)
def test_fellows_are_erased_by_applications_and_panellists_by_awards(
    sender: str, fellow: bool, panellist: bool, becomes: bool | str
):
    if isinstance(becomes, str):
        with pytest.raises(NotEntitledError, match=f"by {becomes} alone, not by {sender}"):
            heeds_erasure(sender, fellow=fellow, panellist=panellist)
    else:
        assert heeds_erasure(sender, fellow=fellow, panellist=panellist) is becomes


async def a_decided_year(service: Service) -> tuple[dict[str, str], dict[str, str]]:
    made = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    await service.lock(made["f1"], judges["Ada"], comment="Fellow f1 spoke well")
    await service.lock_all((await service.judging()).outstanding)
    await service.decided()
    return made, judges


@stack
async def test_the_export_of_a_fellow_holds_scores_and_comments_received(service: Service):
    await a_decided_year(service)
    found = json.loads(json.dumps(await export_person(service.messaging, "f1"), default=str))
    assert found["fellow"]["applications"]["app-f1"]["accepted"]["name"] == "Fellow f1"
    assert [one["details"]["title"] for one in found["projects"]] == ["Project of f1"]
    comments = [one["comment"] for one in found["scores_received"]]
    assert sorted(comments) == ["", "Fellow f1 spoke well"]
    assert len(found["decisions"]) == 1


async def answered(service: Service) -> dict[str, Any]:
    """What is answered to a request for the data of the first Fellow."""
    asked = {"request_id": "r1", "person_id": "f1", "requested_at": service.clock.now()}
    await service.hear(PersonDataRequested(**asked))
    return (await service.said(PersonDataGathered))[-1].held


@stack
async def test_who_answers_a_request_reads_no_sheet_before_the_decision_is_announced(
    service: Service,
):
    """They may be judges, in the office, from whom a project or others' sheets are kept."""
    made, judges = await service.judged()
    await service.lock(made["f1"], judges["Ada"], comment="SECRET praise")
    pair = (made["f1"], judges["Ben"])
    await service.act(lambda act: decide_conflict(
        act, pair, kind="other", effective=True, note="SECRET quarrel"))  # fmt: skip
    for project in (made["f2"], made["f3"]):
        for judge in judges.values():
            await service.lock(project, judge)
    staged = await service.act(stage)
    held = await answered(service)
    assert (held["scores_received"], held["conflicts_with_own_projects"]) == ([], [])
    assert (held["decisions"], "SECRET" in json.dumps(held, default=str)) == ([], False)
    assert [one["details"]["title"] for one in held["projects"]] == ["Project of f1"]
    assert "once the awards are announced" in held["judging"]
    await service.act(lambda act: apply(act, staged.id))
    held = await answered(service)
    assert [one["comment"] for one in held["scores_received"]] == ["SECRET praise"]
    assert (len(held["decisions"]), "judging" in held) == (1, False)


def test_what_a_panellist_gave_is_told_no_earlier_than_what_a_fellow_was_given():
    """Who asks is another service, of any id: it would read every sheet before it is announced."""
    written = {"scores_given": [{"id": "sheet"}], "conflicts": [{"id": "pair"}]}
    trail = [{"about": one} for one in ("sheet", "pair", "judge")]
    nothing: dict[str, Any] = {"scores_received": [], "conflicts_with_own_projects": []}
    told = without_judging({**written, **nothing, "audit": trail})
    assert (told["scores_given"], told["conflicts"]) == ([], [])
    assert told["audit"] == [{"about": "judge"}]


@stack
async def test_the_export_of_a_panellist_holds_the_scores_given(service: Service):
    _, judges = await a_decided_year(service)
    found = await export_person(service.messaging, judges["Ada"])
    assert found["panellist"]["name"] == "Ada"
    assert len(found["scores_given"]) == 2
    assert len(found["audit"]) == 3


@stack
async def test_erasing_a_fellow_keeps_scores_and_chain_and_removes_name_text_and_poster(
    service: Service,
):
    made, _ = await a_decided_year(service)
    before = (await service.result()).basis
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    result = await service.result()
    assert result.basis == before
    judging, panel = result.judging, result.judging.panel
    assert panel.fellows["f1"].name == ERASED_NAME
    assert panel.projects[made["f1"]].details.summary == ""
    assert all(judging.sheet(p).comment == "" for p in judging.expected if p[0] == made["f1"])
    people = [one for won in result.announced.winners for one in won.people]
    assert sorted((one.person_id, one.name) for one in people) == [
        ("f1", ERASED_NAME),
        ("f2", "Fellow f2"),
    ]
    await audit_trail(service.messaging)


@stack
async def test_erasing_an_author_removes_every_poster_ever_sent(service: Service):
    await service.hear(accepted("f1"), accepted("f2"))
    project = await service.registered("f1", "f2")
    for text in (b"1", b"2", b"3", b"never attached"):
        poster = await keep_poster(service.here, project.id, "fellow-f1.pdf", PDF + text, "f1")
        if b"never" not in text:
            project = await service.act(partial(attach_poster, project=project, poster=poster))
    await fire_due(service.messaging)
    assert await service.messaging.db.read(FILES).count({}) == 2  # the replaced are gone already
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    await fire_due(service.messaging)
    assert await service.messaging.db.read(FILES).count({}) == 0
    kept = (await service.panel()).projects[project.id]
    assert (kept.poster, kept.details.summary) == (None, details().summary)


@stack
async def test_a_persons_posters_are_listed_and_given_in_pieces_and_nobody_elses(service: Service):
    await service.hear(accepted("f1"), accepted("f2"))
    data = PDF + bytes(2 * PIECE_BYTES)
    for fellow in ("f1", "f2"):
        project = await service.registered(fellow)
        poster = await keep_poster(service.here, project.id, f"{fellow}.pdf", data, fellow)
        await service.act(partial(attach_poster, project=project, poster=poster))
    about = {"request_id": "r1", "person_id": "f1"}
    elsewhere = PersonDataRequested(**about, requested_at=NOW, services=("scheduling",))
    await service.hear(elsewhere, PersonDataRequested(**about, requested_at=NOW))
    (told,) = await service.said(PersonDataGathered)
    (listed,) = told.files
    assert (listed.name, listed.size) == ("f1.pdf", len(data))
    assert listed.sha256 == sha256(data).hexdigest()
    pieces = (2, 0, 1, 9)
    asked = PersonFileRequested(**about, service="awards", file=listed.file, pieces=pieces)
    others = asked.model_copy(update={"file": poster.file_id, "pieces": (0,)})
    await service.hear(asked, others, asked.model_copy(update={"service": "scheduling"}))
    given = await service.said(PersonFilePiece)
    found = {one.piece: b64decode(one.data) for one in given if one.file == listed.file}
    assert b"".join(found[n] for n in (0, 1, 2)) == data
    assert found[9] == b""
    assert [one.data for one in given if one.file == poster.file_id] == [None]


@stack
async def test_a_poster_that_was_replaced_and_is_back_stays(service: Service):
    await service.hear(accepted("f1"))
    project = await service.registered("f1")
    for text in (b"1", b"2", b"1"):
        poster = await keep_poster(service.here, project.id, "p.pdf", PDF + text, "f1")
        project = await service.act(partial(attach_poster, project=project, poster=poster))
    await fire_due(service.messaging)
    assert await poster_data(service.here, project) == PDF + b"1"


@stack
async def test_what_panel_and_office_wrote_about_an_erased_fellow_goes(service: Service):
    made, judges = await a_decided_year(service)
    pair = (made["f1"], judges["Ben"])
    await service.act(lambda act: unlock(act, pair, "Kim is a friend"))
    await service.act(lambda act: exclude(act, pair, "Kim again"))
    note = "A friend of Kim"
    await service.act(
        lambda act: decide_conflict(act, pair, kind="other", effective=True, note=note)
    )
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    judging = await service.judging()
    sheet = judging.sheet(pair)
    assert [one.reason for one in sheet.corrections] == ["(erased)"]
    assert sheet.excluded is not None
    assert sheet.excluded.reason == "(erased)"
    assert [one.note for one in judging.panel.conflicts] == ["(erased)"]
    assert judging.panel.recused == {pair}
    for name in ("sheets", "conflicts", "projects", "decisions", "_audit"):
        assert "Kim" not in str(await service.messaging.db.read(name).find({})), name


@stack
async def test_who_was_kept_from_a_project_by_their_employer_is_kept_from_it_after_the_erasure(
    service: Service,
):
    made = await service.with_projects("f1", "f2")
    made |= await service.with_projects("f3", trust="Another")
    judges = await service.with_panel("Ada", "Ben", trust="Project Trust")
    about = {"viewer": "ben@panel.example", "person_id": "f3", "since": service.clock.now()}
    await service.hear(ConflictChanged(**about, revision=1, closed=True, reason="supervises"))
    before = (await service.panel()).recused
    assert {(made["f1"], judges["Ada"]), (made["f3"], judges["Ben"])} <= before
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    await service.messaging.transact(lambda uow: erase_panellist(uow, judges["Ben"]))
    assert (await service.panel()).recused == before


@stack
async def test_and_after_a_restore_that_could_not_give_back_employer_and_names(service: Service):
    made = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben", trust="Project Trust")
    before = (await service.panel()).recused
    db = service.messaging.db
    backed_up = await likely_conflicts(db.read)
    gone = {"f1", judges["Ben"], made["f1"]}
    for name in ("fellows", "projects", "panellists"):
        holding = HOLDINGS.of(name)
        assert holding is not None
        for row in await db.read(name).find({"_id": {"$in": sorted(gone)}}):
            left = holding.stays(row, gone)
            await db.write(name).update({"_id": row["_id"]}, {"$set": left})
    assert (await service.panel()).recused < before
    theirs = [one for one in backed_up if gone & {*one["people"]}]
    for _ in range(2):
        await service.messaging.transact(lambda uow: keep_likely_conflicts(uow, theirs))
    for person in ("f1", judges["Ben"]):
        await service.messaging.transact(lambda uow, who=person: erase_restored(uow, who))
    assert (await service.panel()).recused == before


@stack
async def test_erasing_a_panellist_keeps_their_scores(service: Service):
    _, judges = await a_decided_year(service)
    before = (await service.result()).basis
    await service.messaging.transact(lambda uow: erase_panellist(uow, judges["Ada"]))
    result = await service.result()
    assert result.judging.panel.panellists[judges["Ada"]].name == ERASED_NAME
    assert result.basis == before


@stack
async def test_what_others_wrote_names_an_erased_panellist_no_more(service: Service):
    made, judges = await a_decided_year(service)
    pair = (made["f2"], judges["Ben"])
    await service.act(lambda act: unlock(act, pair, "It is for another year"))
    await service.act(lambda act: exclude(act, pair, "Ada@panel.example said so"))
    for _ in range(2):
        await service.messaging.transact(lambda uow: erase_panellist(uow, judges["Ada"]))
    sheet = (await service.judging()).sheet(pair)
    assert sheet.excluded is not None
    assert sheet.excluded.reason == "(erased) said so"
    await fire_due(service.messaging)  # the trail is looked through by a timer
    trail = await service.messaging.db.read("_audit").find({})
    assert "said so" not in str([one["details"] for one in trail])


@stack
async def test_an_erasure_that_is_not_the_senders_to_say_changes_nothing(service: Service):
    _, judges = await a_decided_year(service)
    for person, sender in (("f1", "awards"), ("f1", "scheduling"), (judges["Ada"], "applications")):
        erased = PersonErased(person_id=person, erased_at=NOW)
        with pytest.raises(NotEntitledError):
            await hear(service.messaging, erased, sender=sender)
    panel = await service.panel()
    assert panel.fellows["f1"].name == "Fellow f1"
    assert panel.panellists[judges["Ada"]].name == "Ada"


@stack
async def test_what_awards_erased_before_the_fellow_was_heard_of_keeps_no_fellow_out(
    service: Service,
):
    await hear(service.messaging, PersonErased(person_id="f1", erased_at=NOW), sender="awards")
    await service.hear(accepted("f1"))
    assert (await service.panel()).fellows["f1"].name == "Fellow f1"


@stack
async def test_the_command_erases_panellists_and_tells_of_the_others_where_to_ask(
    service: Service,
):
    await service.hear(accepted("f1"))
    for person in ("f1", "nobody"):
        with pytest.raises(Refused, match=f"python -m applications erase-person {person}"):
            await service.messaging.transact(lambda uow, p=person: erase_panellist(uow, p))


@stack
async def test_an_erased_panellists_sessions_and_links_end_in_every_service(service: Service):
    _, judges = await a_decided_year(service)
    await service.messaging.transact(lambda uow: erase_panellist(uow, judges["Ada"]))
    said = [one for one in await service.said() if isinstance(one, AccessEnded)]
    assert [(one.who, one.reason) for one in said] == [(judges["Ada"], "left")]


@stack
async def test_what_was_written_beside_an_erasure_goes_at_the_second_look(service: Service):
    made, judges = await a_decided_year(service)
    await service.hear(PersonErased(person_id="f1", erased_at=NOW))
    await keep_poster(service.here, made["f1"], "late.pdf", PDF + b"late", "f1")
    pair = pair_id((made["f1"], judges["Ada"]))
    late = {"$set": {"comment": "Kim was late"}}
    await service.messaging.transact(
        lambda uow: uow.collection("sheets").update({"_id": pair}, late)
    )
    service.clock.set(service.clock.now() + timedelta(minutes=31))
    for _ in range(2):  # the files go by a timer of their own
        await fire_due(service.messaging)
    assert (await service.judging()).sheet((made["f1"], judges["Ada"])).comment == ""
    assert await service.messaging.db.read(FILES).count({}) == 0
