"""New application by hand: for what came by post, by email or otherwise."""

from datetime import date, time
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from applications.admissions.by_hand import CAME_BY, ByHand, CameBy
from applications.admissions.document_names import document_title
from applications.intake import entering
from applications.intake.pages.parts import receipt_path, wake_intake
from applications.intake.quarantine.typed_answers import HOW
from applications.web.access import Office, hides_nothing
from applications.web.acting import actor, applications_here, perform
from applications.web.answer_labels import LABELS
from nextstep_contracts import Refused
from nextstep_documents.inspection import LARGEST
from nextstep_web import Form, blank, flash, redirect, render
from nextstep_web.bodies import in_memory
from nextstep_web.conflicts import viewer_of
from nextstep_web.forms import parse
from nextstep_web.rates import files_of

router = APIRouter(
    prefix="/applications/by-hand", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

LIMIT = 3 * LARGEST + 1024 * 1024
"""Bytes of the request: three documents and what a form adds."""
TIMES_IN_MEMORY = 4
"""Of its files: as they came, as base64 in the body, and both once more while one is made."""
CHOSEN = {"discipline", "in_training_on"}
"""Answers that are chosen; the others are typed."""


OWN = (
    "This is your own address, and whoever has an applicant's address is that applicant. If it is "
    "you who applies, ask a colleague to enter it"
)
"""Said to who would enter an application of their own, or become somebody else by the guards."""


class Arrival(BaseModel):
    """How and when it came, and why it is entered."""

    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    came_by: Annotated[CameBy, Field(title="How it came")]
    arrived_on: Annotated[date, Field(title="The day on which it came")]
    arrived_at: Annotated[time, Field(title="The time at which it came")]
    reason: Annotated[str, Field(title="The reason", min_length=3, max_length=1000)]


@router.get("")
async def before(request: Request, _: Office) -> Response:
    """Ask for the answers, the files, and how it came."""
    return _page(request, blank(key=uuid4().hex))


@router.post("", max_body_size=LIMIT)
async def enter(request: Request, office: Office) -> Response:
    """Take it in as what a form posts is taken in."""
    sent = await request.form()
    form = parse({name: sent.getlist(name) for name in sent}, Arrival)
    here = applications_here(request)
    try:
        answers = entering.entered_answers({n: form.value(n) for n in LABELS}, here.cohort)
    except Refused as no:
        form.show(no)
    else:
        if viewer_of(answers["email"]) == viewer_of(office.subject):
            form.refuse("email", OWN)
    if form.valid:
        now = here.messaging.clock.now()
        try:
            came = entering.arrival(form.data.arrived_on, form.data.arrived_at, now, here.cohort)
        except Refused as no:
            form.show(no)
    if not form.valid:
        return _page(request, form, 422)
    files = {
        key: given
        for key in here.cohort.eligibility.documents
        if isinstance(given := sent.get(key), UploadFile) and given.filename
    }
    files_of(request, office.subject, len(files))
    said = form.data
    size = TIMES_IN_MEMORY * sum(one.size or 0 for one in files.values())
    async with in_memory(request.app.state.rooms, size):
        read = {key: (one.filename or "", await one.read()) for key, one in files.items()}
        body = entering.body_of(said.key, answers, came, read)
        in_file = await entering.keep_body(here.db, said.key, body)
        entered = ByHand(
            by=actor(request, office).name, at=now, came_by=said.came_by, why=said.reason
        )
        receipt_id = await perform(
            request, office, lambda act: entering.enter(act, said.key, body, in_file, entered)
        )
    wake_intake(request)
    flash(
        request,
        "It is entered and goes the way of every application. This receipt leads to it soon.",
    )
    return redirect(receipt_path(receipt_id))


def _page(request: Request, form: Form[Any], status: int = 200) -> Response:
    cohort = applications_here(request).cohort
    hints = HOW | {"region": f"The rules know it as {cohort.eligibility.region}"}
    return render(
        request,
        "applications/by_hand.html",
        status,
        form=form,
        cohort=cohort,
        typed=[
            {"name": name, "label": label, "hint": hints.get(name, "")}
            for name, label in LABELS.items()
            if name not in CHOSEN
        ],
        disciplines=[
            {"value": one, "text": one.capitalize()} for one in cohort.eligibility.disciplines
        ],
        documents=[(key, document_title(key)) for key in cohort.eligibility.documents],
        ways=[{"value": way, "text": text.capitalize()} for way, text in CAME_BY.items()],
    )
