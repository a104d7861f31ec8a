"""What there is to do for the office in a reviewed selection."""

from fastapi import Request

from applications.review.dealing import coverage
from applications.review.pages.access import closed_here, seen_selection
from applications.web.acting import applications_here
from nextstep_web import Principal
from nextstep_web.display import plural


async def review_todos(request: Request, reader: Principal) -> list[dict[str, str]]:
    """What there is to do for the office in a reviewed selection, as whoever asks may know it."""
    if applications_here(request).cohort.selection.mode != "reviewed":
        return []
    selection = await seen_selection(request, reader)
    found = [
        coverage(c, selection.method, selection.active) for c in selection.cases if c.under_review
    ]
    drafts = sum(case.review.draft is not None for case in selection.cases)
    if await closed_here(request, reader):
        drafts = 0
    path = "/applications/selection"
    entries = [
        (
            sum(one.lacking > 0 for one in found),
            "application",
            "lacking reviewers",
            f"{path}?review=lacking",
        ),
        (
            len(selection.unanswered),
            "possible conflict of interest",
            "to answer",
            f"{path}/reviewers",
        ),
        (drafts, "staged decision", "not applied yet", f"{path}/decisions"),
    ]
    return [
        {"text": f"{plural(count, what)} {rest}", "href": href}
        for count, what, rest, href in entries
        if count
    ]
