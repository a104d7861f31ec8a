"""A session's register: quick to fill in on a phone, and by a program.

The form has one field for each Fellow, `status-<person id>`, with `attended`, `absent` or
`apologies`; empty leaves the mark as it is. `rest=absent` marks everybody else. `reason` is
needed when a mark is corrected. `seen` is the saving the form was made from: a mark that somebody
else changed since then is not overwritten but shown (409).
"""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch, Refused
from nextstep_web import blank, csv_response, flash, redirect, render
from nextstep_web.forms import Form
from scheduling import store
from scheduling.attendance import STATUSES, WORDS, Disagreement, Register, Saving, Status
from scheduling.commands import registers
from scheduling.desk import Desk
from scheduling.fellows import Fellow, invited
from scheduling.overview import session_row
from scheduling.pages.cells import session_path, when
from scheduling.pages.people import AtDesk, RegisterTaker, Staff, actor
from scheduling.sessions import Session

router = APIRouter(prefix="/scheduling/sessions/{session_id}/register")
FIELD = "status-"
CSV_HEADER = ("person_id", "name", "status", "verdict_revision", "saved_by", "reason")


@router.get("")
async def show(
    request: Request,
    desk: AtDesk,
    _: Staff,
    session_id: str,
) -> Response:
    """The register as a form, or with `format=csv` as a table."""
    session, listed, register = await _read(desk, session_id)
    if request.query_params.get("format") == "csv":
        rows = await _csv(desk, session, listed)
        return csv_response("register.csv", CSV_HEADER, rows)
    return _page(request, desk, session, listed, register=register)


@router.post("")
async def save(request: Request, desk: AtDesk, taker: RegisterTaker, session_id: str) -> Response:
    """Save what was marked."""
    sent = {name: str(value) for name, value in (await request.form()).items()}
    form: Form[Any] = blank(**sent)
    try:
        marks = _marks(sent)
        rest = _status(sent["rest"]) if sent.get("rest") else None
        seen = int(sent["seen"]) if sent.get("seen", "").isdigit() else None
        saving = await desk.transact(
            lambda uow: registers.save(
                uow,
                desk.programme,
                actor(request, taker),
                session_id,
                marks,
                seen=seen,
                reason=sent.get("reason", ""),
                rest=rest,
            )
        )
    except Refused as no:
        session, listed, register = await _read(desk, session_id)
        form.show(no)
        return _page(request, desk, session, listed, 422, register=register, form=form)
    if saving.disagreements:
        session, listed, register = await _read(desk, session_id)
        page = {"register": register, "form": form, "disagreements": saving.disagreements}
        return _page(request, desk, session, listed, 409, **page)
    flash(request, _said(saving))
    return redirect(session_path(session_id, "register"))


def _marks(sent: dict[str, str]) -> dict[str, Status]:
    return {
        name.removeprefix(FIELD): _status(value)
        for name, value in sent.items()
        if name.startswith(FIELD) and value
    }


def _status(value: str) -> Status:
    for status in STATUSES:
        if value == status:
            return status
    raise Refused(f"{value!r} is not a mark. Use one of: {', '.join(STATUSES)}.")


def _said(saving: Saving) -> str:
    if not saving.entries:
        return "Nothing was changed."
    marks = len(saving.entries)
    return f"The register is saved: {marks} {'mark' if marks == 1 else 'marks'}."


async def _read(desk: Desk, session_id: str) -> tuple[Session, list[Fellow], Register]:
    session = await store.session(desk.read, session_id)
    if session is None or session.cohort != desk.cohort:
        raise NoSuch("There is no such session.")
    listed = invited(session, await store.fellows(desk.read, desk.cohort))
    return session, listed, await store.register(desk.read, session_id)


def _page(
    request: Request,
    desk: Desk,
    session: Session,
    listed: list[Fellow],
    status: int = 200,
    **shown: Any,
) -> Response:
    form: Form[Any] | None = shown.pop("form", None)
    disagreements: Iterable[Disagreement] = shown.pop("disagreements", ())
    differing = {one.person_id: one for one in disagreements}
    people = [_person(session, fellow, form, differing.get(fellow.person_id)) for fellow in listed]
    return render(
        request,
        "scheduling/register.html",
        status,
        session=session,
        when=when(session),
        path=session_path(session.session_id),
        people=people,
        statuses=[(status, WORDS[status]) for status in STATUSES],
        row=session_row(session, listed, desk.now()),
        form=form,
        differing=[person for person in people if person["differs"]],
        early=session.begins_at is not None and desk.now() < session.begins_at,
        **shown,
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


async def _csv(desk: Desk, session: Session, listed: list[Fellow]) -> list[list[object]]:
    entries = store.by_person(await store.evidence(desk.read, session_id=session.session_id))
    rows: list[list[object]] = []
    for fellow in listed:
        verdict = fellow.verdicts.get(session.session_id)
        latest = entries[fellow.person_id][-1] if fellow.person_id in entries else None
        rows.append(
            [
                fellow.person_id,
                fellow.name,
                verdict.status if verdict else "",
                verdict.revision if verdict else "",
                latest.by if latest else "",
                latest.reason if latest else "",
            ]
        )
    return rows
