"""What is said about a project, made from its record."""

from collections.abc import Iterable

from awards.fellows.fellow import Fellow
from awards.projects.project import Project
from nextstep_contracts import Person, ProjectRegistered, ProjectSubmitted, Refused


def registered(project: Project, authors: Iterable[Fellow]) -> ProjectRegistered:
    """A project was registered, or its title or authors changed."""
    return ProjectRegistered(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=_present(authors),
    )


def submitted(project: Project, authors: Iterable[Fellow]) -> ProjectSubmitted:
    """A project was handed in."""
    if project.submitted_at is None:
        raise Refused("The project has not been submitted.")
    return ProjectSubmitted(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=_present(authors),
        submitted_at=project.submitted_at,
    )


def _present(authors: Iterable[Fellow]) -> tuple[Person, ...]:
    return tuple(one.person for one in authors if one.active and not one.erased)
