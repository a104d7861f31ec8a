"""The panel and its conflicts on record."""

from collections.abc import Sequence

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find, get
from awards.fellows.store import known_fellows, people_at
from awards.panel.conflicts import Conflict
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from awards.panel.reader import panellists_who_are
from awards.projects.store import projects_of
from nextstep_contracts import NoSuch
from nextstep_messaging import Actor, Collection, Index
from nextstep_web.conflicts import closed_to, pairs_closed, viewer_of
from nextstep_web.employers import known_employers

COLLECTIONS = (
    Collection(Panellist.collection, (Index([("email", 1)]),)),
    Collection(Conflict.collection, (Index([("project_id", 1)]), Index([("panellist_id", 1)]))),
)


async def load_panellist(read: Reader, here: Awards, panellist_id: str) -> Panellist:
    """The panellist of this cohort.

    Raises:
        NoSuch: there is none with this id.

    """
    panellist = await get(read, Panellist, panellist_id)
    if panellist is None or panellist.cohort != here.cohort.id:
        raise NoSuch("There is no such panellist.")
    return panellist


async def panellists_of(read: Reader, here: Awards) -> dict[str, Panellist]:
    """The cohort's panellists by id, those who stood down included."""
    return {one.id: one for one in await find(read, Panellist, {"cohort": here.cohort.id})}


async def load_panel(read: Reader, here: Awards) -> Panel:
    """The panel with all that it has before it: at most a few hundred small documents.

    For rules. What somebody is shown is made from `known_panel`.
    """
    return Panel(
        cohort=here.cohort.id,
        organisations=here.cohort.awards.panel_organisations,
        fellows=await known_fellows(read),
        projects=await projects_of(read, here),
        panellists=await panellists_of(read, here),
        conflicts=tuple(await find(read, Conflict, {"cohort": here.cohort.id})),
        elsewhere=await pairs_closed(read),
        employers=await known_employers(read),
    )


async def known_panel(read: Reader, here: Awards, people: Sequence[Actor]) -> Panel:
    """The panel as these people may know it (see `people_here`)."""
    panel = await load_panel(read, here)
    closed = await closed_to_them(read, people)
    return panel.known_to(panellists_who_are(panel.panellists.values(), people), closed)


async def closed_to_them(read: Reader, people: Sequence[Actor]) -> frozenset[str]:
    """With whom these people had a conflict of interest when they applied: for staff among them.

    And themselves, where a member of staff is a Fellow.
    """
    staff = frozenset(viewer_of(one.who) for one in people if one.kind == "staff") - {""}
    return await closed_to(read, staff) | await people_at(read, staff)
