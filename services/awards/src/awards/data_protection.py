"""Data protection: everything held about a person, and its erasure.

Scores, ranks, who judged what and the audit chain stay, because other people's result rests on
them; names, addresses, files and all that anybody wrote about the person go.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any

from awards.fellows import fellow
from awards.fellows.act import Awards
from awards.fellows.attendance import Presence
from awards.fellows.emails import Email
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import Reader, Record, find, get, keep, save
from awards.fellows.store import fellows_among
from awards.graduation.graduation import Graduation
from awards.graduation.membership import reminder_key
from awards.holdings import (
    BY_ERASURE,
    WRITTEN,
    without_note,
    without_panellist,
    without_texts,
    without_title,
)
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Conflict, Suggestion, on_record, pair_id, suggestions
from awards.panel.panellists import Panellist
from awards.projects.attaching_a_poster import discard_posters
from awards.projects.invitation import Invitation
from awards.projects.project import Project
from awards.result.decision import AwardsDecision
from awards.result.store import load_result
from nextstep_contracts import AccessEnded, Refused
from nextstep_messaging import (
    ERASED,
    HeldFile,
    Mentions,
    Messaging,
    NotEntitledError,
    UnitOfWork,
    destroy_key,
    forget_letters,
    forget_mentions,
)
from nextstep_messaging.operating import audit
from nextstep_web.access_ended import close_restored, end
from nextstep_web.conflicts import pairs_closed
from nextstep_web.employers import known_employers
from nextstep_web.kept_conflicts import held

NOT_TOLD_YET = (
    "How the project is judged is told once the awards are announced: ask every service again then."
)


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything this service holds about a person, judges' scores and comments included."""
    read = messaging.db.read
    own = await find(read, Project, {"authors": person_id})
    about = {"project_id": {"$in": [one.id for one in own]}}
    person, written = {"person_id": person_id}, {"panellist_id": person_id}
    decided = await find(read, AwardsDecision, {"winners.people.person_id": person_id})
    sheets, conflicts = await find(read, Sheet, about), await find(read, Conflict, about)
    concerned = [person_id, *(one.id for one in (*own, *sheets, *conflicts))]
    trail = {"$or": [{"who": person_id}, {"about": {"$in": concerned}}]}
    return {
        "fellow": _one(await get(read, Fellow, person_id)),
        "progress": _one(await get(read, Progress, person_id)),
        "modules": _all(await find(read, Presence, person)),
        "projects": _all(own),
        "invitations": _all(await find(read, Invitation, person)),
        "scores_received": _all(sheets),
        "conflicts_with_own_projects": _all(conflicts),
        "decisions": [{"revision": one.published, "staged_at": one.staged_at} for one in decided],
        "graduation": _one(await get(read, Graduation, person_id)),
        "panellist": _one(await get(read, Panellist, person_id)),
        "conflicts": _all(await find(read, Conflict, written)),
        "conflicts_when_they_applied": await held(read, person_id),
        "scores_given": _all(await find(read, Sheet, written)),
        "emails": _all(await find(read, Email, person)),
        "audit": await read(audit.ENTRIES).find(trail, sort=[("_id", 1)]),
    }


async def held_files(read: Reader, person_id: str) -> list[HeldFile]:
    """The posters of a Fellow's projects."""
    projects = await find(read, Project, {"authors": person_id})
    posters = [one.poster for one in projects if one.poster]
    return [HeldFile(poster.file_id, poster.name) for poster in posters]


async def told_of_person(here: Awards, person_id: str) -> dict[str, Any]:
    """What this service holds about a person, for whoever answers their request.

    That is somebody of the office, who may judge as well, and then the person: of how a project is
    judged nothing before the decision is announced, and nothing of a decision that is not.
    """
    held = await export_person(here.messaging, person_id)
    held["decisions"] = [one for one in held["decisions"] if one["revision"] is not None]
    result = await load_result(here.read, here)
    return held if result.announced else without_judging(held)


def without_judging(held: Mapping[str, Any]) -> dict[str, Any]:
    """An export without what the panel and the office wrote about projects.

    Neither about the person's own, nor, where another service asks for a panellist, about others'.
    """
    judged = ("scores_received", "conflicts_with_own_projects", "scores_given", "conflicts")
    written = {one["id"] for name in judged for one in held[name]}
    trail = [one for one in held["audit"] if one["about"] not in written]
    return {**held, **{name: [] for name in judged}, "audit": trail, "judging": NOT_TOLD_YET}


async def files_of(messaging: Messaging, person_id: str) -> AsyncIterator[tuple[str, bytes]]:
    """The posters of a Fellow's projects, with the names they came under."""
    for file in await held_files(messaging.db.read, person_id):
        data = await messaging.db.files.get(file.key)
        if data is not None:
            yield file.name, data


