"""Keeping what somebody sends with a request."""

from collections.abc import Sequence

from fastapi import Request

from applications.admissions.application import Document
from applications.documents.inspection import Upload
from applications.documents.storing import store_uploads
from applications.documents.virus_scanner import Scanner
from applications.web.acting import applications_here


async def keep_uploads(
    request: Request, owner: str, uploads: Sequence[Upload]
) -> dict[str, Document]:
    """Inspect and scan files, and keep those that can be used under names of the owner's."""
    here = applications_here(request)
    scanner: Scanner = request.app.state.scanner
    return await store_uploads(here.db, owner, uploads, here.messaging.clock.now(), scanner)
