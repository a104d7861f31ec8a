"""What this service holds about people, and what stays of it when somebody is erased.

An erasure (`data_protection.py`) goes by the same rules, and so does a backup.
"""

from collections.abc import Set as AbstractSet
from typing import Any

from awards.fellows import fellow
from awards.fellows.attendance import Presence
from awards.fellows.emails import Email
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import from_document, to_document
from awards.graduation.graduation import Graduation
from awards.judging.scoring import Scoring
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Conflict
from awards.panel.panellists import Panellist
from awards.projects.authors import Authorship
from awards.projects.invitation import Invitation
from awards.projects.project import Project
from awards.result.decision import AwardsDecision
from nextstep_messaging import ERASED, Holding, Holdings, Whose, goes, system_holdings
from nextstep_web.employers import HEARD as EMPLOYERS
from nextstep_web.holdings import WEB_HOLDINGS

BY_ERASURE = "erasure"
"""Who recorded a conflict that names or employers suggested until they were erased."""


def without_texts(project: Project) -> Project:
    """A project without anything that was written in it or about it."""
    title = erased_title(project.id)
    blank = project.details.but(title=title, summary="", supervisor=ERASED_NAME, trust="")
    removed = project.removed and project.removed.but(reason=ERASED)
    return project.but(details=blank, removed=removed)


def erased_title(project_id: str) -> str:
    """What an erased project is called."""
    return f"Erased project {project_id[:8]}"


def without_panellist(known: Panellist) -> Panellist:
    """A member of the panel without name and address."""
    left = known.stood_down and known.stood_down.but(reason=ERASED)
    return known.but(name=ERASED_NAME, email="", trust=None, stood_down=left)


def without_note(conflict: Conflict) -> Conflict:
    """A conflict of an erased project without what was written; what the erasure wrote stays."""
    noted = conflict.note and conflict.by != BY_ERASURE
    return conflict.but(note=ERASED) if noted else conflict


def without_title(decision: AwardsDecision, projects: AbstractSet[str]) -> AwardsDecision:
    """A decision that calls these projects erased."""
    winners = tuple(
        one.but(title=erased_title(one.project_id)) if one.project_id in projects else one
        for one in decision.winners
    )
    return decision.but(winners=winners)


def _fellow_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    known = from_document(Fellow, document)
    return document if known.erased else to_document(fellow.erase(known, known.id))


def _project_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    before = from_document(Project, document)
    after = before.but(poster=None, refused_poster=None) if ids & {*before.authors} else before
    after = without_texts(after) if ids >= {*before.authors} else after
    return document if after == before else to_document(after)


def _sheet_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    after = before = from_document(Sheet, document)
    if before.project_id in ids:
        after = before.without_texts(ERASED)
    elif before.panellist_id in ids and before.excluded:
        after = before.but(excluded=before.excluded.but(reason=ERASED))
    return document if after == before else to_document(after)


def _conflict_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    after = before = from_document(Conflict, document)
    if before.panellist_id in ids:
        after = before.but(note=before.note and ERASED)
    elif before.project_id in ids:
        after = without_note(before)
    return document if after == before else to_document(after)


def _panellist_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    before = from_document(Panellist, document)
    after = without_panellist(before)
    return document if after == before else to_document(after)


def _decision_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    before = from_document(AwardsDecision, document)
    after = without_title(before, ids)
    for one in sorted(ids):
        winners = tuple(won.without_name_of(one, ERASED_NAME) for won in after.winners)
        after = after.but(winners=winners)
    return document if after == before else to_document(after)


PROJECTS, PANELLISTS = Project.collection, Panellist.collection
THEIR_PROJECT = Whose("project_id", through=PROJECTS, together=True)
JUDGE = Whose("panellist_id", through=PANELLISTS)
WRITTEN = (
    (Conflict.collection, ("note",)),
    (Sheet.collection, ("comment", "corrections.comment", "corrections.reason", "excluded.reason")),
    (Project.collection, ("removed.reason",)),
    (Panellist.collection, ("stood_down.reason",)),
    (AwardsDecision.collection, ("reason",)),
    (Scoring.collection, ("resolution.reason",)),
)
"""Where panel and office write about one project or person and may name another."""
HOLDINGS = (
    Holdings(
        (
            Holding(Fellow.collection, (Whose("_id"),), _fellow_left),
            Holding(
                PROJECTS,
                (Whose("authors"),),
                _project_left,
                files=("poster.file_id",),
                files_below=True,
            ),
            Holding(Sheet.collection, (THEIR_PROJECT, JUDGE), _sheet_left),
            Holding(Conflict.collection, (THEIR_PROJECT, JUDGE), _conflict_left),
            Holding(PANELLISTS, (Whose("_id"),), _panellist_left),
            Holding(Invitation.collection, (Whose("person_id"),), goes),
            Holding(
                AwardsDecision.collection,
                (
                    Whose("winners.people.person_id"),
                    Whose("winners.project_id", through=PROJECTS, together=True),
                ),
                _decision_left,
            ),
        ),
        # ids, verdicts, dates and ranks, which stay; what employers are called
        frozenset(
            one.collection for one in (Progress, Presence, Email, Authorship, Scoring, Graduation)
        )
        | {EMPLOYERS},
        written=WRITTEN,
    )
    .and_(WEB_HOLDINGS)
    .and_(
        system_holdings(
            (
                Whose("about", through=Fellow.collection),
                Whose("about", through=PROJECTS, together=True),
                Whose("about", through=Sheet.collection),
                Whose("about", through=Conflict.collection),
                Whose("about", through=PANELLISTS),
                Whose("who", through=Fellow.collection),
                Whose("who", through=PANELLISTS),
            )
        )
    )
)
"""By collection."""
