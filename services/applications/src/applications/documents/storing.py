"""Files are inspected, scanned, and kept if they can be used."""

from collections.abc import Sequence
from datetime import datetime

from applications.admissions.application import Document
from nextstep_documents.inspecting import inspect_apart, inspect_quickly
from nextstep_documents.inspection import Inspected, Upload, name_as_given, safe_name
from nextstep_documents.sandbox import Limits
from nextstep_documents.virus_scanner import INFECTED, SCAN_SECONDS, Scanner, Verdict
from nextstep_messaging import Database

SOON = 5.0
"""Seconds that a submission waits for the scanner; then its files are scanned by the sweep."""
UNKNOWN_TYPE = "application/octet-stream"


async def store_uploads(
    db: Database,
    owner: str,
    uploads: Sequence[Upload],
    sent_at: datetime,
    scanner: Scanner | None = None,
    *,
    quickly: Limits | None = None,
    arrived: int = 0,
) -> dict[str, Document]:
    """Inspect files and keep the bytes of those that can be used, under names of the owner's.

    The part of `owner` before a colon says whose files they are: in the sandbox, one waits for
    one's own. Doing it again changes nothing. A file that is given as a link comes later; without a
    scanner files stay unscanned until the sweep.

    `quickly`, because others wait behind it: a file that costs more than these limits is put
    aside with those of the same submission that come after it, and is then a document that is
    coming, as one given as a link; that its size is known tells it from that one.
    """
    files = []
    documents = {}
    person = owner.partition(":")[0]
    costly = False
    for upload in uploads:
        file_id = f"{owner}:{upload.key}"
        if upload.link:
            documents[upload.key] = _coming(file_id, upload, sent_at, arrived)
            continue
        if quickly:
            aside = costly and upload.data
            found = None if aside else await inspect_quickly(upload, person, quickly)
        else:
            found = await inspect_apart(upload, person)
        if found is None:
            costly = True
            files.append((file_id, safe_name(upload.given_name, upload.key, None), upload.data))
            documents[upload.key] = _coming(file_id, upload, sent_at, arrived)
            continue
        verdict = Verdict("unscanned")
        if found.problem is None and scanner is not None:
            verdict = await scanner.scan(upload.data, SOON if quickly else SCAN_SECONDS)
        document = _document(file_id, upload, found, verdict, (sent_at, arrived))
        if document.file_id is not None:
            files.append((file_id, found.name, upload.data))
        documents[upload.key] = document
    await db.files.put_many(files)
    return documents


def _document(
    file_id: str, upload: Upload, found: Inspected, verdict: Verdict, came: tuple[datetime, int]
) -> Document:
    infected = verdict.scan == "infected"
    problem = INFECTED if infected else found.problem
    notes = (*found.notes, *([upload.technical] if upload.technical else ()))
    return Document(
        key=upload.key,
        name=found.name,
        given_name=_kept(upload.given_name),
        content_type=found.content_type,
        size=len(upload.data),
        file_id=file_id if problem is None else None,
        problem=problem,
        notes=(*notes, verdict.note) if infected else notes,
        others=_others(upload),
        scan=verdict.scan,
        sent_at=came[0],
        arrived=came[1],
    )


def _coming(file_id: str, upload: Upload, sent_at: datetime, arrived: int) -> Document:
    """A document that is fetched or looked at later; the file and the fetch go by the same id."""
    return Document(
        key=upload.key,
        name=safe_name(upload.given_name, upload.key, None),
        given_name=_kept(upload.given_name),
        content_type=UNKNOWN_TYPE,
        size=len(upload.data),
        file_id=None,
        fetch_id=file_id,
        others=_others(upload),
        sent_at=sent_at,
        arrived=arrived,
    )


def _others(upload: Upload) -> tuple[str, ...]:
    return tuple(name_as_given(name, upload.key) for name in upload.others)


def _kept(given_name: str) -> str:
    return given_name.encode("utf-8", "replace").decode()[:500]
