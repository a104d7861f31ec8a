"""One person's data, gone. What is held of them is read in `person_export.py`."""

from dataclasses import dataclass
from typing import Any

from applications.admissions import kept_versions, store
from applications.admissions.act import Act
from applications.admissions.replying import gone
from applications.data_requests.store import forget_requester
from applications.documents.discarding import discard
from applications.documents.store import FETCHES
from applications.employers.keeping import forget_words
from applications.holdings import (
    FROM_THEM,
    OF_AN_APPLICATION,
    RECEIVED,
    REVIEWED,
    ROUNDS_DECIDED,
    WRITTEN,
    application_left,
)
from applications.intake.quarantine.erasing import (
    ERASE_UNOWNED,
    erase_restored_receipt,
    is_receipt,
    look_by_digests,
)
from applications.intake.reconciliation.uploads import forget_uploads
from applications.intake.separating import may_stand_alone
from applications.intake.store import RECEIPTS
from applications.office.list.store import forget_views
from applications.office.store import emails_of, save_emails
from applications.review.forgetting_reviewers import (
    erase_restored_reviewer,
    erase_reviewer,
    is_reviewer,
    is_told_of,
)
from nextstep_contracts import PersonErased, Refused
from nextstep_messaging import (
    STAFF_STAYS,
    Mentions,
    NotEntitledError,
    UnitOfWork,
    destroy_key,
    erase_as_declared,
    forget_letters,
    forget_mentions,
)
from nextstep_messaging.operating.audit import erase_details
from nextstep_messaging.operating.mentions import SHORTEST
from nextstep_web.access_ended import close_restored

KNOWING = (store.APPLICATIONS, store.SUBMISSIONS, store.IDENTITIES, RECEIPTS, FETCHES)
"""Whoever is in none of these never applied."""


def heeds_erasure(sender: str, *, known: bool) -> bool:
    """Whether somebody is to be erased because `sender` erased them.

    `known`: they applied. All who did are known from the first moment, since it is here that they
    are given their ids; of panellists and coaches nothing is held.

    Raises:
        NotEntitledError: they applied, and it is not ours to have said so.

    """
    if sender == "applications":
        return True
    if known:
        raise NotEntitledError(
            f"applicants and Fellows are erased by applications alone, not by {sender}"
        )
    return False


async def is_known(uow: UnitOfWork, person_id: str) -> bool:
    """Whether somebody ever applied, erased or not."""
    for name in KNOWING:
        if await uow.collection(name).count({"person_id": person_id}):
            return True
    return False


async def owner_of(uow: UnitOfWork, person_id: str) -> str | None:
    """Whose a person is: ours if they ever applied, else nobody's that is known here."""
    return "applications" if await is_known(uow, person_id) else None


async def erase_known(uow: UnitOfWork, whom: str) -> list[str]:
    """Erase an applicant or Fellow (by id) or reviewer (by address) because an operator asks.

    Returns:
        the ids under which the other services know them.

    Raises:
        Refused: nobody with this id ever applied, or reviewed under this address; or a submission
            that may be another's waits at the application.

    """
    if "@" in whom:
        if not await is_reviewer(uow.collection, whom):
            raise Refused(
                f"Nobody was asked to review under {whom}. {STAFF_STAYS} Applicants, Fellows and "
                "panellists are erased by their ids."
            )
        return await erase_reviewer(uow, whom)
    if not await is_known(uow, whom):
        raise Refused(
            f"Nobody with the id {whom} applied. A panellist is erased by "
            f"`python -m awards erase-person {whom}`, a reviewer by their address."
        )
    await _refuse_if_anothers_waits(uow, whom)
    await erase(uow, whom)
    return [whom]


async def _refuse_if_anothers_waits(uow: UnitOfWork, person_id: str) -> None:
    """What may be another's must not go with somebody: its sender was told that it is looked at."""
    for document in await uow.collection(store.APPLICATIONS).find({"person_id": person_id}):
        application = store.application_from_document(document)
        versions = await kept_versions.of_application(uow.collection, application.id)
        if any(one.acknowledged_to and may_stand_alone(one, application) for one in versions):
            raise Refused(
                f"A submission waits at {application.reference} that may be somebody else's, and "
                "would be erased with it. Make it an application of its own or set it aside first."
            )


async def erase(uow: UnitOfWork, person_id: str) -> None:
    """Remove what identifies the person. Counts, the ledger and the audit chain stay whole.

    Doing it again changes nothing. What is heard of their emails later is not kept.
    """
    await destroy_key(uow, person_id)
    await forget_letters(uow, person_id)
    await erase_details(uow, person_id)
    await _erase_emails(uow, person_id)
    applications = uow.collection(store.APPLICATIONS)
    held = await applications.find({"person_id": person_id, "erased": False})
    called = await _called(uow, person_id)
    await forget_words(uow, person_id)
    for document in await applications.find({"person_id": person_id}):
        await _erase_application(uow, document)
    await _erase_mentions(uow, person_id, called)
    await forget_requester(uow, person_id)
    # a reviewer who saves at this moment comes too late
    await erase_as_declared(uow, REVIEWED, {"person_id": person_id}, {person_id})
    for other in await store.merged_people(uow.collection(store.APPLICATIONS), held):
        # the office said that it is one person under two ids: the others must hear of both
        await erase(uow, other)
        uow.publish(PersonErased(person_id=other, erased_at=uow.now))
    await _discard_files(uow, person_id)
    await forget_uploads(uow)
    await _erase_senders(uow, person_id)
    for holding in FROM_THEM:
        await erase_as_declared(uow, holding, {"person_id": person_id}, {person_id})
    theirs = {"person_id": person_id, "status": {"$ne": "erased"}}
    for receipt in await erase_as_declared(uow, RECEIVED, theirs, {person_id}):
        await destroy_key(uow, receipt["_id"])  # of when it belonged to nobody yet
        await erase_details(uow, receipt["_id"])


