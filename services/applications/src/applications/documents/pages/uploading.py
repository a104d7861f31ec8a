"""Keeping what somebody sends with a request."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import UploadFile

from applications.admissions.application import Document
from applications.documents.discarding import discard
from applications.documents.storing import store_uploads
from applications.web.acting import applications_here
from nextstep_contracts import Refused
from nextstep_documents.inspection import Upload
from nextstep_documents.virus_scanner import Scanner
from nextstep_web import Principal
from nextstep_web.bodies import in_memory
from nextstep_web.rates import files_of


@asynccontextmanager
async def kept_files(
    request: Request, person: Principal, owner: str, files: Mapping[str, UploadFile]
) -> AsyncIterator[dict[str, Document]]:
    """Inspect and scan files, by key, and keep those that can be used under names of the owner's.

    If what is done with them is refused, nothing refers to them, and they go again. Of any other
    failure it is not certain whether something was written: then they stay, and an erasure finds
    them by their names.

    Raises:
        NotServed: 429, this person sends files again and again; 503, too many others do.
    """
    files_of(request, person.subject, len(files))
    here = applications_here(request)
    scanner: Scanner = request.app.state.scanner
    async with in_memory(request.app.state.rooms, sum(one.size or 0 for one in files.values())):
        uploads = [Upload(k, one.filename or "", await one.read()) for k, one in files.items()]
        now = here.messaging.clock.now()
        documents = await store_uploads(
            here.db, owner, uploads, now, scanner, arrived=time.time_ns()
        )
    try:
        yield documents
    except Refused:
        kept = [held.file_id for held in documents.values() if held.file_id]
        await here.messaging.transact(lambda uow: discard(uow, kept))
        raise
