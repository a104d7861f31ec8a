"""Two applications turn out to be one person's: one survives, both histories stay."""

from applications.admissions import store
from applications.admissions.act import Desk, Doer
from applications.admissions.application import Application
from applications.admissions.replying import withdraw
from applications.admissions.settling import settle
from applications.admissions.states import NotAllowedError, allowed
from applications.review.deciding_conflicts import carry_conflicts


async def merge(desk: Desk, duplicate_id: str, surviving_id: str, who: Doer, reason: str) -> None:
    """Say that an application is a duplicate of another one of the same person.

    The duplicate is withdrawn and gives up what it holds; its numbers and addresses are the
    survivor's from now on, so that what comes later amends the one that counts. Whoever had a
    conflict of interest with the one has it with the other.

    Raises:
        NotAllowedError: they cannot be merged that way round, or there is no reason.

    """
    duplicate = await desk.application(duplicate_id)
    surviving = await desk.application(surviving_id)
    _check(duplicate, surviving, reason)
    if allowed(duplicate.state, "withdraw", "office"):
        why = f"Duplicate of {surviving.reference}. {reason.strip()}"
        await withdraw(desk, duplicate_id, who, why, merged_into=surviving.reference)
    await carry_conflicts(desk, who, duplicate_id, surviving_id)
    duplicate = await desk.application(duplicate_id)
    desk.put(duplicate.model_copy(update={"duplicate_of": surviving_id, "awaits_office": None}))
    await desk.uow.collection(store.IDENTITIES).update(
        {"person_id": duplicate.person_id}, {"$set": {"person_id": surviving.person_id}}
    )
    what = f"Duplicate of {surviving.reference}"
    await desk.done_by(who, duplicate_id, "merge", what, reason)
    desk.note(surviving_id, f"{duplicate.reference} is a duplicate of this", who.name, reason)
    await _reassure(desk, surviving_id, duplicate.reference)


def _check(duplicate: Application, surviving: Application, reason: str) -> None:
    if not reason.strip():
        raise NotAllowedError("Give a reason.")
    if duplicate.id == surviving.id or duplicate.cohort != surviving.cohort:
        raise NotAllowedError("Name another application of this cohort.")
    if duplicate.erased or surviving.erased:
        raise NotAllowedError("One of these people was erased.")
    if duplicate.duplicate_of or surviving.duplicate_of:
        raise NotAllowedError("One of these is a duplicate already. Open the one that counts.")
    if duplicate.state == "accepted":
        raise NotAllowedError(
            f"{duplicate.reference} has accepted a place. "
            f"Open {surviving.reference} and make that one the duplicate."
        )


async def _reassure(desk: Desk, surviving_id: str, reference: str) -> None:
    """A doubt that was about nothing but the duplicate is settled, and the rules run again."""
    surviving = await desk.application(surviving_id)
    if surviving.identity_concern and surviving.identity_concern.startswith(f"{reference} "):
        desk.put(surviving.model_copy(update={"identity_concern": None}))
        if not surviving.decided:
            await settle(desk, surviving_id)
