"""What happens to a person: joining, leaving, graduating, being excused, being erased."""

from collections.abc import Callable
from datetime import datetime

from nextstep_contracts import Refused
from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, erase_details, record
from scheduling import fellows, store
from scheduling.commands import sets
from scheduling.commands.calendar import known_calendar
from scheduling.commands.standings import restand
from scheduling.fellows import Fellow
from scheduling.programme import Programme
from scheduling.waivers import waive


async def learn(
    uow: UnitOfWork, programme: Programme, person_id: str, fact: Callable[[Fellow], Fellow]
) -> None:
    """Merge a fact about a person; their standing and the learning sets follow from it."""
    cohort = programme.cohort.id
    calendar = await known_calendar(uow, programme)
    known = await store.fellow(uow.collection, cohort, person_id)
    known = known or Fellow(cohort=cohort, person_id=person_id)
    learnt = fact(known)
    if learnt == known:
        return
    await store.save_fellow(uow, restand(uow, programme, learnt, calendar))
    await sets.resettle(uow, programme)


async def erase(uow: UnitOfWork, programme: Programme, person_id: str, at: datetime) -> None:
    """Erase a person, from earlier cohorts too; doing it again changes nothing."""
    await store.forget_evidence(uow, person_id)
    await erase_details(uow, person_id, by=person_id)
    for earlier in await store.everywhere(uow.collection, person_id):
        if earlier.cohort != programme.cohort.id:
            await store.save_fellow(uow, fellows.erase(earlier, at))
    await learn(uow, programme, person_id, lambda known: fellows.erase(known, at))


async def excuse(
    uow: UnitOfWork,
    programme: Programme,
    actor: Actor,
    *,
    person_id: str,
    session_id: str,
    reason: str,
) -> None:
    """Waive a module for one Fellow.

    Raises:
        Refused: there is no such Fellow or session, or a rule says no.

    """
    known = await _fellow(uow, programme, person_id)
    session = await store.session(uow.collection, session_id)
    if session is None:
        raise Refused.field("session_id", "Choose a module.")
    waiver = waive(session, programme.cohort.completion, reason, actor.who, uow.now)
    waivers = known.waivers | {session_id: waiver}
    await record(uow, actor, "excused from module", person_id, session=session_id, reason=reason)
    await _save(uow, programme, known.model_copy(update={"waivers": waivers}))


async def stop_excusing(
    uow: UnitOfWork,
    programme: Programme,
    actor: Actor,
    *,
    person_id: str,
    session_id: str,
    reason: str,
) -> None:
    """Take a waiver back.

    Raises:
        Refused: there is no such waiver, or the reason lacks.

    """
    known = await _fellow(uow, programme, person_id)
    if session_id not in known.waivers:
        raise Refused("This module is not waived for this Fellow.")
    if not reason.strip():
        raise Refused.field("reason", "Give the reason for taking the waiver back.")
    waivers = {key: waiver for key, waiver in known.waivers.items() if key != session_id}
    await record(uow, actor, "took waiver back", person_id, session=session_id, reason=reason)
    await _save(uow, programme, known.model_copy(update={"waivers": waivers}))


async def _fellow(uow: UnitOfWork, programme: Programme, person_id: str) -> Fellow:
    known = await store.fellow(uow.collection, programme.cohort.id, person_id)
    if known is None or known.current is None or known.erased_at is not None:
        raise Refused("There is no such Fellow.")
    return known


async def _save(uow: UnitOfWork, programme: Programme, fellow: Fellow) -> None:
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    await store.save_fellow(uow, restand(uow, programme, fellow, calendar))
