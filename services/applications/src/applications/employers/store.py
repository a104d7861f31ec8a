"""What is asked of the database about employers: the list, one document, and what people wrote."""

from collections.abc import Mapping
from typing import Any

from applications.admissions.store import APPLICATIONS, Read
from applications.employers.employer_list import EmployerList
from applications.employers.waiting_spellings import Written
from nextstep_contracts import Employer, EmployersChanged
from nextstep_messaging import Collection, UnitOfWork
from nextstep_programme import Cohort

EMPLOYERS = "employers"
THE_LIST = "list"
COLLECTIONS = (Collection(EMPLOYERS),)


def employers_to_document(known: EmployerList) -> dict[str, Any]:
    """The stored form. Contacts may name people, so that an erasure looks through them, alone."""
    document = known.model_dump(mode="json")
    contacts = {one["id"]: one.pop("leave_contact") for one in document["entries"]}
    return {"_id": THE_LIST, **document, "contacts": contacts}


def employers_from_document(document: Mapping[str, Any]) -> EmployerList:
    """The list of a stored document."""
    contacts = document["contacts"]
    entries = [one | {"leave_contact": contacts[one["id"]]} for one in document["entries"]]
    return EmployerList.model_validate({**document, "entries": entries})


async def load_employers(read: Read) -> EmployerList:
    """The office's list as it now stands; it is one for all cohorts."""
    found = await read(EMPLOYERS).get(THE_LIST)
    return employers_from_document(found) if found else EmployerList()


async def keep_employers(uow: UnitOfWork, before: EmployerList, after: EmployerList) -> bool:
    """Store a changed list and say so to the other services; whether it changed.

    Raises:
        StaleDocument: somebody else changed it meanwhile.

    """
    if after.entries == before.entries:
        return False
    said = _said(after)
    revision = before.revision + 1 if said != _said(before) else before.revision
    document = employers_to_document(after.model_copy(update={"revision": revision}))
    await uow.collection(EMPLOYERS).save(document)
    if revision != before.revision:
        uow.publish(EmployersChanged(revision=revision, employers=said))
    return True


async def say_again(uow: UnitOfWork, known: EmployerList, revision: int) -> None:
    """Say the list as it is, under another revision."""
    document = employers_to_document(known.model_copy(update={"revision": revision}))
    await uow.collection(EMPLOYERS).save(document)
    uow.publish(EmployersChanged(revision=revision, employers=_said(known)))


def _said(known: EmployerList) -> tuple[Employer, ...]:
    """What the other services are told: not whom the office writes to."""
    given = (one.model_dump(exclude={"learnt", "leave_contact"}) for one in known.entries)
    return tuple(Employer.model_validate(one) for one in given)


async def everything_written(read: Read, cohort: Cohort) -> list[Written]:
    """Where the applicants of a cohort work, as they wrote it; each of somebody's employers once.

    Reads what is said of employers alone, not whole applications.
    """
    wanted = {
        "reference": 1,
        "state": 1,
        "answers.name": 1,
        "answers.discipline": 1,
        "answers.trust": 1,
        "rotations": 1,
    }
    rows = await read(APPLICATIONS).aggregate(
        [{"$match": {"cohort": cohort.id, "erased": False}}, {"$project": wanted}]
    )
    return [one for row in sorted(rows, key=lambda row: row["reference"]) for one in _written(row)]


async def written_by_others(read: Read, person_id: str) -> frozenset[str]:
    """What everybody but one person wrote of their employers, in every cohort."""
    rows = await read(APPLICATIONS).aggregate(
        [
            {"$match": {"erased": False}},
            {"$project": {"person_id": 1, "answers.trust": 1, "rotations": 1}},
        ]
    )
    return frozenset(
        text for row in rows if row["person_id"] != person_id for text in employers_in(row)
    )


def employers_in(row: Mapping[str, Any]) -> list[str]:
    """What somebody wrote of their employers, in a stored application."""
    rotations = [one["trust"] for one in row.get("rotations") or ()]
    named = [row["answers"].get("trust"), *rotations]
    return list(dict.fromkeys(text for text in named if text))


def _written(row: dict[str, Any]) -> list[Written]:
    answers = row["answers"]
    who = (row["_id"], row["reference"], answers["name"], row["state"], answers.get("discipline"))
    return [Written(*who, text) for text in employers_in(row)]
