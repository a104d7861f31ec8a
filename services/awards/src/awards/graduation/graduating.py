"""Graduate the Fellows who complete, after a dry run that somebody looked at."""

from zoneinfo import ZoneInfo

from awards.fellows.act import Act
from awards.fellows.fellow import Fellow
from awards.graduation.benefits import discount_until
from awards.graduation.graduation import Graduation
from awards.graduation.store import dry_run
from awards.graduation.who_graduates import PlanLine
from awards.result.store import load_result
from nextstep_contracts import AlreadySo, DiscountIssued, FellowGraduated, Refused


async def graduate(act: Act, looked_at: str) -> int:
    """Apply the plan that was looked at (its fingerprint); returns how many Fellows it acts on."""
    run = await dry_run(act.read, act.here, await load_result(act.read, act.here))
    acting = [line for line in run.lines if line.acts]
    if run.graduations and not acting:
        raise AlreadySo("Nobody is left to graduate: whoever completes has graduated already.")
    if run.fingerprint != looked_at:
        raise Refused("The list has changed since you looked at it. Look again, then graduate.")
    if not acting:
        raise Refused("Nobody is left to graduate.")
    for line in acting:
        person = line.person_id
        await _graduate_one(act, line, run.fellows[person], run.graduations.get(person))
    people = [line.person_id for line in acting]
    act.audit("graduated the Fellows", act.cohort.id, people=people)
    return len(acting)


async def _graduate_one(act: Act, line: PlanLine, fellow: Fellow, known: Graduation | None) -> None:
    before = known or _unannounced(act, line)
    done = await act.save(before.but(revision=before.revision + 1, bursary=line.bursary))
    act.uow.publish(_graduated(done, fellow))
    if known is None:
        act.uow.publish(_discount(done, fellow, act.cohort.benefits.discount_fee_pounds))


def _unannounced(act: Act, line: PlanLine) -> Graduation:
    today = act.now.astimezone(ZoneInfo(act.cohort.zone)).date()
    return Graduation(
        id=line.person_id,
        cohort=act.cohort.id,
        revision=0,
        graduated_on=today,
        bursary=line.bursary,
        discount_until=discount_until(act.cohort, today),
    )


def _graduated(graduation: Graduation, fellow: Fellow) -> FellowGraduated:
    return FellowGraduated(
        cohort=graduation.cohort,
        revision=graduation.revision,
        person=fellow.person,
        graduated_on=graduation.graduated_on,
        bursary=graduation.bursary,
    )


def _discount(graduation: Graduation, fellow: Fellow, fee_pounds: int) -> DiscountIssued:
    return DiscountIssued(
        cohort=graduation.cohort,
        revision=1,
        person=fellow.person,
        fee_pounds=fee_pounds,
        valid_until=graduation.discount_until,
    )
