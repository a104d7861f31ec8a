"""The register in the database."""

from collections.abc import Mapping
from typing import Any

from applications.admissions.store import Read, files_below
from applications.data_requests.carrying import CarriedFile
from applications.data_requests.request import DataRequest
from applications.documents.discarding import discard
from nextstep_contracts import NoSuch
from nextstep_messaging import Collection, Index, UnitOfWork

DATA_REQUESTS = "data_requests"
PARTS = "data_request_parts"
"""What other services answered about a person whose request is open."""
CARRIED = "data_request_files"
"""The files that they listed, and how far these are here."""
ASKS = "data_request_asks"
"""When the other services were asked, for as long as what they answer is kept."""
COUNTERS = "data_request_counters"
COLLECTIONS = (
    Collection(DATA_REQUESTS, (Index([("person_id", 1)]), Index([("number", 1)], unique=True))),
    Collection(COUNTERS),
    *(
        Collection(name, (Index([("request_id", 1)]), Index([("person_id", 1)])))
        for name in (PARTS, CARRIED, ASKS)
    ),
)


def to_document(request: DataRequest) -> dict[str, Any]:
    """The stored form; days as ISO text, since the database has no day without a time."""
    document = request.model_dump(mode="json", exclude={"id"})
    return {"_id": request.id, **document}


def from_document(document: Mapping[str, Any]) -> DataRequest:
    """The request of a stored document."""
    return DataRequest.model_validate({**document, "id": document["_id"]})


async def all_requests(read: Read) -> list[DataRequest]:
    """Everything in the register, in the order in which it was entered."""
    rows = await read(DATA_REQUESTS).find({}, sort=[("number", 1)])
    return [from_document(row) for row in rows]


async def load_request(read: Read, request_id: str) -> DataRequest:
    """One request.

    Raises:
        NoSuch: there is none with this id.

    """
    found = await read(DATA_REQUESTS).get(request_id)
    if found is None:
        raise NoSuch("There is no such request.")
    return from_document(found)


async def save_request(uow: UnitOfWork, request: DataRequest) -> None:
    """Keep a request.

    Raises:
        StaleDocument: it was changed since it was loaded.

    """
    await uow.collection(DATA_REQUESTS).save(to_document(request))


async def next_number(uow: UnitOfWork) -> str:
    """The next number, for example `DP-0007`."""
    counters = uow.collection(COUNTERS)
    counter = await counters.get("register") or {"_id": "register", "last": 0}
    counter["last"] += 1
    await counters.save(counter)
    return f"DP-{counter['last']:04d}"


def piece_key(person_id: str, request_id: str, service: str, file: str, piece: int) -> str:
    """Where the bytes of a piece are in the file store."""
    return f"{_owner(person_id, request_id)}:{service}:{file}:{piece}"


def _owner(person_id: str, request_id: str = "") -> str:
    return f"asked:{person_id}" + (f":{request_id}" if request_id else "")


async def carried_of(read: Read, request_id: str, service: str) -> list[CarriedFile]:
    """The files that a service listed for a request, in its order."""
    about = {"request_id": request_id, "service": service}
    rows = await read(CARRIED).find(about, sort=[("position", 1)])
    return [_carried(row) for row in rows]


async def all_carried(read: Read, request_id: str) -> dict[str, list[CarriedFile]]:
    """The files that the services listed for a request, by service."""
    rows = await read(CARRIED).find({"request_id": request_id}, sort=[("position", 1)])
    found: dict[str, list[CarriedFile]] = {}
    for row in rows:
        found.setdefault(row["service"], []).append(_carried(row))
    return found


def _carried(row: Mapping[str, Any]) -> CarriedFile:
    return CarriedFile.model_validate(
        {name: row[name] for name in ("listed", "there", "gone", "version")}
    )


async def save_carried(
    uow: UnitOfWork, request: tuple[str, str], service: str, files: Mapping[int, CarriedFile]
) -> None:
    """Keep files by their position in the service's list.

    `request`: its id and the person's. `StaleDocument` if one was changed since it was loaded.
    """
    request_id, person_id = request
    for position, one in files.items():
        about = {"request_id": request_id, "person_id": person_id, "service": service}
        held = one.model_dump(mode="json") | {"there": sorted(one.there)}
        key = f"{request_id}:{service}:{one.listed.file}"
        await uow.collection(CARRIED).save({"_id": key, "position": position, **about, **held})


async def forget_carried(uow: UnitOfWork, person_id: str, request_id: str, file: str = "") -> None:
    """Remove what was answered about a request; or of one file alone, `<service>:<name>`."""
    if file:
        await uow.collection(CARRIED).delete({"_id": f"{request_id}:{file}"})
    else:
        for name in (PARTS, CARRIED, ASKS):
            await uow.collection(name).delete({"request_id": request_id})
    owner = _owner(person_id, request_id) + (f":{file}" if file else "")
    await discard(uow, await files_below(uow.collection, owner))


async def forget_requester(uow: UnitOfWork, person_id: str) -> None:
    """Blank who asked and what was written, once the person is erased; the course of it stays."""
    for name in (PARTS, CARRIED, ASKS):
        await uow.collection(name).delete({"person_id": person_id})
    await discard(uow, await files_below(uow.collection, _owner(person_id)))
    requests = uow.collection(DATA_REQUESTS)
    for row in await requests.find({"person_id": person_id}):
        await requests.save(to_document(from_document(row).without_person()))
