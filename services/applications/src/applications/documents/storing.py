"""Files are inspected, scanned, and kept if they can be used."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from applications.admissions.application import Document
from applications.documents.inspection import Inspected, Upload, safe_name
from applications.documents.sandbox import inspect_apart
from applications.documents.virus_scanner import Scanner, Verdict
from nextstep_messaging import Database

INFECTED = "a virus was found in it"
UNKNOWN_TYPE = "application/octet-stream"


async def store_uploads(
    db: Database,
    owner: str,
    uploads: Sequence[Upload],
    sent_at: datetime,
    scanner: Scanner | None = None,
) -> dict[str, Document]:
    """Inspect files and keep the bytes of those that can be used, under names of the owner's.

    Doing it again changes nothing. A file that is given as a link comes later; without a scanner
    files stay unscanned until the sweep.
    """
    files = []
    documents = {}
    for upload in uploads:
        file_id = f"{owner}:{upload.key}"
        if upload.link:
            documents[upload.key] = _coming(file_id, upload, sent_at)
            continue
        found = await asyncio.to_thread(inspect_apart, upload)
        verdict = Verdict("unscanned")
        if found.problem is None and scanner is not None:
            verdict = await scanner.scan(upload.data)
        document = _document(file_id, upload, found, verdict, sent_at)
        if document.file_id is not None:
            files.append((file_id, found.name, upload.data))
        documents[upload.key] = document
    await db.files.put_many(files)
    return documents


def _document(
    file_id: str, upload: Upload, found: Inspected, verdict: Verdict, sent_at: datetime
) -> Document:
    infected = verdict.scan == "infected"
    problem = INFECTED if infected else found.problem
    return Document(
        key=upload.key,
        name=found.name,
        given_name=_kept(upload.given_name),
        content_type=found.content_type,
        size=len(upload.data),
        file_id=file_id if problem is None else None,
        problem=problem,
        notes=(*found.notes, verdict.note) if infected else found.notes,
        scan=verdict.scan,
        sent_at=sent_at,
    )


def _coming(file_id: str, upload: Upload, sent_at: datetime) -> Document:
    """A document whose bytes are fetched later; the file and the fetch go by the same id."""
    return Document(
        key=upload.key,
        name=safe_name(upload.given_name, upload.key, None),
        given_name=_kept(upload.given_name),
        content_type=UNKNOWN_TYPE,
        size=0,
        file_id=None,
        fetch_id=file_id,
        sent_at=sent_at,
    )


def _kept(given_name: str) -> str:
    return given_name.encode("utf-8", "replace").decode()[:500]
