"""Take a project out of judging, and put it back."""

from awards.fellows.act import Act
from awards.projects import project as rules
from awards.projects.gate import change_what_is_judged
from awards.projects.project import Project, Removal


async def remove(act: Act, project: Project, reason: str) -> Project:
    """Take a project out of judging."""
    removed = rules.remove(project, Removal(reason=reason.strip(), by=act.by, at=act.now))
    await change_what_is_judged(act)
    act.audit("took out of judging the project", removed.id, reason=reason)
    return await act.save(removed)


async def restore(act: Act, project: Project, reason: str) -> Project:
    """Put a removed project back into judging."""
    judged = rules.restore(project)
    await change_what_is_judged(act)
    act.audit("put back into judging the project", judged.id, reason=reason)
    return await act.save(judged)
