"""Saved views are kept, renamed and deleted. What they show is never copied, only the filter."""

from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Act
from applications.office.list.saved_views import LONGEST_NAME, MOST_VIEWS, view_of
from nextstep_contracts import Refused
from nextstep_messaging import Actor


async def save_view(
    act: Act, name: str, query: dict[str, list[str]], who: Actor, *, shared: bool
) -> None:
    """Keep a filter under a name.

    Raises:
        Refused: the name is taken or missing, or there are too many.

    """
    name = await _free_name(act, name, who)
    view_id = uuid4().hex
    document = {
        "_id": view_id,
        "cohort": act.cohort.id,
        "name": name,
        "query": query,
        "owner": who.who,
        "shared": shared,
    }
    await act.uow.collection(store.VIEWS).save(document)
    await act.audit(who, "save-view", view_id, "")


async def change_view(act: Act, view_id: str, name: str, who: Actor, *, shared: bool) -> None:
    """Give a view another name, or share it or stop sharing it.

    Raises:
        Refused: it is somebody else's own, or the name is taken or missing.

    """
    document = await _mine(act, view_id, who)
    name = await _free_name(act, name, who, but=view_id)
    # a shared view stays with the person who made it, whoever renames it
    await act.uow.collection(store.VIEWS).save(document | {"name": name, "shared": shared})
    await act.audit(who, "change-view", view_id, "Shared." if shared else "Personal.")


async def delete_view(act: Act, view_id: str, who: Actor) -> None:
    """Forget a view.

    Raises:
        Refused: it is somebody else's own, or gone.

    """
    await _mine(act, view_id, who)
    await act.uow.collection(store.VIEWS).delete({"_id": view_id})
    await act.audit(who, "delete-view", view_id, "")


async def _mine(act: Act, view_id: str, who: Actor) -> store.Document:
    document = await act.uow.collection(store.VIEWS).get(view_id)
    if document is None or not view_of(document).seen_by(who.who):
        raise Refused("There is no such view any more. Go back to the list.")
    return document


async def _free_name(act: Act, name: str, who: Actor, *, but: str = "") -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("Give the view a name.")
    rows = await act.uow.collection(store.VIEWS).find({"cohort": act.cohort.id})
    seen = [view for row in rows if (view := view_of(row)).seen_by(who.who)]
    if any(view.name.casefold() == name.casefold() and view.id != but for view in seen):
        raise Refused(f"There is a view called “{name}” already. Choose another name.")
    if not but and sum(view.owner == who.who for view in seen) >= MOST_VIEWS:
        raise Refused(f"You have {MOST_VIEWS} views. Delete one first.")
    return name
