"""Who the authors of a project are: Fellows of the cohort, each of one project at most."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from awards.fellows.fellow import Fellow
from awards.fellows.records import Record
from awards.projects.project import Project
from nextstep_contracts import Refused


class Authorship(Record):
    """Which project a person is an author of; the id is the person's. One project a Fellow."""

    collection: ClassVar[str] = "authorships"
    cohort: str
    project_id: str


def check_authors(
    authors: Sequence[str],
    fellows: Mapping[str, Fellow],
    *,
    before: Iterable[str] = (),
    field: str = "authors",
) -> tuple[str, ...]:
    """The authors without repetition.

    `before` are the authors so far: who left the programme since does not keep the others from
    changing their project.

    Raises:
        Refused: nobody is named, or somebody new is not a Fellow now.

    """
    distinct = tuple(dict.fromkeys(authors))
    if not distinct:
        raise Refused("Choose at least one author", {"authors": "Choose an author"})
    for person in set(distinct).difference(before):
        fellow = fellows.get(person)
        if fellow is None or not fellow.active:
            raise Refused.field(field, "Every author must be a Fellow of this cohort")
    return distinct


def authors_of(project: Project, fellows: Mapping[str, Fellow]) -> tuple[Fellow, ...]:
    """The project's authors that are known as Fellows, in the project's order."""
    return tuple(fellows[one] for one in project.authors if one in fellows)


def without_project(fellows: Iterable[Fellow], projects: Iterable[Project]) -> tuple[Fellow, ...]:
    """The Fellows who have not registered a project."""
    authors = {person for one in projects for person in one.authors}
    return tuple(one for one in fellows if one.active and one.id not in authors)


def unsubmitted(fellows: Iterable[Fellow], projects: Iterable[Project]) -> frozenset[str]:
    """The person ids of the Fellows without a submitted project."""
    handed_in = (one for one in projects if one.state == "submitted")
    return frozenset(one.id for one in without_project(fellows, handed_in))
