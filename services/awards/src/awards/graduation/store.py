"""Graduations on record, and the dry run made from everything that decides them."""

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find, get
from awards.fellows.store import progress_of
from awards.graduation.graduation import Graduation
from awards.graduation.who_graduates import DryRun, plan
from awards.projects.authors import unsubmitted
from awards.result.result import Result
from nextstep_messaging import Collection

COLLECTIONS = (Collection(Graduation.collection),)


async def graduation_of(read: Reader, person_id: str) -> Graduation | None:
    """What was announced of the person."""
    return await get(read, Graduation, person_id)


async def dry_run(read: Reader, here: Awards, result: Result) -> DryRun:
    """Work out who would graduate. Reads only."""
    graduations = await find(read, Graduation, {"cohort": here.cohort.id})
    known = {one.id: one for one in graduations}
    won = result.announced.winners if result.announced else ()
    bursaries = {person.person_id for project in won for person in project.people}
    panel = result.judging.panel
    required = here.cohort.completion.project_required
    held_back = unsubmitted(panel.fellows.values(), panel.projects.values()) if required else ()
    fellows = {key: one for key, one in panel.fellows.items() if not one.erased}
    progress = await progress_of(read, here.cohort)
    return DryRun(plan(fellows.values(), progress, known, bursaries, held_back), known, fellows)
