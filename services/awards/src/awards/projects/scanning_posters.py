"""Posters that came while the virus scanner was away are scanned once it is back."""

from awards.fellows.act import Act, Awards
from awards.fellows.store import fellows_among
from awards.projects import events
from awards.projects.attaching_a_poster import discard_poster
from awards.projects.authors import authors_of
from awards.projects.poster import Poster, RefusedPoster
from awards.projects.project import Project
from awards.projects.store import load_project, unscanned_posters
from nextstep_documents.rescanning import LEASE, SWEEP, scan_again
from nextstep_documents.virus_scanner import Verdict
from nextstep_messaging import Actor, Lease, Pace

PACE = Pace(sweep=SWEEP, lease=LEASE)
SCANNER = Actor("service", "awards", name="Virus scanner")


async def record_scan(act: Act, project_id: str, file_id: str, verdict: Verdict) -> None:
    """Keep a verdict on a poster; one that was replaced meanwhile is left alone.

    An infected one is removed, whatever the state of the project: nobody may open it. The authors
    are told by email and on their page, the office by what there is to do.
    """
    project = await load_project(act.read, project_id)
    poster = project.poster
    if poster is None or poster.file_id != file_id or poster.scan == verdict.scan:
        return
    if verdict.scan != "infected":
        await act.save(project.but(poster=poster.but(scan=verdict.scan)))
        return
    await discard_poster(act.uow, poster)
    act.audit("removed the poster of", project.id, size=poster.size, found=verdict.note)
    removed = without_infected(project, poster, act, verdict.note)
    fellows = await fellows_among(act.read, removed.authors)
    act.uow.publish(events.poster_removed(removed, authors_of(removed, fellows)))
    await act.save(removed)


def without_infected(project: Project, poster: Poster, act: Act, note: str) -> Project:
    """The project without its poster, and what is kept of that: the name, when, and why."""
    refused = RefusedPoster(name=poster.name, size=poster.size, note=note, at=act.now)
    return project.but(poster=None, refused_poster=refused, revision=project.revision + 1)


async def scan_unscanned(here: Awards, lease: Lease) -> int:
    """Go through the posters without a verdict; how many were looked at."""

    async def record(file: tuple[str, str], verdict: Verdict) -> None:
        project_id, file_id = file
        await here.messaging.transact(
            lambda uow: Act(uow, here, SCANNER).doing(
                lambda act: record_scan(act, project_id, file_id, verdict)
            )
        )

    return await scan_again(
        here.scanner,
        await unscanned_posters(here.read),
        lambda file: here.messaging.db.files.get(file[1]),
        record,
        lease.hold,
    )


def add_scanning(here: Awards) -> None:
    """Let the service scan what is unscanned; without a scanner there is nothing to do."""
    if not here.scanner.configured:
        return

    async def look(lease: Lease) -> bool:
        await scan_unscanned(here, lease)
        return False

    here.messaging.add_worker("scanning", look, PACE)
