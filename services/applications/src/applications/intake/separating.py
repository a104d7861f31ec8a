"""A submission that was held back at somebody's application turns out to be somebody else's.

A registration number is in a public register: whoever it belongs to may apply after a stranger who
used it, and the likeness of name and number then keeps their submission waiting at the stranger's
application. The office makes it an application of its own.
"""

from uuid import uuid4

from applications.admissions import kept_versions, store
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application
from applications.admissions.choosing_a_version import still_waiting
from applications.admissions.deciding import needs
from applications.admissions.eligibility import is_late
from applications.admissions.identity import address_key
from applications.admissions.owners import claim, owners_of
from applications.admissions.references import next_reference
from applications.admissions.submissions import begun
from applications.admissions.versions import Version
from applications.admissions.waiting import DoubtedTime
from applications.intake.handing_over import hand_over
from nextstep_contracts import Refused
from nextstep_programme import Cohort
from nextstep_programme.writing import day


def may_stand_alone(version: Version, application: Application) -> bool:
    """Whether a version can be somebody else's: it waits, and is not plainly the same person's."""
    here = set(application.answers.identities())
    return version.waits and not set(version.answers.identities()) <= here


def standing_alone(
    version: Version, cohort: Cohort, *, application_id: str, person_id: str, reference: str
) -> Application:
    """The application that a version is, once it is one of its own."""
    return Application(
        id=application_id,
        cohort=cohort.id,
        person_id=person_id,
        reference=reference,
        answers=version.answers,
        documents=version.documents,
        first_submitted_at=version.submitted_at,
        submitted_at=version.submitted_at,
        arrived=int(version.received_at.timestamp() * 1e9),
        source=version.source,
        late=is_late(version.submitted_at, cohort),
        updated_at=version.received_at,
    )


async def make_its_own(act: Act, submission_id: str, reason: str) -> Application:
    """Make a version that waits an application of its own, of a person of its own.

    The registration numbers are that person's from now on, and the address, unless it is the one
    in force where the version waited. The rules run over it as over any other. What it waited at
    stays as it is, to be decided by the office.

    Returns:
        the new application.

    Raises:
        Refused: it does not wait, is plainly by the same person, gives a number or an address of a
            third, or there is no reason.

    """
    needs(reason)
    version = await kept_versions.find(act.read, submission_id)
    if version is None or not version.waits:
        raise Refused("This version does not wait for a decision.")
    before = await act.application(version.application_id)
    if before.erased:
        raise Refused("This person was erased.")
    if not may_stand_alone(version, before):
        raise Refused(
            f"It gives no number and no address but those of {before.reference}: nothing would tell"
            " the two apart. Put it in force or set it aside."
        )
    person_id, application_id = uuid4().hex, uuid4().hex
    await _hand_over(act, version.answers, before, person_id)
    await hand_over(act.uow, version, (application_id, person_id), in_force=True)
    left = await still_waiting(act, before, version)
    doubted = tuple(
        one for one in left if isinstance(one, DoubtedTime) and one.submission_id == version.id
    )
    stays = tuple(one for one in left if one not in doubted)
    act.put(before.model_copy(update={"awaits_office": stays}))
    reference = await next_reference(act.uow, act.cohort)
    new = act.put(
        standing_alone(
            version,
            act.cohort,
            application_id=application_id,
            person_id=person_id,
            reference=reference,
        ).model_copy(update={"awaits_office": doubted})
    )
    what = f"Version of {day(version.submitted_at)} made an application of its own, {reference}"
    act.done(before.id, "separate-version", "separated", what, reason)
    said = f"Made an application of its own; it had waited at {before.reference}"
    act.done(new.id, "separate-version", "separated", said, reason)
    return await act.keep(begun(await act.about(new)))


async def _hand_over(act: Act, answers: Answers, before: Application, person_id: str) -> None:
    """The numbers and the address are the new person's, but for the address that `before` uses."""
    in_force = address_key(before.answers.email)
    owners = {one.identity: one.person_id for one in await owners_of(act.read, answers)}
    if set(owners.values()) - {before.person_id}:
        raise Refused(
            "The number or address belongs to a third application. "
            "If that is the same person, put this version aside and tell them."
        )
    theirs = [one for one in owners if one != in_force]
    if theirs:
        handed = {"$set": {"person_id": person_id, "confirmed_at": None}}
        await act.uow.collection(store.IDENTITIES).update({"_id": {"$in": theirs}}, handed)
    unclaimed = [one for one in answers.identities() if one not in owners]
    await claim(act.uow, unclaimed, person_id)
