"""Data protection: everything held about a person, and its erasure.

Scores, ranks and the audit chain stay, because other people's result rests on them; names,
addresses, free text and files that could name the person go.
"""

from typing import Any

from awards import fellows, store
from awards.commands import membership
from awards.decision import Decision
from awards.emails import Email
from awards.fellows import ERASED_NAME, Fellow, Presence, Progress
from awards.graduation import Graduation
from awards.panel import Conflict, Panellist
from awards.projects import Project
from awards.records import Record
from awards.sheets import Sheet
from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating import audit

DELETE_POSTER_TIMER = "delete_poster"


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything this service holds about a person, judges' scores and comments included."""
    read = messaging.db.read
    own = await store.find(read, Project, {"authors": person_id})
    about = {"project_id": {"$in": [one.id for one in own]}}
    written = {"panellist_id": person_id}
    decided = await store.find(read, Decision, {"winners.people.person_id": person_id})
    trail = {"$or": [{"who": person_id}, {"about": person_id}]}
    return {
        "fellow": _one(await store.get(read, Fellow, person_id)),
        "progress": _one(await store.get(read, Progress, person_id)),
        "modules": _all(await store.find(read, Presence, {"person_id": person_id})),
        "projects": _all(own),
        "scores_received": _all(await store.find(read, Sheet, about)),
        "decisions": [{"revision": one.published, "staged_at": one.staged_at} for one in decided],
        "graduation": _one(await store.get(read, Graduation, person_id)),
        "panellist": _one(await store.get(read, Panellist, person_id)),
        "conflicts": _all(await store.find(read, Conflict, written)),
        "scores_given": _all(await store.find(read, Sheet, written)),
        "emails": _all(await store.find(read, Email, {"person_id": person_id})),
        "audit": await read(audit.ENTRIES).find(trail, sort=[("number", 1)]),
    }


def _one(record: Record | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record else None


def _all(records: list[Any]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]


async def erase_person(uow: UnitOfWork, person_id: str) -> None:
    """Erase a person. What is heard of them later is erased as it comes in."""
    known = await store.get(uow.collection, Fellow, person_id)
    erased = fellows.erase(known, person_id)
    if erased != known:
        await store.save(uow, erased)
    await uow.cancel_timer(membership.key(person_id))
    await _erase_panellist(uow, person_id)
    for project in await store.find(uow.collection, Project, {"authors": person_id}):
        await _erase_project(uow, project, person_id)
    await _erase_from_decisions(uow, person_id)
    await audit.erase_details(uow, person_id, by=person_id)


async def _erase_panellist(uow: UnitOfWork, person_id: str) -> None:
    panellist = await store.get(uow.collection, Panellist, person_id)
    if panellist and panellist.name != ERASED_NAME:
        await store.save(uow, panellist.but(name=ERASED_NAME, email="", trust=None))


async def _erase_project(uow: UnitOfWork, project: Project, person_id: str) -> None:
    """Blank the free text of a project whose authors are all erased; its poster always goes."""
    others = [one for one in project.authors if one != person_id]
    found = await store.find(uow.collection, Fellow, {"_id": {"$in": others}})
    left = set(others) - {one.id for one in found if one.erased}
    after = project.but(poster=None)
    if not left:
        after = after.but(details=project.details.but(summary="", supervisor=ERASED_NAME))
        await _erase_comments(uow, project.id)
    if after != project:
        await store.save(uow, after)
    if project.poster:
        key = project.poster.file_id
        await uow.schedule(key, DELETE_POSTER_TIMER, uow.now, {"file_id": key})


async def _erase_comments(uow: UnitOfWork, project_id: str) -> None:
    for sheet in await store.find(uow.collection, Sheet, {"project_id": project_id}):
        blank = tuple(one.but(comment="") for one in sheet.corrections)
        after = sheet.but(comment="", corrections=blank)
        if after != sheet:
            await store.save(uow, after)


async def _erase_from_decisions(uow: UnitOfWork, person_id: str) -> None:
    matching = {"winners.people.person_id": person_id}
    for decision in await store.find(uow.collection, Decision, matching):
        winners = tuple(
            project.but(
                people=tuple(
                    one.but(name=ERASED_NAME, email="") if one.person_id == person_id else one
                    for one in project.people
                )
            )
            for project in decision.winners
        )
        if winners != decision.winners:
            await store.save(uow, decision.but(winners=winners))
