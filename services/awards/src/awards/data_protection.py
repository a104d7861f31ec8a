"""Data protection: everything held about a person, and its erasure.

Scores, ranks and the audit chain stay, because other people's result rests on them; names,
addresses, free text and files that could name the person go.
"""

from collections.abc import Iterable
from typing import Any

from awards.fellows import fellow
from awards.fellows.attendance import Presence
from awards.fellows.emails import Email
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import Record, find, get, keep, save
from awards.fellows.store import fellows_among
from awards.graduation.graduation import Graduation
from awards.graduation.membership import reminder_key
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Conflict
from awards.panel.panellists import Panellist
from awards.projects.attaching_a_poster import discard_poster
from awards.projects.project import Project
from awards.result.decision import AwardsDecision
from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating import audit


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything this service holds about a person, judges' scores and comments included."""
    read = messaging.db.read
    own = await find(read, Project, {"authors": person_id})
    about = {"project_id": {"$in": [one.id for one in own]}}
    person, written = {"person_id": person_id}, {"panellist_id": person_id}
    decided = await find(read, AwardsDecision, {"winners.people.person_id": person_id})
    trail = {"$or": [{"who": person_id}, {"about": person_id}]}
    return {
        "fellow": _one(await get(read, Fellow, person_id)),
        "progress": _one(await get(read, Progress, person_id)),
        "modules": _all(await find(read, Presence, person)),
        "projects": _all(own),
        "scores_received": _all(await find(read, Sheet, about)),
        "decisions": [{"revision": one.published, "staged_at": one.staged_at} for one in decided],
        "graduation": _one(await get(read, Graduation, person_id)),
        "panellist": _one(await get(read, Panellist, person_id)),
        "conflicts": _all(await find(read, Conflict, written)),
        "scores_given": _all(await find(read, Sheet, written)),
        "emails": _all(await find(read, Email, person)),
        "audit": await read(audit.ENTRIES).find(trail, sort=[("number", 1)]),
    }


def _one(record: Record | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record else None


def _all(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]


async def erase_person(uow: UnitOfWork, person_id: str) -> None:
    """Erase a person. What is heard of them later is erased as it comes in."""
    known = await get(uow.collection, Fellow, person_id)
    await keep(uow, known, fellow.erase(known, person_id))
    await uow.cancel_timer(reminder_key(person_id))
    await _erase_panellist(uow, person_id)
    for project in await find(uow.collection, Project, {"authors": person_id}):
        await _erase_project(uow, project, person_id)
    await _erase_from_decisions(uow, person_id)
    await audit.erase_details(uow, person_id, by=person_id)


async def _erase_panellist(uow: UnitOfWork, person_id: str) -> None:
    panellist = await get(uow.collection, Panellist, person_id)
    if panellist and panellist.name != ERASED_NAME:
        await save(uow, panellist.but(name=ERASED_NAME, email="", trust=None))


async def _erase_project(uow: UnitOfWork, project: Project, person_id: str) -> None:
    """Blank the free text of a project whose authors are all erased; its poster always goes."""
    others = {one for one in project.authors if one != person_id}
    known = await fellows_among(uow.collection, others)
    after = project.but(poster=None)
    if others <= {one.id for one in known.values() if one.erased}:
        after = after.but(details=project.details.but(summary="", supervisor=ERASED_NAME))
        await _erase_comments(uow, project.id)
    await keep(uow, project, after)
    if project.poster:
        await discard_poster(uow, project.poster)


async def _erase_comments(uow: UnitOfWork, project_id: str) -> None:
    for sheet in await find(uow.collection, Sheet, {"project_id": project_id}):
        blank = tuple(one.but(comment="") for one in sheet.corrections)
        await keep(uow, sheet, sheet.but(comment="", corrections=blank))


async def _erase_from_decisions(uow: UnitOfWork, person_id: str) -> None:
    matching = {"winners.people.person_id": person_id}
    for decision in await find(uow.collection, AwardsDecision, matching):
        winners = tuple(won.without_name_of(person_id, ERASED_NAME) for won in decision.winners)
        await keep(uow, decision, decision.but(winners=winners))
