"""Saved views are kept, renamed and deleted. What they show is never copied, only the filter."""

from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Act
from applications.office.list.saved_views import LONGEST_NAME, MOST_VIEWS, view_of
from nextstep_contracts import Refused


async def save_view(act: Act, name: str, query: dict[str, list[str]], *, shared: bool) -> None:
    """Keep a filter under a name.

    Raises:
        Refused: the name is taken or missing, or there are too many.

    """
    name = await _free_name(act, name)
    view_id = uuid4().hex
    document = {
        "_id": view_id,
        "cohort": act.cohort.id,
        "name": name,
        "query": query,
        "owner": act.actor.who,
        "shared": shared,
    }
    await act.uow.collection(store.VIEWS).save(document)
    act.audit("save-view", view_id, why="")


async def change_view(act: Act, view_id: str, name: str, *, shared: bool) -> None:
    """Give a view another name, or share it or stop sharing it.

    Raises:
        Refused: it is somebody else's own, or the name is taken or missing.

    """
    document = await _mine(act, view_id)
    name = await _free_name(act, name, but=view_id)
    # a shared view stays with the person who made it, whoever renames it
    await act.uow.collection(store.VIEWS).save(document | {"name": name, "shared": shared})
    act.audit("change-view", view_id, why="Shared." if shared else "Personal.")


async def delete_view(act: Act, view_id: str) -> None:
    """Forget a view.

    Raises:
        Refused: it is somebody else's own, or gone.

    """
    await _mine(act, view_id)
    await act.uow.collection(store.VIEWS).delete({"_id": view_id})
    act.audit("delete-view", view_id, why="")


async def _mine(act: Act, view_id: str) -> store.Document:
    document = await act.uow.collection(store.VIEWS).get(view_id)
    if document is None or not view_of(document).seen_by(act.actor.who):
        raise Refused("There is no such view any more. Go back to the list.")
    return document


async def _free_name(act: Act, name: str, *, but: str = "") -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("Give the view a name.")
    rows = await act.uow.collection(store.VIEWS).find({"cohort": act.cohort.id})
    seen = [view for row in rows if (view := view_of(row)).seen_by(act.actor.who)]
    if any(view.name.casefold() == name.casefold() and view.id != but for view in seen):
        raise Refused(f"There is a view called “{name}” already. Choose another name.")
    if not but and sum(view.owner == act.actor.who for view in seen) >= MOST_VIEWS:
        raise Refused(f"You have {MOST_VIEWS} views. Delete one first.")
    return name
