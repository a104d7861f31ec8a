"""Every version of an application with what it changed, and the office's decision on one."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import kept_versions
from applications.admissions.answers import Answers
from applications.admissions.application import Document
from applications.admissions.choosing_a_version import apply_version, set_aside
from applications.admissions.needed_documents import document_title
from applications.admissions.store import find_application
from applications.admissions.versions import Change, Held, Version, changes
from applications.web.access import Office, conflict_free
from applications.web.acting import applications_here, perform
from applications.web.answer_labels import LABELS
from applications.web.cells import application_path
from nextstep_contracts import NoSuch
from nextstep_web import blank, flash, read_form, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)

STANDINGS = {
    "pending": ("Waits for the office", "orange"),
    "applied": ("Put in force by the office", "green"),
    "set_aside": ("Set aside", "grey"),
}


class VersionDecision(BaseModel):
    """What becomes of a version, and why."""

    action: Annotated[Literal["apply", "aside"], Field(title="What to do")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{application_id}/versions/{submission_id}")
async def one(request: Request, _: Office, application_id: str, submission_id: str) -> Response:
    """A version beside what is in force."""
    return await _page(request, application_id, submission_id, blank())


@router.post("/{application_id}/versions/{submission_id}")
async def decide(
    request: Request, office: Office, application_id: str, submission_id: str
) -> Response:
    """Put it in force or set it aside."""
    await _version(request, application_id, submission_id)
    form = await read_form(request, VersionDecision)
    if not form.valid:
        return await _page(request, application_id, submission_id, form, 422)
    reason = form.data.reason
    step = apply_version if form.data.action == "apply" else set_aside
    await perform(request, office, lambda act: step(act, submission_id, reason))
    flash(request, "Recorded.")
    return redirect(f"{application_path(application_id)}#versions")


async def _page(
    request: Request, application_id: str, submission_id: str, form: Any, status: int = 200
) -> Response:
    version = await _version(request, application_id, submission_id)
    application = await find_application(applications_here(request).db.read, application_id)
    if application is None:
        raise NoSuch("There is no such version.")
    found = changes(application.answers, version.answers, application.documents, version.documents)
    actions = [{"value": "apply", "text": "Put these answers in force"}]
    if version.waits:
        actions.append({"value": "aside", "text": "Set it aside: the application stays as it is"})
    return render(
        request,
        "applications/version.html",
        status,
        application=application,
        version=version,
        received=short_moment(version.received_at),
        submitted=short_moment(version.submitted_at),
        standing=_standing(version),
        changes=[_change(one) for one in found],
        actions=actions,
        decided=application.decided,
        form=form,
    )


async def _version(request: Request, application_id: str, submission_id: str) -> Version:
    found = await kept_versions.find(applications_here(request).db.read, submission_id)
    if found is None or found.application_id != application_id:
        raise NoSuch("There is no such version.")
    return found


def version_rows(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Every version, each against what was taken into the application before it."""
    rows: list[dict[str, Any]] = []
    before: Answers | None = None
    papers: dict[str, Document] = {}
    for number, version in enumerate(versions, start=1):
        found = changes(before, version.answers, papers, version.documents) if before else ()
        rows.append(_row(number, version) | {"changes": [_change(one) for one in found]})
        if before is None or not version.held or version.held.status == "applied":
            before, papers = version.answers, {**papers, **version.documents}
    return rows


def _row(number: int, version: Version) -> dict[str, Any]:
    return {
        "number": number,
        "id": version.id,
        "received": short_moment(version.received_at),
        "receipt": f"/applications/receipts/{version.id}",
        "submitted": short_moment(version.submitted_at),
        "source": version.source,
        "standing": _standing(version),
        "why": _why(version.held),
        "first": number == 1,
        "waits": version.waits,
        "path": f"{application_path(version.application_id)}/versions/{version.id}",
        "typed": [
            f"{', '.join(LABELS.get(name, name) for name in one.answers)}: {one.why} ({one.by})"
            for one in version.corrections
        ],
    }


def _standing(version: Version) -> dict[str, str]:
    if version.held is None:
        return {"tag": "Taken in", "colour": "blue"}
    text, colour = STANDINGS[version.held.status]
    return {"tag": text, "colour": colour}


def _why(held: Held | None) -> str | None:
    if held is None or held.status == "pending":
        return held.why if held else None
    return f"{held.why} {held.reason} ({held.by})"


def _change(one: Change) -> dict[str, Any]:
    name = LABELS.get(one.name) or document_title(one.name)
    return {"name": name, "before": one.before, "after": one.after}
