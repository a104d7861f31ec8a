"""Graduation applied from the dry run that was looked at."""

import pytest

from awards.fellows.records import find
from awards.graduation.graduating import graduate
from awards.graduation.graduation import Graduation
from awards.graduation.store import dry_run
from awards.graduation.who_graduates import DryRun
from nextstep_contracts import DiscountIssued, FellowGraduated, Refused

from ..builders import accepted, requirements, withdrawn
from ..service import Service

pytestmark = pytest.mark.stack


async def plan(service: Service) -> DryRun:
    return await dry_run(service.here.read, service.here, await service.result())


async def test_graduation_tells_each_fellow_once_and_keeps_back_who_falls_short(service):
    made, _ = await service.judged()
    await service.lock_all((await service.judging()).expected)
    await service.decided()
    await service.hear(accepted("f4"), accepted("f5"), withdrawn("f5"))
    await service.hear(*(requirements(f, met=f != "f4") for f in ("f1", "f2", "f3", "f4", "f5")))
    run = await plan(service)
    assert await service.act(lambda act: graduate(act, run.fingerprint)) == 3
    said = await service.said(FellowGraduated)
    assert sorted((e.person.person_id, e.bursary, e.revision) for e in said) == [
        ("f1", True, 1),
        ("f2", True, 1),
        ("f3", True, 1),
    ]
    (discount, *_) = await service.said(DiscountIssued)
    assert (discount.fee_pounds, discount.valid_until.isoformat()) == (200, "2027-07-22")
    with pytest.raises(Refused, match="Nobody is left"):
        await service.act(lambda act: graduate(act, run.fingerprint))
    after = await plan(service)
    with pytest.raises(Refused, match="Nobody is left"):
        await service.act(lambda act: graduate(act, after.fingerprint))
    await service.hear(requirements("f1", revision=2, met=False))
    outcomes = {line.person_id: line.outcome for line in (await plan(service)).lines}
    assert outcomes["f1"] == "discrepancy"
    assert outcomes["f4"] == outcomes["f5"] == "not_yet"
    assert len(made) == len(await find(service.here.read, Graduation))
