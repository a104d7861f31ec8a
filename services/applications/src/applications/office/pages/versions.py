"""Every version of an application with what it changed, and the office's decision on one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import store
from applications.admissions.answers import Answers
from applications.admissions.application import document_title
from applications.admissions.choosing_a_version import apply_version, set_aside, waits
from applications.admissions.versions import Change, changes
from applications.review.pages.parts import conflict_free
from applications.web.acting import Office, application_path, perform, site
from applications.web.answer_labels import LABELS
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


class Decision(BaseModel):
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
    row = await site(request).db.read(store.SUBMISSIONS).get(submission_id)
    if row is None or row["application_id"] != application_id:
        raise NoSuch("There is no such version.")
    form = await read_form(request, Decision)
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
    db = site(request).db
    row = await db.read(store.SUBMISSIONS).get(submission_id)
    stored = await db.read(store.APPLICATIONS).get(application_id)
    if row is None or stored is None or row["application_id"] != application_id:
        raise NoSuch("There is no such version.")
    application = store.application_from_document(stored)
    held = {key: d.model_dump(mode="json") for key, d in application.documents.items()}
    answers = Answers.model_validate(row["answers"])
    found = changes(application.answers, answers, held, row["documents"])
    actions = [{"value": "apply", "text": "Put these answers in force"}]
    if waits(row):
        actions.append({"value": "aside", "text": "Set it aside: the application stays as it is"})
    return render(
        request,
        "applications/version.html",
        status,
        application=application,
        row=row,
        received=short_moment(row["received_at"]),
        submitted=short_moment(row["submitted_at"]),
        standing=_standing(row),
        changes=[_change(one) for one in found],
        actions=actions,
        decided=application.decided,
        form=form,
    )


def version_rows(
    submissions: Sequence[dict[str, Any]], application_id: str
) -> list[dict[str, Any]]:
    """Every submission, each against what was taken into the application before it."""
    rows: list[dict[str, Any]] = []
    before: Answers | None = None
    papers: dict[str, Any] = {}
    for number, row in enumerate(submissions, start=1):
        answers = Answers.model_validate(row["answers"])
        found = changes(before, answers, papers, row["documents"]) if before else ()
        rows.append(
            {
                "number": number,
                "id": row["_id"],
                "received": short_moment(row["received_at"]),
                "receipt": f"/applications/receipts/{row['_id']}",
                "submitted": short_moment(row["submitted_at"]),
                "source": row["source"],
                "standing": _standing(row),
                "why": _why(row),
                "changes": [_change(one) for one in found],
                "first": before is None,
                "waits": waits(row),
                "path": f"{application_path(application_id)}/versions/{row['_id']}",
                "typed": [
                    f"{', '.join(LABELS.get(k, k) for k in line['answers'])}: {line['why']} "
                    f"({line['by']})"
                    for line in row.get("corrections") or ()
                ],
            }
        )
        if before is None or not row.get("held") or row["held"]["status"] == "applied":
            before, papers = answers, {**papers, **row["documents"]}
    return rows


def _standing(row: Mapping[str, Any]) -> dict[str, str]:
    held = row.get("held")
    if held:
        text, colour = STANDINGS[held["status"]]
        return {"tag": text, "colour": colour}
    return {"tag": "Taken in", "colour": "blue"}


def _why(row: Mapping[str, Any]) -> str | None:
    held = row.get("held")
    if not held:
        return None
    if held["status"] == "pending":
        return str(held["why"])
    return f"{held['why']} {held['reason']} ({held['by']})"


def _change(one: Change) -> dict[str, Any]:
    name = LABELS.get(one.name) or document_title(one.name)
    return {"name": name, "before": one.before, "after": one.after}
