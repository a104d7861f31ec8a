"""What the pages of a reviewed selection share, and what keeps conflicts out of the others."""

from typing import Annotated, Any

from fastapi import Depends, Request

from applications.admissions.act import Applications
from applications.review.case import Selection
from applications.review.dealing import coverage
from applications.review.sheets import SheetState
from applications.review.staging import blind
from applications.review.store import load_selection
from applications.web.acting import applications_here
from nextstep_contracts import NoSuch
from nextstep_web import Form, NotServed, Principal, require
from nextstep_web.display import plural

Panel = Annotated[Principal, Depends(require("office", "panel"))]
SHEET_COLOURS: dict[SheetState, str] = {"missing": "grey", "draft": "yellow", "locked": "green"}


async def reviewed_only(request: Request) -> None:
    """Let a page exist only where places are filled after a review."""
    if applications_here(request).cohort.selection.mode != "reviewed":
        raise NoSuch("Places of this cohort go by order of arrival: there is no review.")


def email_of(principal: Principal) -> str:
    """The address under which a member of staff is a reviewer, if at all."""
    return principal.subject.casefold()


async def comparing(request: Request, principal: Principal) -> Selection:
    """The selection for somebody who may compare scores now.

    Raises:
        Refused: the person reviews and has sheets to lock first.

    """
    here = applications_here(request)
    selection = await load_selection(here.db.read, here.cohort)
    if blind(selection, principal.subject):
        raise NotServed(
            "You are a reviewer yourself and have not locked all your sheets. Comparisons and "
            "decisions open for you once they are locked: see “My reviews”.",
            403,
        )
    return selection


def reviews_only(here: Applications, person: Principal) -> bool:
    """Whether somebody has nothing to do in this service but to review."""
    reviewed = here.cohort.selection.mode == "reviewed"
    return reviewed and person.has("panel") and not person.has("office", "read_only")


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
