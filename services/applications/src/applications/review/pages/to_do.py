"""What there is to do for the office in a reviewed selection."""

from applications.admissions.act import Applications
from applications.review.dealing import coverage
from applications.review.store import load_selection
from nextstep_web.display import plural


async def review_todos(here: Applications) -> list[dict[str, str]]:
    """What there is to do for the office in a reviewed selection."""
    if here.cohort.selection.mode != "reviewed":
        return []
    selection = await load_selection(here.db.read, here.cohort)
    found = [
        coverage(c, selection.method, selection.active) for c in selection.cases if c.under_review
    ]
    drafts = sum(case.review.draft is not None for case in selection.cases)
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
