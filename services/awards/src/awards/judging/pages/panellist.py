"""One panellist: their sheets, correcting their details, and taking them off the panel."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.judging.excluding_sheets import exclude_rest
from awards.judging.judging import Judging
from awards.judging.pages.cells import sheet_tag, sheet_total
from awards.judging.sheets import Sheet
from awards.judging.standing_down import stand_down
from awards.judging.store import known_judging
from awards.panel.inviting import amend_panellist
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from awards.web.refused_form import refused_form
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import blank, column, flash, options, redirect, render

router = APIRouter(prefix="/awards/panellists", tags=["pages"])
Text = Annotated[str, Form()]
COLUMNS = [
    column("project", "Project"),
    column("state", "Sheet"),
    column("total", "Total", numeric=True),
]


@router.get("/{key}")
async def panellist(request: Request, key: str, _: Viewer) -> Response:
    """The page as it stands."""
    return await _page(request, key)


async def _page(request: Request, key: str, form: Any = None, status: int = 200) -> Response:
    """The page with `form`, or with one that shows the panellist's details."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    found = judging.panel.panellists.get(key)
    if found is None:
        raise NoSuch("There is no such panellist.")
    expected = judging.expected_of(key)
    known = found.model_dump(include={"name", "email", "organisation", "trust"})
    return render(
        request,
        "awards/panellist.html",
        status,
        left_out=not judging.whole,
        oneself=key in judging.panel.reader,
        panellist=found,
        employer=judging.panel.employers.called(found.trust),
        form=form or blank(**known),
        organisations=options([(one, one) for one in judging.panel.organisations]),
        rows=[_row(judging, one) for one in expected],
        open=[one for one in expected if one.waited_for],
        columns=COLUMNS,
        scoring=judging.scoring,
    )


def _row(judging: Judging, sheet: Sheet) -> dict[str, Any]:
    title = judging.panel.title_of(sheet.project_id)
    href = f"/awards/sheets/{sheet.project_id}/{sheet.panellist_id}"
    return {
        "project": {"text": title, "href": href},
        "state": sheet_tag(sheet),
        "total": sheet_total(judging.method, sheet),
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
    invited: Annotated[int | None, Form()] = None,
) -> Response:
    """Correct details and send the invitation again."""
    given = {"name": name, "email": email, "organisation": organisation, "trust": trust}
    try:
        await perform(
            request, office, lambda act: amend_panellist(act, key, **given, invited=invited)
        )
    except (AlreadySo, NoSuch):
        raise
    except Refused as refusal:
        if not refusal.fields:
            raise
        return await _page(request, key, refused_form(given, refusal), 422)
    flash(request, "Saved. The invitation goes out again.")
    return redirect(f"/awards/panellists/{key}")


@router.post("/{key}/stand-down")
async def take_off(request: Request, key: str, office: Office, reason: Text = "") -> Response:
    """Take somebody off the panel."""
    await perform(request, office, lambda act: stand_down(act, key, reason))
    flash(request, "The panellist has stood down.")
    return redirect("/awards/panellists")


@router.post("/{key}/exclude")
async def wait_no_more(request: Request, key: str, office: Office, reason: Text = "") -> Response:
    """Stop waiting for the sheets that this panellist has not locked."""
    number = await perform(request, office, lambda act: exclude_rest(act, key, reason))
    flash(request, f"{number} sheets are not waited for any more.")
    return redirect(f"/awards/panellists/{key}")
