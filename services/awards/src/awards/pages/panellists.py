"""The panel: who is on it, how far each is, and who has to be invited again."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards import store
from awards.board import Board
from awards.commands import panel as commands
from awards.commands import scoring
from awards.commands.act import Act
from awards.emails import Email, latest
from awards.pages.projects import SHEET_COLOURS
from awards.pages.site import Office, Viewer, column, options, perform, refused_form, site
from awards.panel import Panellist
from awards.sheets import STATE_NAMES
from nextstep_contracts import NoSuch, Refused
from nextstep_web import blank, flash, redirect, render

router = APIRouter(prefix="/awards/panellists", tags=["pages"])
Text = Annotated[str, Form()]

EMAIL_COLOURS = {"sent": "green", "bounced": "orange", "failed": "red"}
EMAIL_NAMES = {"sent": "Sent", "bounced": "Delayed", "failed": "Could not be delivered"}
COLUMNS = [
    column("name", "Panellist", sort=False),
    column("organisation", "Organisation", sort=False),
    column("invitation", "Invitation", sort=False),
    column("locked", "Locked", sort=False, numeric=True),
    column("waiting", "To do", sort=False, numeric=True),
    column("recused", "Recused", sort=False, numeric=True),
]


async def _page(request: Request, form: Any, status: int = 200) -> Response:
    here = site(request)
    board = await here.board()
    emails = await store.find(here.messaging.db.read, Email, {"template": "panel_invited"})
    last = latest(emails)
    rows = [_row(one.panellist, one, last.get(one.panellist.id)) for one in board.progress]
    return render(
        request,
        "awards/panellists.html",
        status,
        form=form,
        rows=rows,
        columns=COLUMNS,
        gone=[one for one in board.panellists.values() if not one.judges],
        organisations=options([(one, one) for one in board.organisations], "Choose"),
    )


def _row(panellist: Panellist, progress: Any, email: Email | None) -> dict[str, Any]:
    invitation: Any = "On its way"
    if email:
        name, colour = EMAIL_NAMES[email.outcome], EMAIL_COLOURS[email.outcome]
        invitation = {"tag": name, "colour": colour}
    return {
        "name": {"text": panellist.name, "href": f"/awards/panellists/{panellist.id}"},
        "organisation": panellist.organisation,
        "invitation": invitation,
        "locked": progress.locked,
        "waiting": progress.waiting,
        "recused": progress.recused,
    }


@router.get("")
async def panellists(request: Request, _: Viewer) -> Response:
    """Everybody on the panel, and the form to add somebody."""
    return await _page(request, blank())


@router.post("")
async def add(
    request: Request,
    office: Office,
    *,
    name: Text = "",
    email: Text = "",
    organisation: Text = "",
    trust: Text = "",
) -> Response:
    """Add somebody to the panel."""
    given = {"name": name, "email": email, "organisation": organisation, "trust": trust}
    try:
        await perform(request, office, lambda act: commands.add_panellist(act, **given))
    except Refused as refusal:
        return await _page(request, refused_form(given, refusal), 422)
    flash(request, f"{name.strip()} is on the panel and is invited by email.")
    return redirect("/awards/panellists")


@router.get("/{key}")
async def panellist_page(request: Request, key: str, _: Viewer) -> Response:
    """One panellist."""
    board = await site(request).board()
    found = _find(board, key)
    known = found.model_dump(include={"name", "email", "organisation", "trust"})
    return _one(request, board, found, blank(**known))


def _find(board: Board, key: str) -> Panellist:
    found = board.panellists.get(key)
    if found is None:
        raise NoSuch("There is no such panellist.")
    return found


def _one(
    request: Request, board: Board, panellist: Panellist, form: Any, status: int = 200
) -> Response:
    mine = [pair for pair in board.expected if pair[1] == panellist.id]
    return render(
        request,
        "awards/panellist.html",
        status,
        panellist=panellist,
        form=form,
        organisations=options([(one, one) for one in board.organisations]),
        rows=[_sheet_row(board, pair) for pair in mine],
        open=[pair for pair in board.outstanding if pair[1] == panellist.id],
        columns=[
            column("project", "Project", sort=False),
            column("state", "Sheet", sort=False),
            column("total", "Total", sort=False, numeric=True),
        ],
        scoring=board.scoring,
    )


def _sheet_row(board: Board, pair: tuple[str, str]) -> dict[str, Any]:
    sheet = board.sheet(pair)
    return {
        "project": {
            "text": board.projects[pair[0]].title,
            "href": f"/awards/sheets/{pair[0]}/{pair[1]}",
        },
        "state": {"tag": STATE_NAMES[sheet.state], "colour": SHEET_COLOURS[sheet.state]},
        "total": board.method.total(sheet.scores) if sheet.locked_at else None,
    }


@router.post("/{key}")
async def amend(
    request: Request,
    key: str,
    office: Office,
    *,
    name: Text = "",
    email: Text = "",
    organisation: Text = "",
    trust: Text = "",
) -> Response:
    """Correct details and send the invitation again."""
    given = {"name": name, "email": email, "organisation": organisation, "trust": trust}
    try:
        await perform(request, office, lambda act: commands.amend_panellist(act, key, **given))
    except NoSuch:
        raise
    except Refused as refusal:
        board = await site(request).board()
        return _one(request, board, _find(board, key), refused_form(given, refusal), 422)
    flash(request, "Saved. The invitation goes out again.")
    return redirect(f"/awards/panellists/{key}")


@router.post("/{key}/stand-down")
async def stand_down(request: Request, key: str, office: Office, reason: Text = "") -> Response:
    """Take somebody off the panel."""
    await perform(request, office, lambda act: commands.stand_down(act, key, reason))
    flash(request, "The panellist has stood down.")
    return redirect("/awards/panellists")


@router.post("/{key}/exclude")
async def exclude_rest(request: Request, key: str, office: Office, reason: Text = "") -> Response:
    """Stop waiting for the sheets that this panellist has not locked."""

    async def work(act: Act) -> int:
        return await scoring.exclude_rest(act, key, reason)

    number = await perform(request, office, work)
    flash(request, f"{number} sheets are not waited for any more.")
    return redirect(f"/awards/panellists/{key}")
