"""The panel: who is on it, how far each is, whose invitation did not arrive; adding somebody."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.fellows.emails import Email
from awards.fellows.store import latest_of_template
from awards.judging.judging import PanellistProgress
from awards.judging.store import known_judging
from awards.panel.inviting import add_panellist
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from awards.web.refused_form import refused_form
from nextstep_contracts import AlreadySo, Refused
from nextstep_web import blank, column, flash, options, redirect, render

router = APIRouter(prefix="/awards/panellists", tags=["pages"])
Text = Annotated[str, Form()]

EMAIL_COLOURS = {"sent": "green", "bounced": "orange", "failed": "red"}
EMAIL_NAMES = {"sent": "Sent", "bounced": "Delayed", "failed": "Could not be delivered"}
COLUMNS = [
    column("name", "Panellist"),
    column("organisation", "Organisation"),
    column("invitation", "Invitation"),
    column("locked", "Locked", numeric=True),
    column("waiting", "To do", numeric=True),
    column("recused", "Recused", numeric=True),
]


@router.get("")
async def panellists(request: Request, _: Viewer) -> Response:
    """Everybody on the panel, and the form to add somebody."""
    return await _page(request, blank())


async def _page(request: Request, form: Any, status: int = 200) -> Response:
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    panel = judging.panel
    invitations = await latest_of_template(here.read, "panel_invited")
    return render(
        request,
        "awards/panellists.html",
        status,
        left_out=not judging.whole,
        form=form,
        rows=[_row(one, invitations.get(one.panellist.id)) for one in judging.progress],
        columns=COLUMNS,
        gone=[one for one in panel.panellists.values() if not one.judges],
        organisations=options([(one, one) for one in panel.organisations], "Choose"),
    )


def _row(progress: PanellistProgress, email: Email | None) -> dict[str, Any]:
    invitation: Any = "On its way"
    if email:
        name, colour = EMAIL_NAMES[email.outcome], EMAIL_COLOURS[email.outcome]
        invitation = {"tag": name, "colour": colour}
    panellist = progress.panellist
    return {
        "name": {"text": panellist.name, "href": f"/awards/panellists/{panellist.id}"},
        "organisation": panellist.organisation,
        "invitation": invitation,
        "locked": progress.locked,
        "waiting": progress.waiting,
        "recused": progress.recused,
    }


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
        await perform(request, office, lambda act: add_panellist(act, **given))
    except AlreadySo:
        raise
    except Refused as refusal:
        if not refusal.fields:
            raise
        return await _page(request, refused_form(given, refusal), 422)
    flash(request, f"{name.strip()} is on the panel and is invited by email.")
    return redirect("/awards/panellists")
