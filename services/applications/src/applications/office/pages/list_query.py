"""A look at the list of applications as a request asks for it."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from fastapi import Request

from applications.admissions.store import people_with_bounces
from applications.office.list.card import Card
from applications.office.list.card_index import CardIndex
from applications.office.list.filters import Around, ListFilter, Query, cleaned, found, ordered
from applications.study_leave.store import calendar_of
from applications.web.access import hidden_ids
from applications.web.acting import applications_here
from applications.web.cells import application_path
from nextstep_web import principal_of


@dataclass(frozen=True)
class Look:
    """All cards as they are now, and what follows from the moment and from the emails."""

    cards: Collection[Card]
    around: Around

    def find(self, want: ListFilter) -> list[Card]:
        """The applications that match, in the order asked for."""
        return found(self.cards, want, self.around)


async def look(request: Request) -> Look:
    """Look at the list now, without what a conflict of interest hides from whoever asks."""
    here = applications_here(request)
    index: CardIndex = request.app.state.cards
    cards = await index.current(here.db, here.cohort.id)
    principal = principal_of(request)
    if principal and (hidden := await hidden_ids(request, principal)):
        cards = [card for card in cards if card.id not in hidden]
    now = here.messaging.clock.now()
    calendar = await calendar_of(here.db.read, here.cohort)
    return Look(cards, Around(calendar, now, await people_with_bounces(here.db.read)))


def query_of(request: Request) -> Query:
    """The filter that the address of a request says."""
    params = request.query_params
    return {key: params.getlist(key) for key in params}


def parsed(text: str) -> Query:
    """A filter from the text of a query string, as a form carries it on."""
    return parse_qs(text[:4000], max_num_fields=50)


def encoded(query: Query) -> str:
    """A filter as the query string of the list, without what means nothing."""
    return urlencode(cleaned(query), doseq=True)


def list_path(query: Query) -> str:
    """Where the list is, filtered like this."""
    said = encoded(query)
    return f"/applications/list?{said}" if said else "/applications/list"


@dataclass(frozen=True)
class Neighbours:
    """Where an application is in the list that somebody came from."""

    back: str
    position: int | None
    """None: it is not in the list (any more), and these are those around where it would be."""
    total: int
    previous: str | None
    following: str | None


def neighbours(
    seen: Look, want: ListFilter, application_id: str, query: Query
) -> Neighbours | None:
    """The applications before and after one in a list; None if there is none to be known.

    One that a decision took out of the list still leads on to those that were around it.
    """
    ids = [card.id for card in seen.find(want)]
    inside, total = application_id in ids, len(ids)
    if not inside:
        this = [card for card in seen.cards if card.id == application_id]
        if not this:
            return None
        cards = ordered([*seen.find(want), *this], want.sort)
        ids = [card.id for card in cards]
    at = ids.index(application_id)

    def path(n: int) -> str | None:
        there = 0 <= n < len(ids)
        return f"{application_path(ids[n])}?{from_list(query)}" if there else None

    position = at + 1 if inside else None
    return Neighbours(list_path(query), position, total, path(at - 1), path(at + 1))


def from_list(query: Query) -> str:
    """What a link to an application carries so that one finds the way back to the list."""
    return urlencode({"list": encoded(query)})


def came_from(request: Request) -> Query | None:
    """The filter of the list that somebody came to an application from, if they did."""
    text = request.query_params.get("list")
    return None if text is None else parsed(text)


def back_to(request: Request, application_id: str, queue: Query | None = None) -> str:
    """The page of an application, with the way back to the list kept; else to this queue."""
    query = came_from(request)
    query = queue if query is None else query
    path = application_path(application_id)
    return path if query is None else f"{path}?{from_list(query)}"
