"""What the pages of a reviewed selection share, and what keeps conflicts out of the others."""

from typing import Annotated, Any

from fastapi import Depends, Request

from applications.review.case import Selection
from applications.review.dealing import coverage
from applications.review.sheets import SheetState
from applications.review.staging import blind
from applications.review.store import hidden_from, load_selection
from applications.web.acting import Site, site
from nextstep_contracts import NoSuch
from nextstep_web import Form, NotServed, Principal, principal_of, require
from nextstep_web.display import plural

Panel = Annotated[Principal, Depends(require("office", "panel"))]
SignedIn = Annotated[Principal, Depends(require())]
SHEET_COLOURS: dict[SheetState, str] = {"missing": "grey", "draft": "yellow", "locked": "green"}


async def reviewed_only(request: Request) -> None:
    """Let a page exist only where places are filled after a review."""
    if site(request).cohort.selection.mode != "reviewed":
        raise NoSuch("Places of this cohort go by order of arrival: there is no review.")


def email_of(principal: Principal) -> str:
    """The address under which a member of staff is a reviewer, if at all."""
    return principal.subject.casefold()


async def hidden_ids(here: Site, principal: Principal) -> frozenset[str]:
    """Applications that a conflict of interest hides from somebody, everywhere."""
    return await hidden_from(here.db.read, here.cohort, principal.subject)


async def without_conflicts(here: Site, principal: Principal, field: str) -> dict[str, Any]:
    """The same as a condition of a query on the field that holds the application's id."""
    hidden = await hidden_ids(here, principal)
    return {field: {"$nin": sorted(hidden)}} if hidden else {}


async def conflict_free(request: Request) -> None:
    """Let a hidden application look like none at all, at every address below its own."""
    principal = principal_of(request)
    wanted = request.path_params.get("application_id")
    if principal and wanted and wanted in await hidden_ids(site(request), principal):
        raise NoSuch("There is no such application.")


async def hides_nothing(request: Request) -> None:
    """Let a page that shows or changes all applications exist for those who may see all of them."""
    principal = principal_of(request)
    if principal and await hidden_ids(site(request), principal):
        raise NotServed(
            "You review applications of this cohort and have a conflict of interest with some. "
            "This page shows all of them: ask a colleague without one.",
            403,
        )


async def comparing(request: Request, principal: Principal) -> Selection:
    """The selection for somebody who may compare scores now.

    Raises:
        Refused: the person reviews and has sheets to lock first.

    """
    here = site(request)
    selection = await load_selection(here.db.read, here.cohort)
    if blind(selection, principal.subject):
        raise NotServed(
            "You are a reviewer yourself and have not locked all your sheets. Comparisons and "
            "decisions open for you once they are locked: see “My reviews”.",
            403,
        )
    return selection


def reviews_only(here: Site, person: Principal) -> bool:
    """Whether somebody has nothing to do in this service but to review."""
    reviewed = here.cohort.selection.mode == "reviewed"
    return reviewed and person.has("panel") and not person.has("office", "read_only")


async def review_todos(here: Site) -> list[dict[str, str]]:
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


def seen_again(typed: dict[str, list[str]], fields: dict[str, str], prefix: str = "") -> Form[Any]:
    """A form with what was typed and what a rule refused; criteria have a prefix before them."""
    return Form(typed, None, {f"{prefix}{name}": text for name, text in fields.items()})


async def typed_in(request: Request) -> dict[str, list[str]]:
    """What was typed, by field."""
    sent = await request.form()
    return {name: [str(value) for value in sent.getlist(name)] for name in sent}


def last(typed: dict[str, list[str]], name: str) -> str:
    """The value of a field, without surrounding blanks."""
    return typed.get(name, [""])[-1].strip()


def number(text: str, most_digits: int = 4) -> int | None:
    """A whole number that was typed; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None
