"""What release 64e27b8 stored is read as it is, and use cases go on from it.

`stored/64e27b8.json` is a year as that release wrote it, every collection: projects in each state,
a panellist who stood down, sheets in each state, a tie settled, decisions dropped, applied and
staged, Fellows who graduated, withdrew and were erased.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from awards.data_protection import erase_fellow, export_person
from awards.fellows.attendance import Presence
from awards.fellows.emails import Email
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import Record, from_document, to_document
from awards.graduation.graduation import Graduation
from awards.graduation.membership import remind
from awards.graduation.store import dry_run
from awards.judging.excluding_sheets import include
from awards.judging.filling_in_sheets import unlock
from awards.judging.scoring import Scoring
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Conflict
from awards.panel.deciding_conflicts import decide_conflict
from awards.panel.inviting import amend_panellist
from awards.panel.panellists import Panellist
from awards.projects.authors import Authorship
from awards.projects.gate import Gate
from awards.projects.project import Project
from awards.projects.store import own_project
from awards.projects.submitting import submit
from awards.projects.taking_out_of_judging import restore
from awards.result.deciding import apply
from awards.result.decision import AwardsDecision
from nextstep_contracts import AwardsDecided, MembershipExpiring, ProjectSubmitted
from nextstep_messaging.database.timer import from_row
from nextstep_messaging.testing import audit_trail

from .builders import withdrawn
from .service import Service

STORED: dict[str, list[dict[str, Any]]] = json_util.loads(
    (Path(__file__).parent / "stored" / "64e27b8.json").read_text(),
    json_options=json_util.JSONOptions(tz_aware=True),
)
RECORDS: tuple[type[Record], ...] = (
    *(Fellow, Progress, Presence, Email),
    *(Project, Authorship, Gate),
    *(Panellist, Conflict),
    *(Sheet, Scoring, AwardsDecision, Graduation),
)


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_stored_document_is_read_and_would_be_written_as_it_was(kind: type[Record]):
    documents = STORED[kind.collection]
    written = [to_document(from_document(kind, one)) for one in documents]
    for one in written:
        assert one.pop("refused_poster", None) is None  # since then
        if poster := one.get("poster"):
            assert poster.pop("scan") == "unscanned"  # since then
    assert written == documents


def test_no_collection_is_left_out():
    own = {name for name in STORED if not name.startswith("_")}
    assert own == {kind.collection for kind in RECORDS}


async def restored(service: Service) -> Service:
    """The service on the database that the release left."""
    for name, documents in STORED.items():
        await service.messaging.db.write(name).insert_many([dict(one) for one in documents])
    return service


@pytest.mark.stack
async def test_the_result_follows_from_the_stored_sheets_as_it_did(service: Service):
    result = await (await restored(service)).result()
    assert result.staged.basis == result.basis
    assert result.staged.winners == result.winners()
    assert result.tie_settled
    assert [one.state for one in result.decisions] == ["dropped", "applied", "staged"]


@pytest.mark.stack
async def test_the_staged_decision_is_applied_as_the_next_revision(service: Service):
    staged = (await (await restored(service)).result()).staged
    await service.act(lambda act: apply(act, staged.id))
    (event,) = await service.said(AwardsDecided)
    assert (event.revision, len(event.winners)) == (2, 5)


@pytest.mark.stack
async def test_projects_panel_and_sheets_go_on_from_where_they_were(service: Service):
    panel = await (await restored(service)).panel()
    before = await service.judging()
    locked = next(one for one in before.sheets.values() if one.locked_at)
    excluded = next(one for one in before.sheets.values() if one.excluded)
    cleared = next(one for one in panel.conflicts if not one.effective)
    removed = next(one for one in panel.projects.values() if one.removed)
    draft = await own_project(service.here.read, service.here, "f7")
    ben = next(one for one in panel.judges if one.name == "Ben")
    moved = {"name": "Ben", "email": "ben@new.example", "organisation": "KBS"}
    recuse = {"kind": "other", "effective": True, "note": "Friends"}
    for use_case in (
        lambda act: unlock(act, locked.pair, "Slip"),
        lambda act: include(act, excluded.pair),
        lambda act: decide_conflict(act, cleared.pair, **recuse),
        lambda act: restore(act, removed, "It is one"),
        lambda act: submit(act, draft, reason="Was ill"),
        lambda act: amend_panellist(act, ben.id, **moved),
    ):
        await service.act(use_case)
    (event,) = await service.said(ProjectSubmitted)
    assert [one.person_id for one in event.authors] == ["f7", "f8"]
    after = await service.judging()
    assert after.scoring.but(version=0) == before.scoring.but(version=0)
    assert (after.sheet(locked.pair).state, after.sheet(excluded.pair).excluded) == ("draft", None)
    assert len(await audit_trail(service.messaging)) == len(STORED["_audit"]) + 6


async def outcomes(service: Service) -> Counter[str]:
    run = await dry_run(service.here.read, service.here, await service.result())
    return Counter(line.outcome for line in run.lines)


@pytest.mark.stack
async def test_graduation_stands_and_follows_what_is_heard_later(service: Service):
    assert await outcomes(await restored(service)) == {"graduated": 8, "not_yet": 2}
    await service.hear(withdrawn("f0", revision=9))
    assert await outcomes(service) == {"graduated": 7, "discrepancy": 1, "not_yet": 2}


@pytest.mark.stack
async def test_a_stored_timer_reminds_its_fellow(service: Service):
    await restored(service)
    timer = from_row(next(one for one in STORED["_timers"] if one["_id"] == "membership:f2"))
    await service.messaging.transact(lambda uow: remind(timer, uow, service.here))
    (event,) = await service.said(MembershipExpiring)
    assert event.person.name == "Fellow f2"


@pytest.mark.stack
async def test_a_person_of_the_year_is_exported_and_erased(service: Service):
    found = await export_person((await restored(service)).messaging, "f1")
    assert (len(found["projects"]), len(found["scores_received"])) == (1, 3)
    await service.messaging.transact(lambda uow: erase_fellow(uow, "f1"))
    for decision in (await service.result()).decisions:
        names = {one.name for won in decision.winners for one in won.people}
        assert ERASED_NAME in names
        assert "Fellow f1" not in names
