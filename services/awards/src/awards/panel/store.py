"""The panel and its conflicts on record."""

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find, get
from awards.fellows.store import known_fellows
from awards.panel.conflicts import Conflict
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from awards.projects.store import projects_of
from nextstep_contracts import NoSuch
from nextstep_messaging import Collection, Index

COLLECTIONS = (
    Collection(Panellist.collection, (Index([("email", 1)]),)),
    Collection(Conflict.collection, (Index([("project_id", 1)]), Index([("panellist_id", 1)]))),
)


async def load_panellist(read: Reader, panellist_id: str) -> Panellist:
    """The panellist.

    Raises:
        NoSuch: there is none with this id.

    """
    panellist = await get(read, Panellist, panellist_id)
    if panellist is None:
        raise NoSuch("There is no such panellist.")
    return panellist


async def panellists_of(read: Reader, here: Awards) -> dict[str, Panellist]:
    """The cohort's panellists by id, those who stood down included."""
    return {one.id: one for one in await find(read, Panellist, {"cohort": here.cohort.id})}


async def load_panel(read: Reader, here: Awards) -> Panel:
    """The panel with all that it has before it: at most a few hundred small documents."""
    return Panel(
        cohort=here.cohort.id,
        organisations=here.cohort.awards.panel_organisations,
        fellows=await known_fellows(read),
        projects=await projects_of(read, here),
        panellists=await panellists_of(read, here),
        conflicts=tuple(await find(read, Conflict, {"cohort": here.cohort.id})),
    )
