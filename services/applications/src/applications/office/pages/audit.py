"""What the entries of the audit trail are about, for the office."""

from fastapi import Request

from applications.review.pages.access import closed_here
from applications.web.cells import application_path
from nextstep_web import About, AuditTrail, NotServed, Principal, Telling
from nextstep_web.audit_page import Entry

ABOUT_THE_COHORT = {
    "add-reviewer",
    "stand-down-reviewer",
    "deal-reviews",
    "stage-by-rank",
    "drop-drafts",
    "apply-drafts",
}
EMPLOYER_DEEDS = (
    "add-employer",
    "change-employer",
    "name-employer",
    "merge-employers",
    "separate-employers",
)


async def telling(request: Request, reader: Principal) -> Telling:
    """Every entry leads to what was changed.

    The trail is one chain, numbered through, about all applications: it has no part that somebody
    could read who must not know one of them, or not yet how they compare.

    Raises:
        NotServed: the reader takes no part in comparing, or not yet.

    """
    if why := await closed_here(request, reader):
        raise NotServed(why, 403)
    return Telling(lambda entry: About(href=_path(entry)))


AUDIT = AuditTrail(telling)


def _path(entry: Entry) -> str:
    """The page of what was changed."""
    action, about = str(entry["action"]), str(entry["about"])
    if action in ABOUT_THE_COHORT:
        return "/applications/selection"
    if action == "replay" or action.endswith("-receipt"):
        return f"/applications/receipts/{about}"
    pages = {
        "change-map": f"/applications/maps/{about.partition(':')[0]}",
        "replay-all": f"/applications/quarantine/source/{about}",
        "reconcile": "/applications/reconciliation",
        **dict.fromkeys(
            ("change-places", "close-applications", "reopen-applications"), "/applications/ledger"
        ),
        **dict.fromkeys(EMPLOYER_DEEDS, f"/applications/employers/{about}"),
        **dict.fromkeys(("save-view", "change-view", "delete-view"), "/applications/views"),
    }
    return pages.get(action, application_path(about))
