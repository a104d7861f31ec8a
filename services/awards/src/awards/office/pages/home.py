"""The office's first page: what waits, and the figures of the year."""

from fastapi import APIRouter, Request, Response

from awards.fellows.store import latest_emails
from awards.graduation.store import dry_run
from awards.graduation.who_graduates import DryRun
from awards.judging.judging import Judging
from awards.office.todos import todos
from awards.result.store import known_result, load_result
from awards.web.access import Staff
from awards.web.acting import awards_of, people_here
from nextstep_web import audit_todos, redirect, render
from nextstep_web.conflicts import ClosedPeople

router = APIRouter(prefix="/awards", tags=["pages"])


@router.get("/")
async def home(request: Request, principal: Staff, closed: ClosedPeople) -> Response:
    """The first page of the service; the panel's own is another."""
    if not principal.has("office", "read_only"):
        return redirect("/awards/panel")
    here = awards_of(request)
    result = await known_result(here.read, here, people_here(request))
    judging = result.judging
    # who graduates follows from everything; what is said of judging, from what may be known
    told = not (closed or judging.panel.left_out)
    run = await dry_run(here.read, here, await load_result(here.read, here)) if told else None
    emails = await latest_emails(here.read, [one.id for one in judging.panel.judges])
    bounced = sum(1 for one in emails.values() if one.outcome != "sent")
    # what could not be handled is about all, and read by who may know all
    dead = await here.messaging.dead_letters.count() if judging.whole else 0
    return render(
        request,
        "awards/home.html",
        left_out=not judging.whole,
        cohort=here.cohort,
        todos=[*await audit_todos(here.messaging), *todos(result, run, bounced, dead)],
        figures=_figures(judging, run),
        chart=[(one.panellist.name, one.locked) for one in judging.progress],
    )


def _figures(judging: Judging, run: DryRun | None) -> list[dict[str, object]]:
    panel = judging.panel
    active = sum(1 for one in panel.fellows.values() if one.active)
    return [
        {"label": "Fellows", "value": active},
        {"label": "Projects", "value": len(panel.projects), "href": "/awards/projects"},
        {
            "label": "In judging",
            "value": len(panel.competing),
            "href": "/awards/projects?state=submitted",
        },
        {"label": "Panellists", "value": len(panel.judges), "href": "/awards/panellists"},
        {
            "label": "Sheets locked",
            "value": f"{judging.locked} / {len(judging.expected)}",
            "href": "/awards/scoring",
        },
        *(
            [{"label": "Graduated", "value": len(run.graduations), "href": "/awards/graduation"}]
            if run
            else []
        ),
    ]
