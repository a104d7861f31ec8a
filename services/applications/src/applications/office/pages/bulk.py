"""Many applications at once: choose, see what would happen, confirm, read what was done."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from applications.office.list import store
from applications.office.list.bulk import (
    ACTIONS,
    MOST,
    BulkChange,
    BulkItem,
    BulkOutcome,
    Effect,
    items_of,
    tally,
)
from applications.office.list.bulk_changes import STEPS, begin, do_apart, rehearse
from applications.office.list.card import Card
from applications.office.list.filters import list_filter
from applications.office.pages.list_query import encoded, list_path, look, parsed
from applications.office.pages.spreadsheet import spreadsheet
from applications.web.access import Office, Reader, hidden_ids, hides_nothing
from applications.web.acting import actor, applications_here
from applications.web.cells import application_path
from nextstep_contracts import NoSuch
from nextstep_web import (
    Form,
    NotServed,
    Principal,
    blank,
    correlation_id,
    flash,
    read_form,
    redirect,
    render,
)
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/applications/bulk", tags=["pages"])

COMPARING = frozenset({"reject"})
"""What decides between applications: for those alone who may know all of them."""
NOTHING = "Nothing was confirmed under this address."


class Confirmation(BaseModel):
    """That what was shown is wanted."""

    action: str
    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    """Made with the dry run: what is confirmed twice is done once."""
    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]
    items: list[str]
    filter: str = ""


@router.post("", responses=TABLE_FILES)
async def choose(request: Request, office: Office) -> Response:
    """Show what an action would do to the chosen applications; nothing is changed."""
    sent = await request.form()
    action, query = str(sent.get("action", "")), str(sent.get("filter", ""))
    chosen = await _chosen(request, sent)
    if action == "export":
        knows_all = not await hidden_ids(request, office)
        columns = parsed(query).get("column", ())  # chosen with the filter
        ids = [card.id for card in chosen]
        return await spreadsheet(request, ids, knows_all=knows_all, columns=columns)
    if action in COMPARING:
        await hides_nothing(request, office)
    if action not in STEPS:
        raise NotServed("Choose what to do with the applications. Go back and choose again.", 422)
    items = [BulkItem(card.id, card.version) for card in chosen]
    return await _dry_run(request, office, action, items, filtered=query)


async def _chosen(request: Request, sent: FormData) -> list[Card]:
    """The applications that were ticked, or all that the filter shows, in the list's order."""
    view = await look(request)
    cards = view.find(list_filter(parsed(str(sent.get("filter", "")))))
    if sent.get("which") != "all":
        ticked = set(sent.getlist("id"))
        cards = [card for card in cards if card.id in ticked]
    if sent.get("action") != "export":
        cards.sort(key=lambda card: (card.first_submitted_at, card.reference))  # whose turn it is
    if not cards:
        raise NotServed("No application is chosen. Go back and tick some, or choose all.", 422)
    if len(cards) > MOST and sent.get("action") != "export":
        raise NotServed(
            f"{len(cards):,} applications are too many for one go; {MOST} is the most. "
            "Go back and narrow the filter.",
            422,
        )
    return cards


@router.post("/confirm")
async def confirm(request: Request, office: Office) -> Response:
    """Do it: each application in a transaction of its own."""
    form = await read_form(request, Confirmation)
    action, items = form.value("action"), items_of(form.values_of("items"))
    shown = {card.id for card in (await look(request)).cards}
    complete = all(item.application_id in shown for item in items)
    if action not in STEPS or not complete or not 0 < len(items) <= MOST:
        raise NotServed("This form is not complete. Go back to the list and begin again.", 422)
    if action in COMPARING:
        await hides_nothing(request, office)
    if not form.valid:
        return await _dry_run(
            request, office, action, items, filtered=form.value("filter"), form=form
        )
    here, who = applications_here(request), actor(request, office)
    change = BulkChange(
        key=form.data.key,
        cohort=here.cohort.id,
        action=action,
        items=tuple(item.application_id for item in items),
        who=who.name,
        by=who.who,
        at=here.messaging.clock.now(),
    )
    await begin(here, change)
    for item in items:
        await do_apart(
            here, item, change, form.data.reason, who=who, correlation_id=correlation_id(request)
        )
    flash(request, "Done. This page says what became of each application.")
    return redirect(f"/applications/bulk/{change.key}")


@router.get("/{key}")
async def report(request: Request, reader: Reader, key: str) -> Response:
    """What became of each application."""
    here = applications_here(request)
    change = await store.find_change(here.db.read, key)
    if change is None:
        raise NoSuch(NOTHING)
    hidden = await hidden_ids(request, reader)
    items = [one for one in change.items if one not in hidden]
    if not items:
        raise NoSuch(NOTHING)
    reached = await store.outcomes_of(here.db.read, key)
    view = await look(request)
    people = {card.id: card for card in view.cards}
    missing = [
        BulkOutcome(one, done=False, text="Not reached yet. Send the confirmation again.")
        for one in items
        if one not in reached
    ]
    ordered = [reached[one] for one in items if one in reached]
    return render(
        request,
        "applications/bulk_report.html",
        action=ACTIONS[change.action],
        who=change.who,
        at=change.at,
        tally=tally(ordered, len(items)),
        refused=[_row(o, people) for o in [*missing, *ordered] if not o.done],
        done=[_row(o, people) for o in ordered if o.done],
    )


async def _dry_run(
    request: Request,
    office: Principal,
    action: str,
    items: Sequence[BulkItem],
    *,
    filtered: str,
    form: Form[Any] | None = None,
) -> Response:
    here, query = applications_here(request), parsed(filtered)
    outcomes, effect = await rehearse(here, items, action, actor(request, office))
    partial = bool(await hidden_ids(request, office))
    view = await look(request)
    people = {card.id: card for card in view.cards}
    return render(
        request,
        "applications/bulk_dry_run.html",
        422 if form else 200,
        action=action,
        title=ACTIONS[action],
        key=(form and form.value("key")) or uuid4().hex,
        items=[str(item) for item in items],
        tally=tally(outcomes, len(items)),
        would=[_row(o, people) for o in outcomes if o.done],
        refused=[_row(o, people) for o in outcomes if not o.done],
        effect=[] if partial else _effect(effect),
        form=form or blank(),
        filter=encoded(query),
        back=list_path(query),
    )


def _effect(effect: Effect) -> list[dict[str, Any]]:
    return effect.rows() if effect.before != effect.after else []


def _row(outcome: BulkOutcome, people: Mapping[str, Card]) -> dict[str, Any]:
    person = people.get(outcome.application_id)
    if person is None:
        return {"who": "An application that is not there", "what": outcome.text}
    who = {"text": f"{person.reference} {person.name}", "href": application_path(person.id)}
    return {"who": who, "what": outcome.text}
