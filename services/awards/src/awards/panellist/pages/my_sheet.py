"""My sheet for one project: write it, lock it, or declare a conflict of interest."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response

from awards.fellows.act import Act
from awards.judging.blindness import others
from awards.judging.filling_in_sheets import score
from awards.judging.judging import Judging
from awards.judging.pages.cells import sheet_tag
from awards.judging.sheets import Sheet
from awards.judging.store import known_judging
from awards.panel.conflicts import KIND_NAMES
from awards.panel.deciding_conflicts import declare_conflict, declared_by_them
from awards.panel.panellists import Panellist
from awards.panel.store import known_panel, panellists_of
from awards.panellist.points import POINTS, typed_points
from awards.panellist.recognised import recognised, visible
from awards.projects.pages.poster import poster_file
from awards.projects.project import Project
from awards.web.access import Judge
from awards.web.acting import awards_of, people_here, perform
from awards.web.refused_form import refused_form
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Principal, actor_of, blank, flash, options, redirect, render
from nextstep_web.answers import files

router = APIRouter(prefix="/awards/panel/projects", tags=["pages"])
Text = Annotated[str, Form()]
LOCKING = ("lock", "lock-next")
Refusal = tuple[dict[str, Any], Refused]
"""A form as it was sent, and what is wrong with it."""


@router.get("/{key}")
async def sheet(request: Request, key: str, principal: Judge) -> Response:
    """My sheet for one project; the others' below it once mine is locked."""
    return await _page(request, key, principal)


async def _page(
    request: Request, key: str, principal: Principal, refused: Refusal | None = None
) -> Response:
    """The page as it stands, or with what was refused."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    panellists = judging.panel.panellists
    judge = recognised(panellists.values(), actor_of(request, principal))
    project = visible(judging.panel, judge, key)
    mine = judging.sheet((key, judge.id))
    return render(
        request,
        "awards/my_sheet.html",
        422 if refused else 200,
        project=project,
        authors=judging.panel.author_names(project),
        form=_shown(judging, refused) if refused else _filled(mine),
        mine=mine,
        state=sheet_tag(mine),
        method=judging.method,
        points=POINTS,
        others=[(panellists[one.panellist_id], one) for one in others(judging, mine.pair)],
        scoring=judging.scoring,
        kinds=options(list(KIND_NAMES.items())),
        next=_next(judging, judge, project),
    )


def _filled(sheet: Sheet) -> Any:
    points = {f"{POINTS}{name}": value for name, value in sheet.scores.items()}
    return blank(comment=sheet.comment, **points)


def _shown(judging: Judging, refused: Refusal) -> Any:
    typed, no = refused
    return refused_form(typed, no.prefixed(POINTS, judging.method.keys))


def _next(judging: Judging, judge: Panellist, project: Project) -> Project | None:
    """The project to score after this one: the next in the list without a locked sheet."""
    every = judging.panel.visible_to(judge.id)
    here = every.index(project)
    onward = (*every[here + 1 :], *every[:here])
    return next((one for one in onward if judging.sheet((one.id, judge.id)).waited_for), None)


@router.post("/{key}")
async def fill_in(
    request: Request, key: str, principal: Judge, comment: Text = "", do: Text = "save"
) -> Response:
    """Keep my sheet as a draft (`do=save`) or lock it (`do=lock`, or `lock-next` to go on)."""
    sent = await request.form()
    typed = {name: sent.getlist(name) for name in sent}
    here = awards_of(request)
    panellists = await panellists_of(here.read, here)
    judge = recognised(panellists.values(), actor_of(request, principal))
    pair = (key, judge.id)

    async def use_case(act: Act) -> Sheet:
        return await score(act, pair, typed_points(typed), comment, lock=do in LOCKING)

    try:
        kept = await perform(request, principal, use_case)
    except (AlreadySo, NoSuch):
        raise
    except Refused as refusal:
        if not refusal.fields:
            raise
        return await _page(request, key, principal, (typed, refusal))
    locked = kept.locked_at is not None
    flash(request, "Locked. You cannot change it any more." if locked else "Saved as a draft.")
    onward = str(sent.get("next", "")) if do == "lock-next" else ""
    return redirect(f"/awards/panel/projects/{quote(onward or key, safe='')}")


@router.post("/{key}/conflict")
async def declare(
    request: Request, key: str, principal: Judge, kind: Text = "", note: Text = ""
) -> Response:
    """Declare a conflict of interest: the project disappears from my pages at once."""
    here = awards_of(request)
    panellists = await panellists_of(here.read, here)
    judge = recognised(panellists.values(), actor_of(request, principal))
    pair, said = (key, judge.id), {"kind": kind, "note": note}
    if await perform(request, principal, lambda act: declared_by_them(act, pair, **said)):
        flash(request, "You have said so already. You will not see this project again.")
        return redirect("/awards/panel")
    await _mine(request, key, principal)
    await perform(request, principal, lambda act: declare_conflict(act, pair, **said))
    flash(request, "Recorded. You will not see this project again.")
    return redirect("/awards/panel")


@router.get("/{key}/poster", responses=files("application/pdf"))
async def poster(request: Request, key: str, principal: Judge) -> Response:
    """The poster of a project that I may see."""
    _, project = await _mine(request, key, principal)
    return await poster_file(request, project)


async def _mine(request: Request, key: str, principal: Principal) -> tuple[Panellist, Project]:
    """The panellist who is there, and the project if they may know of it."""
    here = awards_of(request)
    panel = await known_panel(here.read, here, people_here(request))
    judge = recognised(panel.panellists.values(), actor_of(request, principal))
    return judge, visible(panel, judge, key)