async def erase_restored(uow: UnitOfWork, person_id: str) -> None:
    """Erase somebody after a restore; of whom it is ours to say it is said again, also here.

    Of panellists, whom conflicts of interest name, the others would not believe it. What belonged
    to nobody was erased by its own id.
    """
    if await is_receipt(uow.collection, person_id):
        await erase_restored_receipt(uow, person_id)
        return
    ours = (
        await is_known(uow, person_id)
        or await is_told_of(uow.collection, person_id)
        or await uow.collection(store.EMAILS).count({"_id": person_id}) > 0
    )
    await erase(uow, person_id)
    await erase_restored_reviewer(uow, person_id)
    await look_by_digests(uow)
    await close_restored(uow, person_id)
    if ours:
        uow.publish(PersonErased(person_id=person_id, erased_at=uow.now))


async def _erase_senders(uow: UnitOfWork, person_id: str) -> None:
    """Forget the addresses, too, that only somebody unproven gave for this person."""
    for submission in await uow.collection(store.SUBMISSIONS).find({"person_id": person_id}):
        sender = submission.get("acknowledged_to")
        if sender:
            await destroy_key(uow, sender)
            await _erase_emails(uow, sender)
            uow.publish(PersonErased(person_id=sender, erased_at=uow.now))


async def free_place(act: Act, person_id: str) -> None:
    """An erased person leaves the ledger; see `gone`."""
    application = await act.application_of(person_id)
    if application is not None:
        await act.keep(gone(await act.about(application)))


async def _erase_emails(uow: UnitOfWork, person_id: str) -> None:
    held = await emails_of(uow.collection, person_id)
    if not held.erased:
        await save_emails(uow, held.forgotten())


@dataclass(frozen=True)
class Called:
    """What somebody gave as theirs, by which others may have written about them."""

    names: frozenset[str]
    addresses: frozenset[str]
    numbers: frozenset[str]


async def _called(uow: UnitOfWork, person_id: str) -> Called:
    """As their applications and submissions say; nothing once they are erased."""
    theirs = {"person_id": person_id}
    known = await uow.collection(store.APPLICATIONS).find(theirs | {"erased": False})
    known += await uow.collection(store.SUBMISSIONS).find(theirs)
    owned = [row["_id"] for row in await uow.collection(store.IDENTITIES).find(theirs)]

    def said(*fields: str) -> frozenset[str]:
        return frozenset(a for row in known for f in fields if (a := row["answers"].get(f)))

    confirmed = {one.removeprefix("email:") for one in owned if one.startswith("email:")}
    numbers = {n for n in said("gmc_number", "gdc_number", "ntn") if _is_a_number(n)}
    return Called(said("name"), said("email") | confirmed, frozenset(numbers))


def _is_a_number(given: str) -> bool:
    """Whether it tells one person from others: "applied for" stands in what is about anybody."""
    return sum(character.isdigit() for character in given) >= SHORTEST


async def _erase_mentions(uow: UnitOfWork, person_id: str, called: Called) -> None:
    """What others wrote by name, the views that look for them, and what nobody could read.

    A name that another applicant has too stays in what was written about others.
    """
    named = {"answers.name": {"$in": sorted(called.names)}, "person_id": {"$ne": person_id}}
    others = await uow.collection(store.APPLICATIONS).find(named) if called.names else []
    names = called.names - {one["answers"]["name"] for one in others}
    await forget_mentions(uow, Mentions.of(names | called.addresses | called.numbers), WRITTEN)
    every = names | called.addresses | called.numbers
    if every:
        await forget_views(uow, every)
    if called.addresses:
        addresses = {"addresses": sorted(called.addresses)}
        key = f"{ERASE_UNOWNED}:{person_id}"
        await uow.schedule(key, ERASE_UNOWNED, uow.now, addresses)


async def _erase_application(uow: UnitOfWork, document: dict[str, Any]) -> None:
    application = store.application_from_document(document)
    left = application_left(document)
    if left != document:
        # under a new stamp, by which lists learn of it
        stub = store.application_to_document(store.application_from_document(left))
        await uow.collection(store.APPLICATIONS).save(stub)
    mine = {"application_id": application.id}
    await erase_details(uow, application.id, by=application.person_id)
    for holding in OF_AN_APPLICATION:
        await erase_as_declared(uow, holding, mine, {application.id})
    decided = {"lines.application_id": application.id}
    await erase_as_declared(uow, ROUNDS_DECIDED, decided, {application.id})
    files = (*application.documents.values(), *application.leave_evidence)
    # and whatever was uploaded on the person's own pages, also what was replaced or refused
    uploads = await store.files_below(uow.collection, application.id)
    await discard(uow, [*{d.file_id for d in files if d.file_id} | {*uploads}])


async def _discard_files(uow: UnitOfWork, person_id: str) -> None:
    submissions = await uow.collection(store.SUBMISSIONS).find({"person_id": person_id})
    kept = [d.get("file_id") for s in submissions for d in s["documents"].values()]
    receipts = await uow.collection(RECEIPTS).find({"person_id": person_id, "in_files": True})
    # the file of a fetch has the fetch's own id, and may be there before anything refers to it
    fetches = await uow.collection(FETCHES).find({"person_id": person_id})
    fetched = [fetch["_id"] for fetch in fetches]
    await discard(uow, [*filter(None, kept), *(r["body_file"] for r in receipts), *fetched])
