"""Keep the sets and their meetings true to who is a Fellow, and tell everybody what changed."""

from collections.abc import Iterable

from nextstep_contracts import LearningSet, SetMember, SetsAllocated
from scheduling.calendar.session import Session
from scheduling.calendar.session_changes import change
from scheduling.calendar.store import save_session, sessions_of
from scheduling.fellows.act import Act
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_of
from scheduling.learning_sets.allocation import Allocation, set_id
from scheduling.learning_sets.membership import membership
from scheduling.learning_sets.store import allocation_of, save_allocation


async def resettle(act: Act) -> None:
    """After somebody joined, left or was erased: work out the sets anew, if there are any."""
    allocation = await allocation_of(act.read, act.cohort.id)
    if allocation is not None:
        await settle(act, allocation)


async def settle(act: Act, allocation: Allocation) -> None:
    """Save the allocation (always, so that two who join at once do not miss each other)."""
    fellows = await fellows_of(act.read, act.cohort.id)
    members, waiting = membership(allocation, fellows, act.cohort.zone)
    meetings = await _invite(act, allocation, fellows)
    settled = allocation.model_copy(update={"members": members, "waiting": waiting})
    if members != allocation.members:
        settled = settled.model_copy(update={"revision": allocation.revision + 1})
        act.uow.publish(_allocated(settled, fellows, meetings))
    await save_allocation(act.uow, settled)


async def _invite(act: Act, allocation: Allocation, fellows: Iterable[Fellow]) -> list[Session]:
    """Bring each meeting's audience up to date: the members of its set on its day."""
    meetings = [one for one in await sessions_of(act.read, act.cohort.id) if one.set_id]
    days = {meeting.on for meeting in meetings}
    members = {day: membership(allocation, fellows, act.cohort.zone, day)[0] for day in days}
    numbers = {set_id(allocation.cohort, n): n for n in range(1, len(allocation.dealt) + 1)}
    for meeting in meetings:
        audience = members[meeting.on][numbers[meeting.set_id or ""] - 1]
        if not meeting.live or audience == meeting.audience:
            continue
        changed, event = change(meeting, {"audience": audience})
        await save_session(act.uow, changed)
        if event:
            act.uow.publish(event)
    return meetings


def _allocated(
    allocation: Allocation, fellows: Iterable[Fellow], meetings: Iterable[Session]
) -> SetsAllocated:
    names = {fellow.person_id: fellow.name for fellow in fellows}
    in_order = sorted(meetings, key=lambda meeting: meeting.number or 0)
    sets = []
    for number, members in enumerate(allocation.members, start=1):
        own = set_id(allocation.cohort, number)
        sets.append(
            LearningSet(
                set_id=own,
                name=f"Set {number}",
                members=tuple(SetMember(person_id=p, name=names[p]) for p in members),
                session_ids=tuple(one.session_id for one in in_order if one.set_id == own),
            )
        )
    return SetsAllocated(cohort=allocation.cohort, revision=allocation.revision, sets=tuple(sets))
