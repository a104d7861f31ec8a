"""Fill in a register: evidence, verdicts, standings and all their events in one transaction."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from scheduling.attendance.evidence import Evidence, by_person, latest
from scheduling.attendance.register import FilledIn, Saving, fill_in, seen_saving
from scheduling.attendance.store import (
    add_evidence,
    evidence_on_session,
    register_of,
    save_register,
)
from scheduling.attendance.verdicts import new_verdict
from scheduling.calendar.invitations import invited
from scheduling.calendar.session import Session
from scheduling.calendar.store import sessions_of, the_session
from scheduling.completion.restanding import restand
from scheduling.fellows.act import Act
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_known_to, save_fellows

Known = Mapping[str, tuple[Evidence, ...]]
"""What was recorded before, by person."""


async def fill_in_register(
    act: Act, session_id: str, filled: FilledIn, closed: Collection[str] = ()
) -> Saving:
    """Record what a register says; see `scheduling.attendance.register.fill_in` for the rule.

    Whoever is `closed` is not on the register of whoever takes it: a colleague marks them.

    Returns:
        what was added, and the marks that somebody else had decided differently meanwhile.

    Raises:
        NoSuch: there is no such session.
        Refused: a rule says no.

    """
    session = await the_session(act.read, act.cohort.id, session_id)
    fellows = await fellows_known_to(act.read, act.cohort.id, closed)
    listed = invited(session, fellows)
    evidence = await evidence_on_session(act.read, session_id)
    known = by_person(one for one in evidence if one.person_id not in closed)
    if closed:
        shown = (one for some in known.values() for one in some)
        filled = filled.model_copy(update={"seen": seen_saving(shown, filled.seen)})
    register = (await register_of(act.read, session_id)).saved(act.actor.who, act.now)
    people = [fellow.person_id for fellow in listed]
    by, at = act.actor.who, act.now
    saving = fill_in(session, people, known, filled, saving=register.savings, by=by, at=at)
    if saving.added:
        await add_evidence(act.uow, saving.added)
        await save_register(act.uow, register)
        await _decide_verdicts(act, session, listed, known, saving)
        _audit(act, session, known, saving)
    return saving


async def _decide_verdicts(
    act: Act, session: Session, listed: Iterable[Fellow], known: Known, saving: Saving
) -> None:
    """Derive the verdicts anew and publish those that changed, with the standings they change."""
    calendar = await sessions_of(act.read, act.cohort.id)
    added = by_person(saving.added)
    changed = []
    for fellow in (one for one in listed if one.person_id in added):
        evidence = (*known.get(fellow.person_id, ()), *added[fellow.person_id])
        before = fellow.verdicts.get(session.session_id)
        decided = new_verdict(session, fellow.person_id, before, evidence)
        if decided is None:
            continue
        verdict, event = decided
        act.uow.publish(event)
        verdicts = fellow.verdicts | {session.session_id: verdict}
        changed.append(restand(act, fellow.model_copy(update={"verdicts": verdicts}), calendar))
    await save_fellows(act.uow, changed)


def _audit(act: Act, session: Session, known: Known, saving: Saving) -> None:
    counts = Counter[str](one.status for one in saving.added)
    act.audit("filled in register", session.session_id, **counts)
    for one in saving.added:
        was = latest(known.get(one.person_id, ()))
        if was is not None:
            act.audit(
                "corrected attendance",
                one.person_id,
                session=session.session_id,
                was=was.status,
                now=one.status,
                reason=one.reason,
            )
