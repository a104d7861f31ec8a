"""A session's register: quick to fill in on a phone, and by a program.

The form has one field for each Fellow, `status-<person id>`, with `attended`, `absent` or
`apologies`; empty leaves the mark as it is. `rest=absent` marks everybody else. `reason` is
needed when a mark is corrected. `seen` is the saving the form was made from: a mark that somebody
else changed since then is not overwritten but shown (409).
"""

from collections.abc import Collection, Iterable
from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_contracts import Refused
from nextstep_web import Form, asks_for_file, blank, flash, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople, closed_people
from scheduling.attendance.evidence import by_person, latest
from scheduling.attendance.filling_in import fill_in_register
from scheduling.attendance.register import STATUS_WORDS, STATUSES, Disagreement, FilledIn, Saving
from scheduling.attendance.register_state import register_state
from scheduling.attendance.store import evidence_on_session, register_known_to
from scheduling.calendar.invitations import invited
from scheduling.calendar.pages.cells import session_path, when
from scheduling.calendar.session import Session
from scheduling.calendar.store import the_session
from scheduling.fellows.access import Here, RegisterTaker, Staff, perform
from scheduling.fellows.act import Scheduling
from scheduling.fellows.fellow import Fellow, Status
from scheduling.fellows.store import fellows_known_to

router = APIRouter(prefix="/scheduling/sessions/{session_id}/register")
MOST_DIGITS = 9
FIELD = "status-"
CSV_HEADER = ("person_id", "name", "status", "verdict_revision", "saved_by", "reason")


@router.get("", responses=TABLE_FILES)
async def show(
    request: Request, here: Here, _: Staff, closed: ClosedPeople, session_id: str
) -> Response:
    """The register as a form, or with `format=csv` as a table."""
    if asks_for_file(request):
        rows = await _csv(here, session_id, closed)
        return await table_file(request, "register", CSV_HEADER, rows)
    return await _page(request, here, session_id)


@router.post("")
async def save(
    request: Request, here: Here, taker: RegisterTaker, closed: ClosedPeople, session_id: str
) -> Response:
    """Save what was marked."""
    sent = {name: str(value) for name, value in (await request.form()).items()}
    form: Form[Any] = blank(**sent)
    try:
        filled = _filled(sent)
        saving = await perform(
            request, taker, lambda act: fill_in_register(act, session_id, filled, closed)
        )
    except Refused as no:
        form.show(no)
        return await _page(request, here, session_id, 422, form=form)
    if saving.disagreements:
        differing = saving.disagreements
        return await _page(request, here, session_id, 409, form=form, disagreements=differing)
    flash(request, _said(saving))
    return redirect(session_path(session_id, "register"))


def _filled(sent: dict[str, str]) -> FilledIn:
    marks = {
        name.removeprefix(FIELD): _status(value)
        for name, value in sent.items()
        if name.startswith(FIELD) and value
    }
    return FilledIn(
        marks=marks,
        rest=_status(sent["rest"]) if sent.get("rest") else None,
        reason=sent.get("reason", ""),
        seen=_counted(sent.get("seen", "")),
    )


def _counted(text: str) -> int | None:
    """A number that a form of ours holds; anything else counts as none."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None


def _status(value: str) -> Status:
    for status in STATUSES:
        if value == status:
            return status
    raise Refused(f"“{value[:40]}” is not a mark. Use one of: {', '.join(STATUSES)}.")


def _said(saving: Saving) -> str:
    if not saving.added:
        return "Nothing was changed."
    marks = len(saving.added)
    return f"The register is saved: {marks} {'mark' if marks == 1 else 'marks'}."


async def _listed(
    here: Scheduling, session_id: str, closed: Collection[str]
) -> tuple[Session, list[Fellow]]:
    session = await the_session(here.read, here.cohort.id, session_id)
    return session, invited(session, await fellows_known_to(here.read, here.cohort.id, closed))


async def _page(
    request: Request,
    here: Scheduling,
    session_id: str,
    status: int = 200,
    *,
    form: Form[Any] | None = None,
    disagreements: Iterable[Disagreement] = (),
) -> Response:
    closed = await closed_people(request)
    session, listed = await _listed(here, session_id, closed)
    now = here.messaging.clock.now()
    differing = {one.person_id: one for one in disagreements}
    people = [_person(session, fellow, form, differing.get(fellow.person_id)) for fellow in listed]
    return render(
        request,
        "scheduling/register.html",
        status,
        download=CSV_HEADER,
        session=session,
        register=await register_known_to(here.read, session_id, closed),
        when=when(session),
        path=session_path(session_id),
        people=people,
        statuses=[(status, STATUS_WORDS[status]) for status in STATUSES],
        row=register_state(session, listed, now),
        form=form,
        differing=[person for person in people if person["differs"]],
        early=session.begins_at is not None and now < session.begins_at,
    )


def _person(
    session: Session, fellow: Fellow, form: Form[Any] | None, differs: Disagreement | None
) -> dict[str, Any]:
    verdict = fellow.verdicts.get(session.session_id)
    recorded = verdict.status if verdict else ""
    field = FIELD + fellow.person_id
    return {
        "name": fellow.name,
        "field": field,
        "recorded": recorded,
        "chosen": (form.value(field) if form else "") or recorded,
        "differs": differs,
    }


async def _csv(here: Scheduling, session_id: str, closed: Collection[str]) -> list[list[object]]:
    session, listed = await _listed(here, session_id, closed)
    evidence = by_person(await evidence_on_session(here.read, session_id))
    rows: list[list[object]] = []
    for fellow in listed:
        verdict = fellow.verdicts.get(session.session_id)
        newest = latest(evidence.get(fellow.person_id, ()))
        rows.append(
            [
                fellow.person_id,
                fellow.name,
                verdict.status if verdict else "",
                verdict.revision if verdict else "",
                newest.by if newest else "",
                newest.reason if newest else "",
            ]
        )
    return rows