def _one(record: Record | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record else None


def _all(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]


def heeds_erasure(sender: str, *, fellow: bool, panellist: bool) -> bool:
    """Whether somebody is to be erased, now or once they are heard of, because `sender` says so.

    Applications says it of Fellows, also before anything else is heard of them; this service says
    it of panellists, all of whom it knows. What others say is of people of whom nothing is held.

    Raises:
        NotEntitledError: it is said of a Fellow or panellist by another than that.

    """
    if panellist:
        owner, who = "awards", "a panellist"
    else:
        owner, who = "applications", "a Fellow"
    if sender == owner:
        return True
    if fellow or panellist:
        raise NotEntitledError(f"{who} is erased by {owner} alone, not by {sender}")
    return False


async def owner_of(uow: UnitOfWork, person_id: str) -> str | None:
    """Whose a person is: a panellist is ours, a Fellow applications'; None if not known here."""
    if await get(uow.collection, Panellist, person_id):
        return "awards"
    return "applications" if await get(uow.collection, Fellow, person_id) else None


async def heard_erasure(uow: UnitOfWork, person_id: str) -> bool:
    """A service says that it erased somebody; whether they are erased here for that.

    Raises:
        NotEntitledError: it is not for that service to say.

    """
    known = await get(uow.collection, Fellow, person_id)
    panellist = await get(uow.collection, Panellist, person_id)
    if not heeds_erasure(uow.sender, fellow=known is not None, panellist=panellist is not None):
        return False
    await erase_held(uow, person_id)
    return True


async def erase_held(uow: UnitOfWork, person_id: str) -> None:
    """Erase what is held of a panellist or a Fellow; doing it again changes nothing."""
    panellist = await get(uow.collection, Panellist, person_id)
    if panellist:
        await erase_held_of_panellist(uow, panellist)
    else:
        await erase_fellow(uow, person_id)


async def erase_restored(uow: UnitOfWork, person_id: str) -> None:
    """Erase somebody after a restore, as whoever may say so had said."""
    await erase_held(uow, person_id)
    await close_restored(uow, person_id)


async def erase_panellist(uow: UnitOfWork, person_id: str) -> list[str]:
    """Erase a panellist because an operator asks for it; doing it again changes nothing.

    Their sessions and links end everywhere, also where nothing else is known of them.

    Returns:
        the id under which the others know them.

    Raises:
        Refused: there is none with this id.

    """
    known = await get(uow.collection, Panellist, person_id)
    if known is None:
        raise Refused(
            f"There is no panellist {person_id}. An applicant or Fellow is erased by "
            f"`python -m applications erase-person {person_id}`."
        )
    await end(uow, AccessEnded(who=person_id, before=uow.now, reason="left"))
    await erase_held_of_panellist(uow, known)
    return [person_id]


async def erase_held_of_panellist(uow: UnitOfWork, known: Panellist) -> None:
    """Erase what is held of a panellist but their scores and comments, which are the Fellows'."""
    await destroy_key(uow, known.id)
    await forget_letters(uow, known.id)
    for project in await find(uow.collection, Project, {"cohort": known.cohort}):
        await _keep_likely_conflicts(uow, project, [known])
    await keep(uow, known, without_panellist(known))
    theirs = {"panellist_id": known.id}
    for conflict in await find(uow.collection, Conflict, theirs):
        await keep(uow, conflict, conflict.but(note=conflict.note and ERASED))
        await audit.erase_details(uow, conflict.id)
    for sheet in await find(uow.collection, Sheet, theirs):
        missing = sheet.excluded and sheet.excluded.but(reason=ERASED)
        await keep(uow, sheet, sheet.but(excluded=missing))
        await audit.erase_details(uow, sheet.id)
    await audit.erase_details(uow, known.id, by=known.id)
    await _erase_mentions_of_panellist(uow, known)


async def _erase_mentions_of_panellist(uow: UnitOfWork, known: Panellist) -> None:
    """Take a panellist's name out of what was written about others; see `_erase_mentions`."""
    fellows, panel = await find(uow.collection, Fellow), await find(uow.collection, Panellist)
    others = {one.name for one in fellows} | {one.name for one in panel if one.id != known.id}
    mentions = Mentions.of({known.name, known.email} - {*others, ERASED_NAME})
    await forget_mentions(uow, mentions, WRITTEN)


async def erase_fellow(uow: UnitOfWork, person_id: str) -> None:
    """Erase a Fellow. What is heard of them later is erased as it comes in."""
    await destroy_key(uow, person_id)
    await forget_letters(uow, person_id)
    known = await get(uow.collection, Fellow, person_id)
    if known:
        await _erase_mentions(uow, known)
    await keep(uow, known, fellow.erase(known, person_id))
    await uow.cancel_timer(reminder_key(person_id))
    for invitation in await find(uow.collection, Invitation, {"person_id": person_id}):
        await uow.collection(Invitation.collection).delete({"_id": invitation.id})
    for project in await find(uow.collection, Project, {"authors": person_id}):
        await _erase_project(uow, project, person_id)
    await _erase_from_decisions(uow, person_id)
    await audit.erase_details(uow, person_id, by=person_id)


async def _erase_mentions(uow: UnitOfWork, known: Fellow) -> None:
    """Take a Fellow's name out of what was written about others, unless one is called the same."""
    others = [one.name for one in await find(uow.collection, Fellow) if one.id != known.id]
    mentions = Mentions.of(known.called - {*others, ERASED_NAME})
    await forget_mentions(uow, mentions, WRITTEN)


async def _erase_project(uow: UnitOfWork, project: Project, person_id: str) -> None:
    """Remove every poster, and of a project whose authors are all erased every text about it."""
    others = {one for one in project.authors if one != person_id}
    known = await fellows_among(uow.collection, others)
    judges = await find(uow.collection, Panellist, {"cohort": project.cohort})
    await _keep_likely_conflicts(uow, project, judges)
    after = project.but(poster=None, refused_poster=None)
    if others <= {one.id for one in known.values() if one.erased}:
        after = without_texts(after)
        await _erase_judging(uow, project.id)
        await audit.erase_details(uow, project.id)
    await keep(uow, project, after)
    await discard_posters(uow, project.id)


async def _keep_likely_conflicts(
    uow: UnitOfWork, project: Project, judges: Collection[Panellist]
) -> None:
    """Record the conflicts that names, employers and addresses suggest, before these are gone.

    Otherwise a panellist who was kept from the project would be asked to judge it.
    """
    decided = await find(uow.collection, Conflict, {"project_id": project.id})
    answers = {one.pair: one for one in decided}
    fellows = await fellows_among(uow.collection, project.authors)
    elsewhere = await pairs_closed(uow.collection)
    employers = await known_employers(uow.collection)
    for one in suggestions([project], judges, decided, fellows, elsewhere, employers=employers):
        known, about = answers.get(one.pair), {"cohort": project.cohort, "by": BY_ERASURE}
        await save(uow, on_record(one, known, **about, at=uow.now))


async def likely_conflicts(read: Reader) -> list[dict[str, Any]]:
    """Every conflict that an erasure of an author or the panellist would record, for backups."""
    projects, panel = await find(read, Project), await find(read, Panellist)
    decided, elsewhere = await find(read, Conflict), await pairs_closed(read)
    fellows = await fellows_among(read, {author for one in projects for author in one.authors})
    employers = await known_employers(read)
    return [
        {
            "people": sorted({*project.authors, one.panellist_id}),
            "cohort": project.cohort,
            "project": one.project_id,
            "panellist": one.panellist_id,
            "kind": one.kind,
            "note": one.note,
            "own": one.own,
        }
        for project in projects
        for one in suggestions(
            [project],
            [judge for judge in panel if judge.cohort == project.cohort],
            decided,
            fellows,
            elsewhere,
            employers=employers,
        )
    ]


async def keep_likely_conflicts(uow: UnitOfWork, found: Sequence[Mapping[str, Any]]) -> None:
    """Record conflicts of those whose names and employers a restore could not give back."""
    for row in found:
        own = row["own"]
        one = Suggestion(row["project"], row["panellist"], row["kind"], "", row["note"], own=own)
        known = await get(uow.collection, Conflict, pair_id(one.pair))
        if known is None or (own and not known.effective):
            about = {"cohort": row["cohort"], "by": BY_ERASURE}
            await save(uow, on_record(one, known, **about, at=uow.now))


async def _erase_judging(uow: UnitOfWork, project_id: str) -> None:
    """Blank what panel and office wrote about a project: comments, reasons, notes."""
    about = {"project_id": project_id}
    for sheet in await find(uow.collection, Sheet, about):
        await keep(uow, sheet, sheet.without_texts(ERASED))
        await audit.erase_details(uow, sheet.id)
    for conflict in await find(uow.collection, Conflict, about):
        await keep(uow, conflict, without_note(conflict))
        await audit.erase_details(uow, conflict.id)
    won = {"winners.project_id": project_id}
    for decision in await find(uow.collection, AwardsDecision, won):
        await keep(uow, decision, without_title(decision, {project_id}))


async def _erase_from_decisions(uow: UnitOfWork, person_id: str) -> None:
    matching = {"winners.people.person_id": person_id}
    for decision in await find(uow.collection, AwardsDecision, matching):
        winners = tuple(won.without_name_of(person_id, ERASED_NAME) for won in decision.winners)
        await keep(uow, decision, decision.but(winners=winners))
