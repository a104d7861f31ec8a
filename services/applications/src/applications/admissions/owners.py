"""Which person a number or an address belongs to, in the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from applications.admissions.answers import Answers
from applications.admissions.store import IDENTITIES, Read
from nextstep_messaging import DuplicateKey, StaleDocument, UnitOfWork


@dataclass(frozen=True)
class Owner:
    """The owner of one number or address."""

    identity: str
    """As `Answers.identities` writes it."""
    person_id: str
    confirmed: bool
    """Whether the person came through a link that was emailed there."""


async def owners_of(read: Read, answers: Answers) -> list[Owner]:
    """Who owns the numbers and addresses that these answers give, as far as anybody does."""
    rows = await read(IDENTITIES).find({"_id": {"$in": list(answers.identities())}})
    return [Owner(row["_id"], row["person_id"], bool(row.get("confirmed_at"))) for row in rows]


async def claim(uow: UnitOfWork, identities: Iterable[str], person_id: str) -> None:
    """Remember numbers and addresses as a person's that nobody else has.

    Raises:
        StaleDocument: somebody else claimed one at this moment; whoever looks again sees it.

    """
    rows = [{"_id": identity, "person_id": person_id} for identity in identities]
    try:
        await uow.collection(IDENTITIES).insert_many(rows)
    except DuplicateKey as rival:
        raise StaleDocument("somebody else claimed the same number or address") from rival
