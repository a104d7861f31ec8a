"""One document for the office: what it is, a look at it without risk, and the file itself."""

from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions.application import Application, Document
from applications.admissions.document_names import document_title
from applications.documents import store
from applications.documents.fetch import Fetch, FetchStatus
from applications.documents.fetched import fetch_again
from applications.web.access import Office, Reader, conflict_free
from applications.web.acting import applications_here, find_application_here, perform
from applications.web.cells import application_path
from nextstep_contracts import NoSuch
from nextstep_documents.archives import DOCX, ODT
from nextstep_documents.inspecting import text_apart
from nextstep_documents.inspection import PDF
from nextstep_programme.writing import listed
from nextstep_web import flash, redirect, render
from nextstep_web.answers import files
from nextstep_web.display import moment, plural, size

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)

SANDBOX = "sandbox; default-src 'none'"
"""Nothing in the file runs, loads, sends or opens anything, whatever the viewer would allow."""
KINDS = {PDF: "PDF", DOCX: "Word (DOCX)", ODT: "OpenDocument (ODT)"}
SCANS = {
    "clean": {"tag": "Clean", "colour": "green"},
    "unscanned": {"tag": "Unscanned", "colour": "grey"},
    "infected": {"tag": "Infected", "colour": "red"},
}
ENDS: dict[FetchStatus, str] = {
    "fetched": "Fetched.",
    "failed": "Given up.",
    "waiting": "Waiting.",
}
UNSCANNED = (
    "No virus scanner has looked at this file yet. Look at it here; download it only if you must."
)


@router.get("/{application_id}/documents/{key}", responses=files(*KINDS))
async def download(request: Request, _: Reader, application_id: str, key: str) -> Response:
    """Download a document, never to be shown inside a page."""
    application, held = await _document(request, application_id, key)
    return file_answer(application, held, await bytes_of(request, held), "attachment")


@router.get("/{application_id}/documents/{key}/view", responses=files(PDF))
async def view(request: Request, _: Reader, application_id: str, key: str) -> Response:
    """A PDF for the browser's own viewer. Any other type is only ever downloaded."""
    application, held = await _document(request, application_id, key)
    if held.content_type != PDF:
        raise NoSuch("Only a PDF is shown by the browser itself.")
    return file_answer(application, held, await bytes_of(request, held), "inline")


@router.get("/{application_id}/documents/{key}/preview")
async def preview(request: Request, reader: Reader, application_id: str, key: str) -> Response:
    """What a document is and says, its text where that can be read without opening it."""
    application, held = await _document(request, application_id, key)
    fetch = await store.latest_fetch(applications_here(request).db.read, application_id, key)
    text = None
    if held.file_id and held.content_type in {DOCX, ODT}:
        data = await bytes_of(request, held)
        text = await text_apart(data, held.content_type, reader.subject)
    given_up = fetch is not None and fetch.status == "failed" and not held.usable
    return render(
        request,
        "applications/document.html",
        application=application,
        title=document_title(key),
        back=application_path(application_id),
        path=f"{application_path(application_id)}/documents/{key}",
        facts=_facts(held, fetch, applications_here(request).cohort.zone),
        warning=UNSCANNED if held.file_id and held.scan == "unscanned" else None,
        held=held,
        is_pdf=held.content_type == PDF,
        text=text,
        can_fetch=given_up and reader.has("office") and not application.decided,
    )


@router.post("/{application_id}/documents/{key}/fetch")
async def fetch_once_more(
    request: Request, office: Office, application_id: str, key: str
) -> Response:
    """Try a link again that was given up."""
    fetch = await store.latest_fetch(applications_here(request).db.read, application_id, key)
    if fetch is None:
        raise NoSuch("This document was not given as a link.")
    await perform(request, office, lambda act: fetch_again(act, fetch.id))
    flash(request, "It is being fetched again.")
    return redirect(f"{application_path(application_id)}/documents/{key}/preview")


def standing_tags(held: Document) -> list[dict[str, str]]:
    """How a document stands, for the office: can it be used, and was it scanned?"""
    if held.scan == "infected":
        return [SCANS["infected"]]
    return [SCANS[held.scan] if held.usable else awaited_tag(held)]


def awaited_tag(held: Document) -> dict[str, str]:
    """How a document stands that cannot be used, or not yet."""
    if held.being_checked:
        return {"tag": "Being checked", "colour": "blue"}
    if held.coming:
        return {"tag": "Being fetched", "colour": "blue"}
    return {"tag": "Not usable", "colour": "red"}


async def _document(
    request: Request, application_id: str, key: str
) -> tuple[Application, Document]:
    application = await find_application_here(request, application_id)
    if key not in application.documents:
        raise NoSuch("There is no such document.")
    return application, application.documents[key]


async def bytes_of(request: Request, held: Document) -> bytes:
    """The file of a document.

    Raises:
        NoSuch: there is none, or it may not be used.

    """
    data = await applications_here(request).db.files.get(held.file_id) if held.file_id else None
    if data is None or not held.usable:
        raise NoSuch("There is no file of this document that can be used.")
    return data


def file_answer(
    application: Application, held: Document, data: bytes, how: Literal["attachment", "inline"]
) -> Response:
    """A file as an answer in which nothing runs."""
    name = quote(f"{application.reference} {held.name}")
    return Response(
        data,
        media_type=held.content_type,
        headers={
            "content-disposition": f"{how}; filename*=UTF-8''{name}",
            "content-security-policy": SANDBOX,
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        },
    )


def _facts(held: Document, fetch: Fetch | None, zone: str) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("State", standing_tags(held)),
        ("Problem", held.problem),
        ("Notes", " ".join(held.notes)),
        ("Given as well, not used", _others(held)),
        ("Type", KINDS.get(held.content_type, "Unknown")),
        ("Size", size(held.size)),
        ("Name", held.name),
        ("Name as it was sent", held.given_name),
        ("Sent", moment(held.sent_at, zone)),
    ]
    if fetch is not None:
        what = "Checking" if _came(fetch) else "Fetching from the form"
        facts.append((what, _fetching(fetch, zone)))
    return [(name, value) for name, value in facts if value]


def _others(held: Document) -> str:
    if not held.others:
        return ""
    return f"{listed(held.others)}. The applicant was told; the receipt has what they sent."


def _came(fetch: Fetch) -> bool:
    """Whether the file is here and waits to be looked at: it came with the form, or costs much."""
    return fetch.costly or (fetch.link is None and fetch.status == "waiting")


def _fetching(fetch: Fetch, zone: str) -> str:
    said = "Done." if _came(fetch) and fetch.status == "fetched" else ENDS[fetch.status]
    tries = f"{plural(fetch.tries, 'failed try', 'failed tries')}, the next at"
    tries = f"{tries} {moment(fetch.due, zone)}."
    waiting = fetch.status == "waiting" and fetch.tries
    return " ".join(part for part in (said, tries if waiting else "", fetch.reason) if part)
