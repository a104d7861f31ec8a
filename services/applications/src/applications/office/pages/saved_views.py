"""Saved views of the list: keep one, rename it, share it, delete it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from applications.office.list.filters import Query, cleaned, list_filter
from applications.office.list.keeping_views import change_view, delete_view, save_view
from applications.office.list.saved_views import LONGEST_NAME, SavedView
from applications.office.list.store import views_for
from applications.office.pages.list_query import list_path, look, parsed
from applications.web.access import Office
from applications.web.acting import applications_here, perform
from nextstep_web import NotServed, flash, read_form, redirect, render

router = APIRouter(prefix="/applications/views", tags=["pages"])
HOME = "/applications/views"


class Naming(BaseModel):
    """What a view is called and who sees it."""

    name: Annotated[str, Field(title="Name of the view", max_length=LONGEST_NAME)]
    shared: bool = False
    filter: str = ""


def current_view(views: Sequence[SavedView], query: Query) -> SavedView | None:
    """The view that the list shows now, if it is one."""
    now = cleaned(query)
    return next((view for view in views if view.query == now), None)


@router.get("")
async def manage(request: Request, office: Office) -> Response:
    """All views that one may change, with how many applications each shows."""
    here = applications_here(request)
    views = await views_for(here.db.read, here.cohort, office.subject)
    seen = await look(request)
    rows = [
        (view, list_path(view.query), len(seen.find(list_filter(view.query)))) for view in views
    ]
    return render(request, "applications/saved_views.html", rows=rows, subject=office.subject)


@router.post("")
async def save(request: Request, office: Office) -> Response:
    """Keep the present filter."""
    form = await read_form(request, Naming)
    if not form.valid:
        raise NotServed("Give the view a name of at most 60 characters.", 422)
    query, given = cleaned(parsed(form.data.filter)), form.data
    await perform(
        request, office, lambda act: save_view(act, given.name, query, shared=given.shared)
    )
    flash(request, f"Saved as “{given.name}”.")
    return redirect(list_path(query))


@router.post("/{view_id}")
async def change(request: Request, office: Office, view_id: str) -> Response:
    """Rename it, share it or stop sharing it."""
    form = await read_form(request, Naming)
    if not form.valid:
        raise NotServed("Give the view a name of at most 60 characters.", 422)
    given = form.data
    await perform(
        request, office, lambda act: change_view(act, view_id, given.name, shared=given.shared)
    )
    flash(request, f"“{given.name}” is changed.")
    return redirect(HOME)


@router.post("/{view_id}/delete")
async def delete(request: Request, office: Office, view_id: str) -> Response:
    """Forget it."""
    await perform(request, office, lambda act: delete_view(act, view_id))
    flash(request, "The view is deleted.")
    return redirect(HOME)
