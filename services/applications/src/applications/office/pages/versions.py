"""Every version of an application with what it changed, and the office's decision on one."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import kept_versions
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.choosing_a_version import (
    apply_version,
    outcome_of,
    set_aside,
    take_up_again,
)
from applications.admissions.document_names import document_title
from applications.admissions.held_back import has_ended
from applications.admissions.store import find_application, load_history
from applications.admissions.submissions import UNCHANGED
from applications.admissions.versions import Change, HeldBack, Version, changes
from applications.intake.separating import make_its_own, may_stand_alone
from applications.office.list.filters import Query
from applications.office.pages.list_query import back_to
from applications.web.access import Office, conflict_free
from applications.web.acting import applications_here, find_application_here, perform
from applications.web.answer_labels import LABELS
from applications.web.cells import application_path
from nextstep_contracts import AlreadySo, NoSuch
from nextstep_web import blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/application", tags=["pages"], dependencies=[Depends(conflict_free)]
)

AFTERWARDS: Query = {"flag": ["after_decision"], "sort": ["submitted"]}
"""The list of what else waits like this."""
STANDINGS = {
    "pending": ("Waits for the office", "orange"),
    "applied": ("Put in force by the office", "green"),
    "set_aside": ("Set aside", "grey"),
}


DECISIONS = {"again": take_up_again, "apply": apply_version, "aside": set_aside}


class VersionDecision(BaseModel):
    """What becomes of a version, and why."""

    action: Annotated[Literal["again", "apply", "aside", "own"], Field(title="What to do")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{application_id}/versions/{submission_id}")
async def one(request: Request, _: Office, application_id: str, submission_id: str) -> Response:
    """A version beside what is in force."""
    return await _page(request, application_id, submission_id, blank())


@router.post("/{application_id}/versions/{submission_id}")
async def decide(
    request: Request, office: Office, application_id: str, submission_id: str
) -> Response:
    """Put it in force, set it aside, or make it an application of its own."""
    form = await read_form(request, VersionDecision)
    if form.value("action") == "own" and await _separated(request, application_id, submission_id):
        raise AlreadySo("This version is an application of its own already.")
    await _version(request, application_id, submission_id)
    if not form.valid:
        return await _page(request, application_id, submission_id, form, 422)
    action, reason = form.data.action, form.data.reason
    if action == "own":
        new = await perform(request, office, lambda act: make_its_own(act, submission_id, reason))
        flash(request, f"{new.answers.name} has an application of their own: {new.reference}.")
        return redirect(application_path(new.id))

    async def decided(act: Act) -> str:
        await DECISIONS[action](act, submission_id, reason)
        return ". ".join(line.what for line in act.noted(application_id))

    said = await perform(request, office, decided)
    application = await find_application_here(request, application_id)
    flash(request, f"{application.answers.name} ({application.reference}): {said}.")
    return redirect(f"{back_to(request, application_id, AFTERWARDS)}#versions")


async def _page(
    request: Request, application_id: str, submission_id: str, form: Any, status: int = 200
) -> Response:
    version = await _version(request, application_id, submission_id)
    application = await find_application(applications_here(request).db.read, application_id)
    if application is None:
        raise NoSuch("There is no such version.")
    found = changes(application.answers, version.answers, application.documents, version.documents)
    again = version.waits and has_ended(application)
    actions = [{"value": "apply", "text": "Put these answers in force"}]
    if again:
        text = "Take the application up again: the applicant is told, and the rules run"
        actions.insert(0, {"value": "again", "text": text})
    if version.waits:
        told = f", and {whom} is told" if (whom := _told_of(version, application)) else ""
        text = f"Set it aside: the application stays as it is{told}"
        actions.append({"value": "aside", "text": text})
    if may_stand_alone(version, application):
        text = (
            "Make it an application of its own: it is somebody else\u2019s, whose number was used"
        )
        actions.append({"value": "own", "text": text})
    return render(
        request,
        "applications/version.html",
        status,
        application=application,
        version=version,
        received=version.received_at,
        submitted=version.submitted_at,
        standing=_standing(version),
        changes=[_change(one) for one in found],
        actions=actions,
        decided=application.decided,
        again=again,
        form=form,
    )


def _told_of(version: Version, application: Application) -> str | None:
    """Who hears that a version was set aside; nobody of one that nobody was told of."""
    outcome = outcome_of(application, version)
    if version.acknowledged_to and outcome != UNCHANGED:
        return f"{version.answers.email}, from where it came,"
    return "the applicant" if outcome else None


async def _separated(request: Request, application_id: str, submission_id: str) -> bool:
    """Whether a version waited here once and has become an application of its own."""
    read = applications_here(request).db.read
    found = await kept_versions.find(read, submission_id)
    if found is None or found.application_id == application_id:
        return False
    return any(line.kind == "separated" for line in await load_history(read, application_id))


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
        "received": version.received_at,
        "receipt": f"/applications/receipts/{version.id}",
        "submitted": version.submitted_at,
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


def _why(held: HeldBack | None) -> str | None:
    if held is None or held.status == "pending":
        return held.why if held else None
    return f"{held.why} {held.reason} ({held.by})"


def _change(one: Change) -> dict[str, Any]:
    name = LABELS.get(one.name) or document_title(one.name)
    return {"name": name, "before": one.before, "after": one.after}
