"""One person's data: everything held, or gone."""

from collections.abc import Mapping, Sequence
from typing import Any

from applications.admissions import store
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application
from applications.admissions.replying import gone
from applications.documents.discarding import discard
from applications.documents.store import FETCHES
from applications.intake.reconciliation.uploads import forget_uploads
from applications.intake.store import ERASED_RECEIPT, RECEIPTS
from applications.office.store import EMAILS, NOTES, emails_of, save_emails
from applications.review import store as review_store
from nextstep_contracts import PersonErased
from nextstep_messaging import Messaging, ReadCollection, UnitOfWork
from nextstep_messaging.operating.audit import erase_details

NOBODY = Answers(name="(erased)", email="")


async def erase(uow: UnitOfWork, person_id: str) -> None:
    """Remove what identifies the person. Counts, the ledger and the audit chain stay whole.

    Doing it again changes nothing. What is heard of their emails later is not kept.
    """
    await _erase_emails(uow, person_id)
    applications = uow.collection(store.APPLICATIONS)
    held = await applications.find({"person_id": person_id, "erased": False})
    for document in held:
        await _erase_application(uow, document)
    await _erase_reviews(uow, person_id)
    for other in await _same_people(uow.collection(store.APPLICATIONS), held):
        # the office said that it is one person under two ids: the others must hear of both
        await erase(uow, other)
        uow.publish(PersonErased(person_id=other, erased_at=uow.now))
    await _discard_files(uow, person_id)
    await uow.collection(FETCHES).delete({"person_id": person_id})
    await forget_uploads(uow)
    await uow.collection(store.SUBMISSIONS).delete({"person_id": person_id})
    await uow.collection(store.IDENTITIES).delete({"person_id": person_id})
    theirs = {"person_id": person_id, "status": {"$ne": "erased"}}
    for receipt in await uow.collection(RECEIPTS).find(theirs):
        await erase_details(uow, receipt["_id"])
    blank = {"$set": ERASED_RECEIPT, "$inc": {"version": 1}}
    await uow.collection(RECEIPTS).update(theirs, blank)


async def _same_people(applications: ReadCollection, of: Sequence[Mapping[str, Any]]) -> list[str]:
    """The other ids of a person whose applications the office merged, as far as not erased."""
    ids = [document["_id"] for document in of]
    counting = [d["duplicate_of"] for d in of if d.get("duplicate_of")]
    found = await applications.find({"duplicate_of": {"$in": ids}}) if ids else []
    found += await applications.find({"_id": {"$in": counting}}) if counting else []
    ours = {document["person_id"] for document in of}
    return sorted({d["person_id"] for d in found if not d["erased"]} - ours)


def without_person(application: Application) -> Application:
    """What stays of an application when its person is erased: that there was one."""
    blank = {
        "answers": NOBODY,
        "documents": {},
        "assessment": None,
        "identity_concern": None,
        "awaits_office": None,
        "asked_for": (),
        "accepted_late": None,
        "study_leave": (),
        "rotations": (),
        "leave_evidence": (),
        "erased": True,
    }
    return application.model_copy(update=blank)


async def free_place(act: Act, person_id: str) -> None:
    """An erased person leaves the ledger; see `gone`."""
    application = await act.application_of(person_id)
    if application is not None:
        await act.keep(gone(await act.about(application)))


async def _erase_emails(uow: UnitOfWork, person_id: str) -> None:
    held = await emails_of(uow.collection, person_id)
    if not held.erased:
        await save_emails(uow, held.forgotten())


async def _erase_application(uow: UnitOfWork, document: dict[str, Any]) -> None:
    application = store.application_from_document(document)
    stub = without_person(application)
    await uow.collection(store.APPLICATIONS).save(store.application_to_document(stub))
    mine = {"application_id": application.id}
    await uow.collection(store.HISTORY).update(mine, {"$set": {"why": ""}})
    await uow.collection(store.MOVEMENTS).update(mine, {"$set": {"reason": "(erased)"}})
    await erase_details(uow, application.id, by=application.person_id)
    await uow.collection(NOTES).delete(mine)
    files = (*application.documents.values(), *application.leave_evidence)
    # and whatever was uploaded on the person's own pages, also what was replaced or refused
    own = {"_id": {"$gte": f"{application.id}:", "$lt": f"{application.id};"}}
    uploads = [file["_id"] for file in await uow.collection(store.FILES).find(own)]
    await discard(uow, [*{d.file_id for d in files if d.file_id} | {*uploads}])


async def _erase_reviews(uow: UnitOfWork, person_id: str) -> None:
    """What reviewers wrote about the person; a reviewer who saves at this moment comes too late."""
    reviews = uow.collection(review_store.REVIEWS)
    for document in await reviews.find({"person_id": person_id}):
        await reviews.save(document | {"sheets": [], "conflicts": [], "draft": None})


async def _discard_files(uow: UnitOfWork, person_id: str) -> None:
    submissions = await uow.collection(store.SUBMISSIONS).find({"person_id": person_id})
    kept = [d.get("file_id") for s in submissions for d in s["documents"].values()]
    receipts = await uow.collection(RECEIPTS).find({"person_id": person_id, "in_files": True})
    # the file of a fetch has the fetch's own id, and may be there before anything refers to it
    fetches = await uow.collection(FETCHES).find({"person_id": person_id})
    fetched = [fetch["_id"] for fetch in fetches]
    await discard(uow, [*filter(None, kept), *(r["body_file"] for r in receipts), *fetched])


async def export(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything held about a person, for an access request.

    Raw bodies are left out: the answers in them are here, and their documents are downloaded
    from the application's page.
    """
    held = await _held(messaging, person_id)
    applications = messaging.db.read(store.APPLICATIONS)
    others = await _same_people(applications, held["applications"])
    return held | {"duplicates": [await _held(messaging, other) for other in others]}


async def _held(messaging: Messaging, person_id: str) -> dict[str, Any]:
    read = messaging.db.read
    mine = {"person_id": person_id}
    applications = await read(store.APPLICATIONS).find(mine)
    ids = {"application_id": {"$in": [a["_id"] for a in applications]}}
    receipts = await read(RECEIPTS).find(mine)
    return {
        "person_id": person_id,
        "applications": applications,
        "submissions": await read(store.SUBMISSIONS).find(mine),
        "history": await read(store.HISTORY).find(ids, sort=[("at", 1), ("step", 1)]),
        "notes": await read(NOTES).find(ids, sort=[("at", 1)]),
        "places": await read(store.MOVEMENTS).find(ids, sort=[("sequence", 1)]),
        "reviews": await read(review_store.REVIEWS).find(mine),
        "selection_rounds": await _lines_of(messaging, [a["_id"] for a in applications]),
        "identities": await read(store.IDENTITIES).find(mine),
        "fetches": await read(FETCHES).find(mine),
        "mail": await read(EMAILS).get(person_id),
        "receipts": [{k: v for k, v in r.items() if k != "body"} for r in receipts],
    }


async def _lines_of(messaging: Messaging, applications: list[str]) -> list[dict[str, Any]]:
    """The person's own lines of what was decided together with others."""
    named = {"lines.application_id": {"$in": applications}}
    rounds = await messaging.db.read(review_store.ROUNDS).find(named, sort=[("at", 1)])
    return [
        {"at": one["at"], "by": one["by"]} | line
        for one in rounds
        for line in one["lines"]
        if line["application_id"] in applications
    ]
