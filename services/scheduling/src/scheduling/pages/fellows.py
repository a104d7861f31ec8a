"""Fellows and where they stand, and one Fellow's ledger."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import NoSuch, Refused
from nextstep_messaging.operating.audit import ENTRIES
from nextstep_web import Form, blank, csv_response, flash, listing, read_form, redirect
from nextstep_web import render as page
from scheduling import store
from scheduling.commands import people
from scheduling.ledger import STATE_WORDS
from scheduling.overview import FellowRow, look
from scheduling.pages.cells import (
    fellow_cells,
    fellow_path,
    outcome_tag,
    session_path,
    standing_tag,
    trust,
    when,
)
from scheduling.pages.people import AtDesk, Office, Reader, actor
from scheduling.standing import WORST_FIRST

router = APIRouter(prefix="/scheduling/fellows")
SORTABLE = {
    "name": lambda row: row.fellow.name,
    "standing": lambda row: WORST_FIRST.index(row.result.standing),
    "masterclasses": lambda row: row.result.masterclasses.attended,
    "modules": lambda row: row.result.modules.attended + row.result.modules.waived,
    "set": lambda row: row.set_number,
}
CSV_HEADER = (
    *("person_id", "name", "email", "discipline", "trust", "joined_at", "left_at"),
    *("standing", "met", "masterclasses_attended", "masterclasses_required"),
    *("modules_attended", "modules_waived", "modules_required"),
    *("learning_set_meetings_attended", "set"),
)


class WaiverForm(BaseModel):
    """A module to excuse, or not to excuse any longer, and why."""

    session_id: Annotated[str, Field(title="Module")]
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("")
async def fellows(
    request: Request,
    desk: AtDesk,
    _: Reader,
) -> Response:
    """Fellows by standing; `who=left` or `who=all` for those who withdrew."""
    seen = await look(desk)
    standing, who, q = (request.query_params.get(name, "") for name in ("standing", "who", "q"))
    rows = [
        row
        for row in seen.fellows
        if standing in ("", row.result.standing)
        and (who == "all" or row.fellow.active != (who == "left"))
        and q.casefold() in f"{row.fellow.name} {trust(row.fellow)}".casefold()
    ]
    if request.query_params.get("format") == "csv":
        return csv_response("fellows.csv", CSV_HEADER, [_csv(row) for row in rows])
    found = listing(request, rows, SORTABLE, "name", 100)
    return page(
        request,
        "scheduling/fellows.html",
        found=found,
        rows=[fellow_cells(row) for row in found.rows],
        standings=seen.standings(),
        choices=[(state, STATE_WORDS[state]) for state in reversed(WORST_FIRST)],
    )


@router.get("/{person_id}")
async def fellow(request: Request, desk: AtDesk, reader: Reader, person_id: str) -> Response:
    """One Fellow's ledger."""
    return await _fellow_page(request, desk, reader, person_id=person_id, form=blank())


@router.post("/{person_id}/waivers")
async def excuse(request: Request, desk: AtDesk, office: Office, person_id: str) -> Response:
    """Excuse a module."""
    return await _decide(
        request,
        desk,
        office,
        person_id=person_id,
        decision=people.excuse,
        done="The module is excused.",
    )


@router.post("/{person_id}/waivers/withdraw")
async def stop_excusing(request: Request, desk: AtDesk, office: Office, person_id: str) -> Response:
    """Take a waiver back."""
    done = "The waiver is taken back."
    return await _decide(
        request, desk, office, person_id=person_id, decision=people.stop_excusing, done=done
    )


async def _decide(
    request: Request, desk: AtDesk, office: Office, *, person_id: str, decision: Any, done: str
) -> Response:
    form = await read_form(request, WaiverForm)
    if form.valid:
        given = form.data.model_dump()
        by = actor(request, office)
        try:
            await desk.transact(
                lambda uow: decision(uow, desk.programme, by, person_id=person_id, **given)
            )
        except Refused as no:
            form.show(no)
        else:
            flash(request, done)
            return redirect(fellow_path(person_id))
    return await _fellow_page(request, desk, office, person_id=person_id, form=form, status=422)


async def _fellow_page(
    request: Request,
    desk: AtDesk,
    reader: Reader,
    *,
    person_id: str,
    form: Form[Any],
    status: int = 200,
) -> Response:
    seen = await look(desk)
    row = next((one for one in seen.fellows if one.fellow.person_id == person_id), None)
    if row is None:
        raise NoSuch("There is no such Fellow.")
    titles = {one.session.session_id: one.session.title for one in seen.sessions}
    modules = [held.session for held in row.result.modules.sessions]
    return page(
        request,
        "scheduling/fellow.html",
        status,
        row=row,
        fellow=row.fellow,
        trust=trust(row.fellow),
        lines=row.result.lines,
        standing_tag=standing_tag,
        outcome_tag=outcome_tag,
        session_path=session_path,
        when=when,
        titles=titles,
        form=form,
        waivable=[
            {"value": module.session_id, "text": module.title}
            for module in modules
            if module.session_id not in row.fellow.waivers
        ],
        evidence=await store.evidence(desk.read, person_id=person_id),
        changes=await desk.read(ENTRIES).find({"about": person_id}, sort=[("_id", -1)], limit=50),
        may_decide=reader.has("office") and row.fellow.active,
    )


def _csv(row: FellowRow) -> list[object]:
    known, result = row.fellow, row.result
    accepted = known.current.accepted if known.current else None
    return [
        known.person_id,
        known.name,
        known.email,
        accepted.discipline if accepted else "",
        trust(known),
        known.joined_at.isoformat() if known.joined_at else "",
        known.left_at.isoformat() if known.left_at else "",
        result.standing,
        result.standing == "met",
        *result.counts,
        result.learning_sets.attended,
        row.set_number or "",
    ]
