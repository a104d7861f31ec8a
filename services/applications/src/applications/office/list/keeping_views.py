"""Saved views are kept, renamed and deleted. What they show is never copied, only the filter."""

from uuid import uuid4

from applications.admissions.act import Act
from applications.office.list import store
from applications.office.list.saved_views import LONGEST_NAME, MOST_VIEWS, SavedView
from nextstep_contracts import AlreadySo, Refused


async def save_view(act: Act, name: str, query: dict[str, list[str]], *, shared: bool) -> None:
    """Keep a filter under a name.

    Raises:
        AlreadySo: this filter is kept under this name.
        Refused: the name is taken or missing, or there are too many.

    """
    called = " ".join(name.split())[:LONGEST_NAME]
    for one in await store.views_for(act.read, act.cohort, act.actor.who):
        if (one.name, one.query, one.shared, one.owner) == (called, query, shared, act.actor.who):
            raise AlreadySo(f"It is saved as “{called}” already.")
    view = SavedView(
        id=uuid4().hex,
        cohort=act.cohort.id,
        name=await _free_name(act, name),
        query=query,
        owner=act.actor.who,
        shared=shared,
    )
    await store.save_view(act.uow, view)
    act.audit("save-view", view.id, why="")


async def change_view(act: Act, view_id: str, name: str, *, shared: bool) -> None:
    """Give a view another name, or share it or stop sharing it.

    Raises:
        Refused: it is somebody else's own, or the name is taken or missing.

    """
    view = await _mine(act, view_id)
    name = await _free_name(act, name, but=view)
    # a shared view stays with the person who made it, whoever renames it
    await store.save_view(act.uow, view.model_copy(update={"name": name, "shared": shared}))
    act.audit("change-view", view_id, why="Shared." if shared else "Personal.")


async def delete_view(act: Act, view_id: str) -> None:
    """Forget a view.

    Raises:
        AlreadySo: it is gone, or somebody else's own, which reads the same.

    """
    try:
        view = await _mine(act, view_id)
    except Refused as gone:
        raise AlreadySo("There is no such view any more.") from gone
    await store.delete_view(act.uow, view)
    act.audit("delete-view", view_id, why="")


async def _mine(act: Act, view_id: str) -> SavedView:
    view = await store.find_view(act.read, view_id)
    if view is None or view.cohort != act.cohort.id or not view.seen_by(act.actor.who):
        raise Refused("There is no such view any more. Go back to the list.")
    return view


async def _free_name(act: Act, name: str, *, but: SavedView | None = None) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("Give the view a name.")
    seen = await store.views_for(act.read, act.cohort, act.actor.who)
    if any(one.name.casefold() == name.casefold() and one != but for one in seen):
        raise Refused(f"There is a view called “{name}” already. Choose another name.")
    if but is None and sum(view.owner == act.actor.who for view in seen) >= MOST_VIEWS:
        raise Refused(f"You have {MOST_VIEWS} views. Delete one first.")
    return name
