"""Saved views are kept, renamed and deleted. What they show is never copied, only the filter."""

from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Desk, Doer
from applications.admissions.states import NotAllowedError
from applications.office.list.saved_views import LONGEST_NAME, MOST_VIEWS, view_of


async def save_view(
    desk: Desk, name: str, query: dict[str, list[str]], who: Doer, *, shared: bool
) -> None:
    """Keep a filter under a name.

    Raises:
        NotAllowedError: the name is taken or missing, or there are too many.

    """
    name = await _free_name(desk, name, who)
    view_id = uuid4().hex
    document = {
        "_id": view_id,
        "cohort": desk.cohort.id,
        "name": name,
        "query": query,
        "owner": who.actor.who,
        "shared": shared,
    }
    await desk.uow.collection(store.VIEWS).save(document)
    await desk.audit(who, "save-view", view_id, "")


async def change_view(desk: Desk, view_id: str, name: str, who: Doer, *, shared: bool) -> None:
    """Give a view another name, or share it or stop sharing it.

    Raises:
        NotAllowedError: it is somebody else's own, or the name is taken or missing.

    """
    document = await _mine(desk, view_id, who)
    name = await _free_name(desk, name, who, but=view_id)
    # a shared view stays with the person who made it, whoever renames it
    await desk.uow.collection(store.VIEWS).save(document | {"name": name, "shared": shared})
    await desk.audit(who, "change-view", view_id, "Shared." if shared else "Personal.")


async def delete_view(desk: Desk, view_id: str, who: Doer) -> None:
    """Forget a view.

    Raises:
        NotAllowedError: it is somebody else's own, or gone.

    """
    await _mine(desk, view_id, who)
    await desk.uow.collection(store.VIEWS).delete({"_id": view_id})
    await desk.audit(who, "delete-view", view_id, "")


async def _mine(desk: Desk, view_id: str, who: Doer) -> store.Document:
    document = await desk.uow.collection(store.VIEWS).get(view_id)
    if document is None or not view_of(document).seen_by(who.actor.who):
        raise NotAllowedError("There is no such view any more. Go back to the list.")
    return document


async def _free_name(desk: Desk, name: str, who: Doer, *, but: str = "") -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise NotAllowedError("Give the view a name.")
    rows = await desk.uow.collection(store.VIEWS).find({"cohort": desk.cohort.id})
    seen = [view for row in rows if (view := view_of(row)).seen_by(who.actor.who)]
    if any(view.name.casefold() == name.casefold() and view.id != but for view in seen):
        raise NotAllowedError(f"There is a view called “{name}” already. Choose another name.")
    if not but and sum(view.owner == who.actor.who for view in seen) >= MOST_VIEWS:
        raise NotAllowedError(f"You have {MOST_VIEWS} views. Delete one first.")
    return name
