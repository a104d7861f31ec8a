"""Hand a project in, or give it back to its authors."""

from awards.fellows.act import Act
from awards.fellows.store import fellows_among
from awards.fellows.typed_text import required
from awards.projects import events
from awards.projects import project as rules
from awards.projects.authors import authors_of
from awards.projects.gate import change_what_is_judged
from awards.projects.inviting import end_open
from awards.projects.project import Project
from nextstep_contracts import Refused


async def submit(act: Act, project: Project, *, reason: str = "") -> Project:
    """Hand a project in. Once scoring is open only the office can, with a `reason`.

    Who was asked to be an author and has not said yes is none: their invitation ends.
    """
    submitted = rules.submit(project, act.now)
    if (await change_what_is_judged(act)).open and not reason.strip():
        raise Refused("Scoring is open. Ask the programme office about a late submission.")
    submitted = submitted.but(revision=submitted.revision + 1)
    await end_open(act, project)
    fellows = await fellows_among(act.read, submitted.authors)
    act.uow.publish(events.submitted(submitted, authors_of(submitted, fellows)))
    act.audit("submitted the project", submitted.id, reason=reason)
    return await act.save(submitted)


async def give_back(act: Act, project: Project, reason: str) -> Project:
    """Let the authors of a submitted project edit it again, before scoring opens."""
    text = required(reason, "Say why the project is given back")
    given = rules.give_back(project)
    if (await change_what_is_judged(act)).open:
        raise Refused("Scoring is open: a submitted project can only be taken out of judging.")
    given = given.but(revision=given.revision + 1)
    fellows = await fellows_among(act.read, given.authors)
    act.uow.publish(events.registered(given, authors_of(given, fellows)))
    act.audit("gave back the project", given.id, reason=text)
    return await act.save(given)
