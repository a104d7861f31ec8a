"""The list of applications: search, filters, sorting, saved views, CSV."""

from typing import Any

from fastapi import APIRouter, Request, Response

from applications.admissions.states import STATES
from applications.office.list.bulk import ACTIONS
from applications.office.list.card import FLAGS, Card
from applications.office.list.filters import DEFAULT_SORT, SORTS, cleaned, list_filter
from applications.office.list.store import views_for
from applications.office.pages.list_query import (
    Look,
    encoded,
    from_list,
    list_path,
    look,
    query_of,
)
from applications.office.pages.saved_views import current_view
from applications.office.pages.spreadsheet import HEADER, spreadsheet
from applications.web.access import Reader, hidden_ids
from applications.web.acting import applications_here
from applications.web.cells import application_path, state_tag
from nextstep_web import asked, asks_for_file, column, render
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/applications", tags=["pages"])

COLUMNS = [
    column("reference", "Reference", sort=True),
    column("name", "Name", sort=True),
    column("discipline", "Discipline", sort=True),
    column("employer", "Employer", sort=True),
    column("state", "State", sort=True),
    column("submitted", "Submitted", sort=True),
]
MARKS = {
    "late": ("Late", "pink"),
    "by_hand": ("By hand", "grey"),
    "after_decision": ("Look again", "orange"),
    "offer_ending": ("Ends soon", "yellow"),
    "bounced": ("Email came back", "red"),
}
"""Flags that are shown beside the state."""


@router.get("/list", responses=TABLE_FILES)
async def every(request: Request, reader: Reader) -> Response:
    """Applications that match the search and the filters."""
    query = query_of(request)
    want, view = list_filter(query), await look(request)
    cards = view.find(want)
    if asks_for_file(request):
        knows_all = not await hidden_ids(request, reader)
        return await spreadsheet(request, [card.id for card in cards], knows_all=knows_all)
    how = asked(request, tuple(SORTS), DEFAULT_SORT)
    page = how.listing(cards[how.skip : how.skip + how.per_page], len(cards))
    here = applications_here(request)
    views = await views_for(here.db.read, here.cohort, reader.subject)
    office = reader.has("office")
    return render(
        request,
        "applications/applications_list.html",
        download=HEADER,
        found=page,
        rows=[_cells(card, view, from_list(query), tick=office) for card in page.rows],
        columns=COLUMNS,
        want=want,
        given=cleaned(query),
        choices=_choices(request, view),
        filter=encoded(query),
        views=[(one, list_path(one.query)) for one in views],
        view=current_view(views, query),
        may_act=office,
        actions=list(ACTIONS.items()),
    )


def _choices(request: Request, view: Look) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: of years and sources those that occur."""
    cohort = applications_here(request).cohort
    years = sorted({card.cct_year for card in view.cards if card.cct_year})
    sources = sorted({card.source for card in view.cards if card.source})
    return {
        "state": [
            ("undecided", "Not decided yet"),
            *((state, name.office) for state, name in STATES.items()),
        ],
        "discipline": [(name, name.capitalize()) for name in cohort.eligibility.disciplines],
        "cct": [(str(year), str(year)) for year in years],
        "source": [(source, source) for source in sources],
        "flag": list(FLAGS.items()),
        "sort": _orders(request.query_params.get("sort", "")),
    }


def _orders(now: str) -> list[tuple[str, str]]:
    """The orders that a phone, which shows no headings, can choose; and the present one."""
    names = {str(c["key"]): str(c["label"]) for c in COLUMNS}
    orders = [("submitted", "Oldest first")]
    orders += [(key, name) for key, name in names.items() if key != "submitted"]
    backwards = now.removeprefix("-")
    if now.startswith("-") and backwards in names and now != DEFAULT_SORT:
        orders.append((now, f"{names[backwards]}, backwards"))
    return orders


def _cells(card: Card, view: Look, back: str, *, tick: bool) -> dict[str, Any]:
    flags, why = view.around.flags(card), card.why(view.around.cohort.zone)
    tags = [{"tag": text, "colour": c} for flag, (text, c) in MARKS.items() if flag in flags]
    link = {"text": card.reference, "href": f"{application_path(card.id)}?{back}"}
    chosen = {"check": "id", "value": card.id, "label": f"Choose {card.reference} {card.name}"}
    return {
        "reference": [chosen, link] if tick else link,
        "name": {"text": card.name, "hint": " ".join(why)} if why else card.name,
        "discipline": card.discipline,
        "employer": card.employer,
        "state": [state_tag(card.state), *tags],
        "submitted": card.submitted_at,
    }
