"""Whether enough judges are left for each project."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from awards.panel.conflicts import Pair
from awards.panel.panellists import Panellist
from awards.projects.project import Project


@dataclass(frozen=True)
class Coverage:
    """Who may judge one project."""

    project_id: str
    judges: tuple[str, ...]
    """Panellist ids."""
    missing_organisations: tuple[str, ...]
    minimum: int

    @property
    def enough(self) -> bool:
        """Whether at least the minimum of unconflicted judges is left."""
        return len(self.judges) >= self.minimum


def coverage(
    projects: Iterable[Project],
    panellists: Collection[Panellist],
    hidden: Collection[Pair],
    minimum: int,
    organisations: Iterable[str],
) -> tuple[Coverage, ...]:
    """Panel by project: who is left to judge each, checked before scoring opens."""
    wanted = tuple(organisations)
    found = []
    for project in projects:
        judges = [one for one in panellists if (project.id, one.id) not in hidden]
        present = {one.organisation for one in judges}
        missing = tuple(one for one in wanted if one not in present)
        found.append(Coverage(project.id, tuple(one.id for one in judges), missing, minimum))
    return tuple(found)
