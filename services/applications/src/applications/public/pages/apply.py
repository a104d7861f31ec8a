"""`/apply/<cohort>`, and the same as JSON: for everybody, kept by caches, true within a minute."""

import hashlib
import json
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from applications.admissions.open_to_apply import OpenToApply, headline, open_to_apply
from applications.admissions.store import load_ledger
from applications.public import announcement
from applications.study_leave.store import calendar_of
from applications.web.acting import applications_here
from nextstep_contracts import NoSuch
from nextstep_programme import Cohort
from nextstep_web import redirect, render
from nextstep_web.footer import about_path
from nextstep_web.navigation import service_url

router = APIRouter(prefix="/apply", tags=["public"])

KEPT = 30
"""Seconds that browsers and caches may keep it: half of the minute within which it is true."""
NOTICE = about_path("applications", "privacy-applicants")
ANYWHERE = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
"""It holds nothing of anybody, and other web pages show it."""


@router.get("")
async def now_open(request: Request) -> Response:
    """Leads to the cohort of this site."""
    return redirect(_path(applications_here(request).cohort))


@router.get("/{cohort_id}.json", response_class=JSONResponse)
async def as_data(request: Request, cohort_id: str) -> Response:
    """Whether one can apply, for other web pages."""
    found, calendar, now = await _stands(request, cohort_id)
    home = service_url(request.app.state.pages.settings, "applications")
    data = announcement.as_data(
        found,
        calendar,
        page=home + _path(calendar),
        privacy_notice=home + NOTICE if _notice_is_there(request) else None,
    )
    answer = Response(json.dumps(data, ensure_ascii=False, indent=2), media_type="application/json")
    answer.headers.update(ANYWHERE)
    return _kept(request, answer, found, now)


@router.get("/{cohort_id}")
async def page(request: Request, cohort_id: str) -> Response:
    """Whether one can apply, until when and for what."""
    found, calendar, now = await _stands(request, cohort_id)
    answer = render(
        request,
        "applications/apply.html",
        cohort=calendar,
        found=found,
        headline=headline(found),
        explanation=announcement.explanation(found, calendar),
        can_apply=announcement.can_apply(found),
        who_can_join=announcement.who_can_join(calendar),
        documents=announcement.as_data(found, calendar, page="", privacy_notice=None)["documents"],
        attendance=announcement.attendance(calendar),
        dates=announcement.rows(calendar),
        notice=NOTICE if _notice_is_there(request) else None,
        data=f"{_path(calendar)}.json",
    )
    answer.headers["x-robots-tag"] = "all"
    return _kept(request, answer, found, now)


def _path(cohort: Cohort) -> str:
    return f"/apply/{cohort.id}"


async def _stands(request: Request, cohort_id: str) -> tuple[OpenToApply, Cohort, datetime]:
    here = applications_here(request)
    if cohort_id != here.cohort.id:
        raise NoSuch(
            f"There is no programme of that year here. The page of {here.cohort.title} is at"
            f" {_path(here.cohort)}."
        )
    now = here.messaging.clock.now()
    ledger = await load_ledger(here.db.read, here.cohort)
    missing = here.loaded.legal_pages.missing(request.app.state.pages.today())
    found = open_to_apply(here.cohort, ledger, missing, now)
    return found, _announced(await calendar_of(here.db.read, here.cohort), here.cohort), now


def _announced(calendar: Cohort, cohort: Cohort) -> Cohort:
    """The calendar without what the office added for Fellows: that was never announced."""
    known = {one.key for one in cohort.sessions}
    kept = tuple(one for one in calendar.sessions if one.key in known)
    return calendar.model_copy(update={"sessions": kept})


def _notice_is_there(request: Request) -> bool:
    pages = request.app.state.pages
    return pages.legal.in_force("privacy-applicants", pages.today()) is not None


def _kept(request: Request, answer: Response, found: OpenToApply, now: datetime) -> Response:
    """Let it be kept, never beyond a moment at which it is otherwise, and not be sent again."""
    left = (found.changes_at - now).total_seconds() if found.changes_at else KEPT
    seconds = max(0, min(KEPT, int(left)))
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    headers = {"cache-control": f"public, max-age={seconds}", "etag": tag}
    asked = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in asked or asked == ["*"]:
        same = {k: v for k, v in answer.headers.items() if k in {*ANYWHERE, "x-robots-tag"}}
        return Response(status_code=304, headers=headers | same)
    answer.headers.update(headers)
    return answer
