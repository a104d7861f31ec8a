"""The office allocates the Fellows to learning sets."""

from nextstep_contracts import AlreadySo
from nextstep_web.employers import known_employers
from scheduling.calendar.announcing import announce_session
from scheduling.fellows.act import Act
from scheduling.fellows.store import fellows_of
from scheduling.learning_sets.allocation import Allocation
from scheduling.learning_sets.dealing import deal
from scheduling.learning_sets.meetings import meetings
from scheduling.learning_sets.settling import settle
from scheduling.learning_sets.store import allocation_of


async def allocate(act: Act) -> None:
    """Deal the Fellows out, create the sessions of each set and tell everybody.

    Raises:
        Refused: it was done already, or there are not enough seats.

    """
    cohort = act.cohort
    if await allocation_of(act.read, cohort.id):
        raise AlreadySo("The sets are allocated already. Let Fellows swap places instead.")
    people = [fellow for fellow in await fellows_of(act.read, cohort.id) if fellow.active]
    dealt = deal(people, cohort.learning_sets, cohort.id, await known_employers(act.read))
    for number, members in enumerate(dealt, start=1):
        for meeting in meetings(cohort, number):
            await announce_session(act, meeting.model_copy(update={"audience": members}))
    act.audit("allocated learning sets", cohort.id, sets=len(dealt))
    size = cohort.learning_sets.size
    await settle(act, Allocation(cohort=cohort.id, dealt=dealt, dealt_at=act.now, size=size))
