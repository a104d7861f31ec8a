"""Save a register: evidence, verdicts, standings and all their events in one transaction."""

from collections import Counter
from collections.abc import Mapping

from nextstep_contracts import Refused
from nextstep_messaging import UnitOfWork
from nextstep_messaging.operating.audit import Actor, record
from scheduling import store
from scheduling.attendance import Entry, Saving, Status, judge, save_register
from scheduling.commands.standings import restand
from scheduling.fellows import Fellow, invited
from scheduling.programme import Programme
from scheduling.sessions import Session


async def save(
    uow: UnitOfWork,
    programme: Programme,
    actor: Actor,
    session_id: str,
    marks: Mapping[str, Status],
    *,
    seen: int | None = None,
    reason: str = "",
    rest: Status | None = None,
) -> Saving:
    """Record what a register says; see `scheduling.attendance.save_register` for the rule.

    Returns:
        what was added, and the marks that somebody else had decided differently meanwhile.

    Raises:
        Refused: there is no such session, or a rule says no.

    """
    session = await store.session(uow.collection, session_id)
    if session is None:
        raise Refused("There is no such session.")
    listed = invited(session, await store.fellows(uow.collection, programme.cohort.id))
    known = store.by_person(await store.evidence(uow.collection, session_id=session_id))
    register = await store.register(uow.collection, session_id)
    saving = save_register(
        session,
        [fellow.person_id for fellow in listed],
        known,
        marks,
        saving=register.savings + 1,
        seen=seen,
        reason=reason,
        by=actor.who,
        at=uow.now,
        rest=rest,
    )
    if not saving.entries:
        return saving
    await store.add_evidence(uow, saving.entries)
    await store.save_register(
        uow,
        register.model_copy(
            update={"savings": register.savings + 1, "saved_at": uow.now, "saved_by": actor.who}
        ),
    )
    await _judge(uow, programme, session=session, listed=listed, known=known, saving=saving)
    await _note(uow, actor, session, known, saving)
    return saving


async def _judge(
    uow: UnitOfWork,
    programme: Programme,
    *,
    session: Session,
    listed: list[Fellow],
    known: Mapping[str, tuple[Entry, ...]],
    saving: Saving,
) -> None:
    """Derive the verdicts anew and publish those that changed, with the standings they change."""
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    added = store.by_person(saving.entries)
    changed = []
    for fellow in (one for one in listed if one.person_id in added):
        entries = (*known.get(fellow.person_id, ()), *added[fellow.person_id])
        before = fellow.verdicts.get(session.session_id)
        judged = judge(session, fellow.person_id, before, entries)
        if judged is None:
            continue
        verdict, event = judged
        uow.publish(event)
        verdicts = fellow.verdicts | {session.session_id: verdict}
        judged_anew = fellow.model_copy(update={"verdicts": verdicts})
        changed.append(restand(uow, programme, judged_anew, calendar))
    await store.save_fellows(uow, changed)


async def _note(
    uow: UnitOfWork,
    actor: Actor,
    session: Session,
    known: Mapping[str, tuple[Entry, ...]],
    saving: Saving,
) -> None:
    counts = Counter[str](entry.status for entry in saving.entries)
    await record(uow, actor, "filled in register", session.session_id, **counts)
    for entry in saving.entries:
        if entry.reason is None:
            continue
        was = max(known[entry.person_id], key=lambda one: one.saving).status
        await record(
            uow,
            actor,
            "corrected attendance",
            entry.person_id,
            session=session.session_id,
            was=was,
            now=entry.status,
            reason=entry.reason,
        )
