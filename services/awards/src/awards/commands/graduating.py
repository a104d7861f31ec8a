"""Graduate the Fellows who complete, after a dry run that somebody looked at."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from awards import graduation, store
from awards.board import Board
from awards.commands import events
from awards.commands.act import Act
from awards.fellows import Fellow, Progress
from awards.graduation import Graduation, Line
from awards.terms import Terms
from nextstep_contracts import Refused


@dataclass(frozen=True)
class DryRun:
    """What applying graduation would do now."""

    lines: tuple[Line, ...]
    graduations: dict[str, Graduation]
    fellows: dict[str, Fellow]

    @property
    def fingerprint(self) -> str:
        """Tells this plan from another."""
        return graduation.plan_fingerprint(self.lines)


async def dry_run(read: store.Reader, terms: Terms, board: Board) -> DryRun:
    """Work out who would graduate. Reads only."""
    cohort = {"cohort": terms.cohort.id}
    progress = {one.id: one for one in await store.find(read, Progress, cohort)}
    known = {one.id: one for one in await store.find(read, Graduation, cohort)}
    won = board.announced.winners if board.announced else ()
    bursaries = {person.person_id for project in won for person in project.people}
    held_back = board.unsubmitted() if terms.cohort.completion.project_required else ()
    fellows = {key: one for key, one in board.fellows.items() if not one.erased}
    lines = graduation.plan(fellows.values(), progress, known, bursaries, set(held_back))
    return DryRun(lines, known, fellows)


async def graduate(act: Act, looked_at: str) -> int:
    """Apply the plan that was looked at (its fingerprint); returns how many Fellows it acts on."""
    board = await store.load_board(act.read, act.terms)
    run = await dry_run(act.read, act.terms, board)
    if run.fingerprint != looked_at:
        raise Refused("The list has changed since you looked at it. Look again, then graduate.")
    acting = [line for line in run.lines if line.acts]
    if not acting:
        raise Refused("Nobody is left to graduate.")
    for line in acting:
        await _graduate_one(act, run, line)
    people = [line.person_id for line in acting]
    await act.note("graduated the Fellows", act.cohort, people=people)
    return len(acting)


async def _graduate_one(act: Act, run: DryRun, line: Line) -> None:
    today = act.now.astimezone(ZoneInfo(act.terms.cohort.zone)).date()
    known = run.graduations.get(line.person_id)
    before = known or Graduation(
        id=line.person_id,
        cohort=act.cohort,
        revision=0,
        graduated_on=today,
        bursary=line.bursary,
        discount_until=graduation.discount_until(act.terms.cohort, today),
    )
    done = before.but(revision=before.revision + 1, bursary=line.bursary)
    await act.save(done)
    fellow = run.fellows[line.person_id]
    act.publish(events.graduated(done, fellow))
    if known is None:
        fee = act.terms.cohort.benefits.discount_fee_pounds
        act.publish(events.discount(done, fellow, fee))
