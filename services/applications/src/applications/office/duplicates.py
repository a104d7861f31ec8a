"""Two applications turn out to be one person's: one survives, both histories stay."""

from applications.admissions import kept_versions, store
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.replying import withdraw
from applications.admissions.states import allowed
from applications.intake.handing_over import hand_over_waiting
from applications.review.deciding_conflicts import carry_conflicts
from nextstep_contracts import AlreadySo, Refused
from nextstep_web.display import plural


async def merge(act: Act, duplicate: Application, surviving_id: str, reason: str) -> None:
    """Say that an application is a duplicate of another one of the same person.

    The duplicate is withdrawn and gives up what it holds; its numbers and addresses are the
    survivor's from now on, so that what comes later amends the one that counts. Submissions that
    waited at it wait at the survivor. Whoever had a conflict of interest with the one has it with
    the other.

    Raises:
        Refused: they cannot be merged that way round, or there is no reason.

    """
    surviving = await act.application(surviving_id)
    if duplicate.duplicate_of == surviving_id:
        raise AlreadySo(f"It is a duplicate of {surviving.reference} already.")
    _check(duplicate, surviving, reason)
    if allowed(duplicate.state, "withdraw", "office"):
        why = f"Duplicate of {surviving.reference}. {reason.strip()}"
        duplicate = await withdraw(act, duplicate, why, merged_into=surviving.reference)
    await carry_conflicts(act, duplicate.id, surviving_id)
    act.put(duplicate.model_copy(update={"duplicate_of": surviving_id, "awaits_office": ()}))
    await _carry_waiting(act, duplicate, surviving_id)
    await act.uow.collection(store.IDENTITIES).update(
        {"person_id": duplicate.person_id}, {"$set": {"person_id": surviving.person_id}}
    )
    what = f"Duplicate of {surviving.reference}"
    act.done(duplicate.id, "merge", "duplicate", what, reason)
    what = f"{duplicate.reference} is a duplicate of this"
    act.note(surviving_id, "has_duplicate", what, act.actor.name, reason)
    await _reassure(act, surviving_id, duplicate.reference)


async def _carry_waiting(act: Act, duplicate: Application, surviving_id: str) -> None:
    """What still waits for the office waits where it counts."""
    versions = await kept_versions.of_application(act.read, duplicate.id)
    waiting = [one for one in versions if one.waits]
    if waiting:
        # as it is now: the place that the duplicate gave up may have been offered to it
        surviving = await act.application(surviving_id)
        act.put(await hand_over_waiting(act.uow, waiting, duplicate, surviving))
        many = plural(len(waiting), "submission that waited", "submissions that waited")
        what = f"To be decided on here: {many} at {duplicate.reference}"
        act.note(surviving.id, "has_duplicate", what, act.actor.name)


def _check(duplicate: Application, surviving: Application, reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason.")
    if duplicate.id == surviving.id or duplicate.cohort != surviving.cohort:
        raise Refused("Name another application of this cohort.")
    if duplicate.erased or surviving.erased:
        raise Refused("One of these people was erased.")
    if duplicate.duplicate_of or surviving.duplicate_of:
        raise Refused("One of these is a duplicate already. Open the one that counts.")
    if duplicate.state == "accepted":
        raise Refused(
            f"{duplicate.reference} has accepted a place. "
            f"Open {surviving.reference} and make that one the duplicate."
        )


async def _reassure(act: Act, surviving_id: str, reference: str) -> None:
    """A doubt that was about nothing but the duplicate is settled, and the rules run again."""
    surviving = await act.application(surviving_id)
    if surviving.identity_concern and surviving.identity_concern.startswith(f"{reference} "):
        surviving = act.put(surviving.model_copy(update={"identity_concern": None}))
        if not surviving.decided:
            await act.settle(surviving)
