"""Allocate the Fellows to learning sets, swap them, and keep the sets true to who is a Fellow."""

from nextstep_contracts import LearningSet, Refused, SetMember, SetsAllocated
from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, record
from scheduling import learning_sets, store
from scheduling.fellows import Fellow
from scheduling.learning_sets import set_id
from scheduling.membership import Allocation, membership
from scheduling.programme import Programme
from scheduling.sessions import Session, change, schedule


async def allocate(uow: UnitOfWork, programme: Programme, actor: Actor) -> None:
    """Deal the Fellows out, create the sessions of each set and tell everybody.

    Raises:
        Refused: it was done already, or there are not enough seats.

    """
    cohort = programme.cohort
    if await store.allocation(uow.collection, cohort.id):
        raise Refused("The sets are allocated already. Let Fellows swap places instead.")
    people = [f for f in await store.fellows(uow.collection, programme.cohort.id) if f.active]
    dealt = learning_sets.deal(people, cohort.learning_sets, cohort.id)
    fresh = Allocation(
        cohort=cohort.id, dealt=dealt, dealt_at=uow.now, size=cohort.learning_sets.size
    )
    for number, members in enumerate(dealt, start=1):
        for meeting in learning_sets.meetings(cohort, number):
            planned = meeting.model_copy(update={"audience": members})
            announced, event = schedule(planned)
            await store.save_session(uow, announced)
            if event:
                uow.publish(event)
    await record(uow, actor, "allocated learning sets", cohort.id, sets=len(dealt))
    await _settle(uow, programme, fresh)


async def swap(
    uow: UnitOfWork, programme: Programme, actor: Actor, *, first: str, second: str, reason: str
) -> None:
    """Let two Fellows change places for good.

    Raises:
        Refused: the sets are not allocated, or the swap makes no sense.

    """
    allocation = await store.allocation(uow.collection, programme.cohort.id)
    if allocation is None:
        raise Refused("The sets are not allocated yet.")
    swapped = learning_sets.swap(allocation, first, second, reason=reason, by=actor.who, at=uow.now)
    for person_id in (first, second):
        await record(uow, actor, "swapped learning sets", person_id, reason=reason)
    await _settle(uow, programme, swapped)


async def resettle(uow: UnitOfWork, programme: Programme) -> None:
    """After somebody joined, left or was erased: work out the sets anew, if there are any."""
    allocation = await store.allocation(uow.collection, programme.cohort.id)
    if allocation is not None:
        await _settle(uow, programme, allocation)


async def _settle(uow: UnitOfWork, programme: Programme, allocation: Allocation) -> None:
    """Save the allocation (always, so that two who join at once do not miss each other)."""
    fellows = await store.fellows(uow.collection, programme.cohort.id)
    zone = programme.cohort.zone
    members, waiting = membership(allocation, fellows, zone)
    meetings = await _invite(uow, programme, allocation, fellows)
    settled = allocation.model_copy(update={"members": members, "waiting": waiting})
    if members != allocation.members:
        settled = settled.model_copy(update={"revision": allocation.revision + 1})
        uow.publish(_allocated(settled, fellows, meetings))
    await store.save_allocation(uow, settled)


async def _invite(
    uow: UnitOfWork, programme: Programme, allocation: Allocation, fellows: list[Fellow]
) -> list[Session]:
    """Bring each meeting's audience up to date: the members of its set on its day."""
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    meetings = [session for session in calendar if session.set_id]
    zone = programme.cohort.zone
    days = {meeting.on for meeting in meetings}
    members = {day: membership(allocation, fellows, zone, day)[0] for day in days}
    numbers = {set_id(allocation.cohort, n): n for n in range(1, len(allocation.dealt) + 1)}
    for meeting in meetings:
        audience = members[meeting.on][numbers[meeting.set_id or ""] - 1]
        if not meeting.live or audience == meeting.audience:
            continue
        changed, event = change(meeting, {"audience": audience})
        await store.save_session(uow, changed)
        if event:
            uow.publish(event)
    return meetings


def _allocated(
    allocation: Allocation, fellows: list[Fellow], meetings: list[Session]
) -> SetsAllocated:
    names = {fellow.person_id: fellow.name for fellow in fellows}
    return SetsAllocated(
        cohort=allocation.cohort,
        revision=allocation.revision,
        sets=tuple(
            LearningSet(
                set_id=set_id(allocation.cohort, number),
                name=f"Set {number}",
                members=tuple(SetMember(person_id=p, name=names[p]) for p in members),
                session_ids=tuple(
                    meeting.session_id
                    for meeting in sorted(meetings, key=lambda m: m.number or 0)
                    if meeting.set_id == set_id(allocation.cohort, number)
                ),
            )
            for number, members in enumerate(allocation.members, start=1)
        ),
    )
