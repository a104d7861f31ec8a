"""The map of a form in force, every version before it, and going back to one."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.intake.field_map import map_versions
from applications.intake.field_map.changing import return_to
from applications.intake.field_map.map_versions import MapVersion
from applications.intake.field_map.overlays import Overlay, overlaid, shown
from applications.intake.pages.parts import field_name, fitting, source_named
from applications.intake.sources import Source
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, perform
from nextstep_web import Form, blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/maps", tags=["pages"], dependencies=[Depends(hides_nothing)]
)


class Undoing(BaseModel):
    """Which version is returned to, and why."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]
    number: Annotated[int, Field(title="Version", ge=0)]


@router.get("/{name}")
async def versions(request: Request, reader: Reader, name: str) -> Response:
    """The map in force and every version before it."""
    return await _page(request, name, blank(), office=reader.has("office"))


@router.post("/{name}/return")
async def undo(request: Request, office: Office, name: str) -> Response:
    """Go back to an earlier version."""
    source_named(request, name)
    form = await read_form(request, Undoing)
    if not form.valid:
        return await _page(request, name, form, office=True, status=422)
    number, reason = form.data.number, form.data.reason
    await perform(request, office, lambda act: return_to(act, name, number, reason))
    flash(request, "The earlier map is in force.")
    return redirect(f"/applications/maps/{name}")


async def _page(
    request: Request, name: str, form: Form[Any], *, office: bool, status: int = 200
) -> Response:
    definition = source_named(request, name).definition
    kept = await map_versions.versions_of(applications_here(request).db.read, name)
    return render(
        request,
        "applications/map_versions.html",
        status,
        name=name,
        paths=_paths(definition, kept[0].overlay if kept else Overlay()),
        versions=[_version(version, definition) for version in kept],
        choices=_choices(kept) if office else [],
        form=form,
    )


def _paths(definition: Source, changed: Overlay) -> list[dict[str, Any]]:
    """Where each answer is looked for, and who says so."""
    now, moved = overlaid(definition, changed), {*changed.fields, *changed.documents}
    return [
        {
            "field": field_name(key),
            "where": fitting(shown(path)),
            "who": {"tag": "Office", "colour": "blue"} if key in moved else "Sources file",
        }
        for key, path in {**now.fields, **now.documents}.items()
    ]


def _choices(kept: Sequence[MapVersion]) -> list[dict[str, str]]:
    """What can be returned to, once anything was changed."""
    if not kept:
        return []
    earlier = [
        {"value": str(version.number), "text": f"Version {version.number}: {version.why}"}
        for version in kept[1:]
    ]
    return [{"value": "0", "text": "What the sources file says"}, *earlier]


def _version(version: MapVersion, definition: Source) -> dict[str, Any]:
    file = {**definition.fields, **definition.documents}
    what = "; ".join(
        f"{field_name(key)}: {shown(file.get(key)) or 'nowhere'} → {shown(path) or 'nowhere'}"
        for key, path in {**version.fields, **version.documents}.items()
    )
    return {
        "number": f"{version.number}{_undone(version.undoes)}",
        "at": version.at,
        "what": fitting(what) or "As the sources file says",
        "why": version.why,
        "who": version.by,
    }


def _undone(number: int | None) -> str:
    if number is None:
        return ""
    return f" (return to version {number})" if number else " (return to the file)"
