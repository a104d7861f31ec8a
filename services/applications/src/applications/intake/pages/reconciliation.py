"""Reconciliation: a form's own export held against what arrived, and what is missing taken in."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from applications.intake.pages.parts import (
    STATUSES,
    field_name,
    fitting,
    receipt_path,
    sources_of,
    status_tag,
    wake_intake,
)
from applications.intake.reconciliation.comparison import KINDS, Arrived, Compared, Comparison
from applications.intake.reconciliation.tables import LARGEST_FILE, TableError
from applications.intake.reconciliation.taking_in import compared, ingest_all
from applications.intake.reconciliation.uploads import (
    UploadedExport,
    expect_upload,
    file_id_of,
    find_upload,
    forget_upload,
    uploads,
)
from applications.intake.sources import LiveSource
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import actor, applications_here, perform
from applications.web.cells import application_path
from nextstep_contracts import NoSuch
from nextstep_documents.clean_text import clean
from nextstep_web import Form, asks_for_file, blank, flash, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(
    prefix="/applications/reconciliation", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

LIMIT = LARGEST_FILE + 1024 * 1024
"""Bytes of the request: the file and what a form adds."""
MOST_SHOWN = 200
"""Submissions of one class on the page; all are in the CSV."""
HEADER = ("Row", "Submission", "Found", "Name", "Email", "Submitted", "Differences", "Receipt")


@router.get("")
async def start(request: Request, reader: Reader) -> Response:
    """Ask for a file, and list those that were uploaded today."""
    return await _start_page(request, blank(), office=reader.has("office"))


@router.post("", max_body_size=LIMIT)
async def upload(request: Request, office: Office) -> Response:
    """Keep an export for a day and show what it says."""
    sent = await request.form()
    here, name, given = applications_here(request), str(sent.get("source") or ""), sent.get("file")
    errors: dict[str, str] = {}
    source = sources_of(request).get(name)
    if source is None:
        errors["source"] = "Choose the form that the file is from"
    if not isinstance(given, UploadFile) or not given.filename:
        errors["file"] = "Choose a file first"
    if source is None or not isinstance(given, UploadFile) or errors:
        return await _start_page(request, Form({"source": [name]}, None, errors), 422, office=True)
    data = await given.read()
    try:
        await compared(here.db, source, data, here.cohort.zone)
    except TableError as error:
        form: Form[Any] = Form({"source": [name]}, None, {"file": str(error)})
        return await _start_page(request, form, 422, office=True)
    upload_id = uuid4().hex
    file_name = clean(given.filename or "")[:100] or "export"
    await perform(request, office, lambda act: expect_upload(act, upload_id, name, file_name))
    await here.db.files.put(file_id_of(upload_id), "export", data)
    return redirect(f"/applications/reconciliation/{upload_id}")


@router.get("/{upload_id}", responses=TABLE_FILES)
async def one(request: Request, reader: Reader, upload_id: str) -> Response:
    """What the export says against what arrived, as it is now."""
    kept, found, _ = await _compared(request, upload_id)
    if asks_for_file(request):
        rows = [_written(line) for line in found.submissions] + [
            _written_here(a) for a in found.only_here
        ]
        return await table_file(request, f"reconciliation {kept.source}", HEADER, rows)
    return render(
        request,
        "applications/compared_export.html",
        download=HEADER,
        kept=kept,
        uploaded=kept.at,
        figures=_figures(found),
        sections=_sections(found),
        only_here=[_here(a) for a in found.only_here[:MOST_SHOWN]],
        missing=len(found.missing),
        rounded=[row.rounded_id for row in found.rounded],
        office=reader.has("office"),
    )


@router.post("/{upload_id}/ingest")
async def take_in(request: Request, office: Office, upload_id: str) -> Response:
    """Take in everything that never arrived."""
    kept, found, source = await _compared(request, upload_id)
    here, who = applications_here(request), actor(request, office)
    count = await ingest_all(here, source, found, kept.file_name, who)
    wake_intake(request)
    flash(request, f"{count} taken in." if count else "Everything had arrived already.")
    return redirect(f"/applications/reconciliation/{upload_id}")


@router.post("/{upload_id}/forget")
async def forget(request: Request, office: Office, upload_id: str) -> Response:
    """Remove the uploaded file now."""
    await perform(request, office, lambda act: forget_upload(act.uow, upload_id))
    flash(request, "The file is removed.")
    return redirect("/applications/reconciliation")


async def _start_page(
    request: Request, form: Form[Any], status: int = 200, *, office: bool
) -> Response:
    return render(
        request,
        "applications/reconciliation.html",
        status,
        form=form,
        office=office,
        sources=[{"value": name, "text": name} for name in sorted(sources_of(request))],
        uploads=[
            {
                "file": {
                    "text": kept.file_name,
                    "href": f"/applications/reconciliation/{kept.id}",
                },
                "source": kept.source,
                "at": kept.at,
                "who": kept.by,
            }
            for kept in await uploads(applications_here(request).db.read)
        ],
    )


async def _compared(
    request: Request, upload_id: str
) -> tuple[UploadedExport, Comparison, LiveSource]:
    here = applications_here(request)
    kept = await find_upload(here.db.read, upload_id)
    source = sources_of(request).get(kept.source) if kept else None
    data = await here.db.files.get(kept.file_id) if kept and source else None
    if kept is None or source is None or data is None:
        raise NoSuch("Exports are kept for a day. Upload the file again.")
    try:
        found = await compared(here.db, source, data, here.cohort.zone)
    except TableError as error:
        raise NoSuch(str(error)) from error
    return kept, found, source


def _figures(found: Comparison) -> list[dict[str, Any]]:
    counts = found.counts()
    figures = [
        {
            "label": label.lower(),
            "value": counts[kind],
            "href": f"#{kind}" if counts[kind] and kind != "same" else "",
        }
        for kind, (label, _) in KINDS.items()
        if counts[kind] or kind in {"missing", "differs", "twice", "same"}
    ]
    here = len(found.only_here)
    href = "#only-here" if here else ""
    return [*figures, {"label": "not in the file", "value": here, "href": href}]


def _sections(found: Comparison) -> list[dict[str, Any]]:
    """What needs eyes; what arrived as it is in the file is only counted."""
    sections = []
    for kind, (label, _) in KINDS.items():
        lines = [line for line in found.submissions if line.kind == kind]
        if lines and kind != "same":
            rows = [_cells(line) for line in lines[:MOST_SHOWN]]
            sections.append({"kind": kind, "label": label, "rows": rows, "total": len(lines)})
    return sections


def _cells(line: Compared) -> dict[str, Any]:
    row = line.rows[0]
    return {
        "row": ", ".join(str(r.number) for r in line.rows),
        "who": {"text": fitting(row.answers.name), "hint": fitting(row.answers.email)}
        if row.answers
        else {"text": "Cannot be read", "hint": fitting(" ".join(row.faults))},
        "submission": {"text": fitting(row.rounded_id), "hint": "Rounded by a spreadsheet: no id"}
        if row.rounded_id
        else fitting(row.submission_id or ""),
        "submitted": row.submitted_at,
        "found": _explained(line),
        "receipt": [_receipt(one) for one in line.matches] or None,
    }


def _explained(line: Compared) -> Any:
    if line.differences:
        return [
            {
                "text": fitting(f"{field_name(d.name)}: {d.arrived or 'nothing'}"),
                "hint": fitting(f"In the file: {d.exported or 'nothing'}"),
            }
            for d in line.differences
        ]
    if line.kind == "twice":
        alike = len({row.content for row in line.rows}) == 1
        text = "The same row again." if alike else "The rows are not alike: the office must choose."
        return text if line.matches else f"{text} It never arrived."
    return None


def _receipt(one: Arrived) -> dict[str, str]:
    return {"text": STATUSES[one.status][0], "href": receipt_path(one.receipt_id)}


def _here(one: Arrived) -> dict[str, Any]:
    name = one.answers.name if one.answers else None
    return {
        "receipt": {
            "text": one.submitted_at,
            "href": receipt_path(one.receipt_id),
        },
        "who": {"text": name, "href": application_path(one.application_id)}
        if name and one.application_id
        else None,
        "submission": fitting(one.submission_id or ""),
        "state": status_tag(one.status),
    }


def _written(line: Compared) -> tuple[Any, ...]:
    row = line.rows[0]
    return (
        " ".join(str(r.number) for r in line.rows),
        row.submission_id,
        KINDS[line.kind][0],
        row.answers.name if row.answers else " ".join(row.faults),
        row.answers.email if row.answers else None,
        row.submitted_at.isoformat() if row.submitted_at else None,
        "; ".join(f"{field_name(d.name)}: {d.arrived} / {d.exported}" for d in line.differences),
        " ".join(one.receipt_id for one in line.matches),
    )


def _written_here(one: Arrived) -> tuple[Any, ...]:
    name, email = (one.answers.name, one.answers.email) if one.answers else (None, None)
    sent = one.submitted_at.isoformat()
    return None, one.submission_id, "Not in the file", name, email, sent, None, one.receipt_id
